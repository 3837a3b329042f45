package dev.belay.store.postgres;

import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// What an error of the database means.
enum Failure {
    /// The operation's own: the others can go on.
    OWN(Kind.UNAVAILABLE),
    /// There is no room: later there may be.
    FULL(Kind.FULL),
    /// The database has too much to do.
    OVERLOADED(Kind.OVERLOADED),
    /// Another transaction was in the way: the same once more may succeed.
    CROSSED(Kind.UNAVAILABLE),
    /// The server refused, and said so.
    UNAVAILABLE(Kind.UNAVAILABLE),
    /// No connection could be had: nothing was sent.
    UNREACHABLE(Kind.UNAVAILABLE),
    /// The connection ended: what was sent last may have been done.
    CUT(Kind.UNAVAILABLE),
    /// What is stored is damaged.
    CORRUPT(Kind.CORRUPT);

    private final Kind kind;

    Failure(Kind kind) {
        this.kind = kind;
    }

    /// For whoever waits.
    StoreFailure toStoreFailure(Exception cause) {
        return new StoreFailure(kind, "the database: " + message(cause));
    }

    static Failure of(Exception cause) {
        if (cause instanceof StoreFailure) {
            return UNREACHABLE;
        }
        String state = state(cause);
        if (state == null) {
            return OWN;
        }
        return switch (state) {
            case "53100" -> FULL;
            case "53200", "53300", "53400" -> OVERLOADED;
            case "40001", "40P01" -> CROSSED;
            case "08001", "08004", "57P03", "28000", "28P01", "3D000" -> UNREACHABLE;
            case "55P03", "57014", "25006", "57P04", "58030", "25P03" -> UNAVAILABLE;
            case "57P01", "57P02", "57P05" -> CUT;
            case "XX001", "XX002" -> CORRUPT;
            default -> state.startsWith("08") ? CUT : OWN;
        };
    }

    /// The state of the innermost error that has one: the pool wraps what it was told.
    private static @Nullable String state(Exception cause) {
        String state = null;
        for (Throwable one = cause; one != null; one = one.getCause()) {
            if (one instanceof SQLException sql && sql.getSQLState() != null) {
                state = sql.getSQLState();
            }
        }
        return state == null && cause instanceof java.sql.SQLTransientConnectionException
                ? "08001"
                : state;
    }

    static String message(Exception cause) {
        Throwable inner = cause;
        while (inner.getCause() instanceof SQLException next) {
            inner = next;
        }
        return String.valueOf(inner.getMessage());
    }

    /// Whether the schema lacks a partition for a row.
    static boolean noPartition(Exception cause) {
        return "23514".equals(state(cause));
    }
}
