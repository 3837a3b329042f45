package dev.belay.store;

import org.sqlite.SQLiteException;

/// Whose fault a failure is.
enum Failure {
    /// The operation's own: the others can go on.
    OWN,
    /// There is no room: later there may be.
    FULL,
    /// The files can no longer be trusted.
    BROKEN;

    private static final int SQLITE_NOMEM = 7;
    private static final int SQLITE_READONLY = 8;
    private static final int SQLITE_IOERR = 10;
    private static final int SQLITE_CORRUPT = 11;
    private static final int SQLITE_FULL = 13;
    private static final int SQLITE_CANTOPEN = 14;
    private static final int SQLITE_NOTADB = 26;

    /// The primary result code is the lowest byte of the extended one.
    private static final int PRIMARY = 0xff;

    static Failure of(Exception cause) {
        if (!(cause instanceof SQLiteException sqlite)) {
            return OWN;
        }
        return switch (sqlite.getResultCode().code & PRIMARY) {
            case SQLITE_FULL -> FULL;
            case SQLITE_NOMEM,
                    SQLITE_READONLY,
                    SQLITE_IOERR,
                    SQLITE_CORRUPT,
                    SQLITE_CANTOPEN,
                    SQLITE_NOTADB ->
                    BROKEN;
            default -> OWN;
        };
    }
}
