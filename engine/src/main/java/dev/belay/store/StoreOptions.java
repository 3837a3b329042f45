package dev.belay.store;

import java.time.Duration;

/// How the embedded store uses disk and memory.
///
/// @param sync when a commit counts as done; anything but [Sync#FULL] loses what it acknowledged
/// @param pageBytes size of a database page; only a new database takes it
/// @param cacheBytes memory for pages of the writing connection
/// @param maxBytes largest size of the database file, 0: what the disk holds
/// @param group how much one commit takes together
/// @param wal how long the write-ahead log may grow
/// @param readers connections that read, and so reads at the same time
public record StoreOptions(
        Sync sync,
        int pageBytes,
        long cacheBytes,
        long maxBytes,
        Group group,
        Wal wal,
        int readers) {
    /// What a production store uses.
    public static final StoreOptions DEFAULT =
            new StoreOptions(
                    Sync.FULL,
                    4096,
                    64L << 20,
                    0,
                    new Group(1_024, 16L << 20, 16_384, 256L << 20, Duration.ofMillis(1)),
                    new Wal(8L << 20, 64L << 20),
                    4);

    /// These options with another sync.
    public StoreOptions withSync(Sync other) {
        return new StoreOptions(other, pageBytes, cacheBytes, maxBytes, group, wal, readers);
    }

    /// These options with a limit for the database file.
    public StoreOptions withMaxBytes(long other) {
        return new StoreOptions(sync, pageBytes, cacheBytes, other, group, wal, readers);
    }

    /// These options with other groups.
    public StoreOptions withGroup(Group other) {
        return new StoreOptions(sync, pageBytes, cacheBytes, maxBytes, other, wal, readers);
    }

    /// These options with other limits of the log.
    public StoreOptions withWal(Wal other) {
        return new StoreOptions(sync, pageBytes, cacheBytes, maxBytes, group, other, readers);
    }

    /// These options with another page size.
    public StoreOptions withPageBytes(int other) {
        return new StoreOptions(sync, other, cacheBytes, maxBytes, group, wal, readers);
    }

    /// When a commit counts as done.
    public enum Sync {
        /// After the log was synced: survives a power cut.
        FULL,
        /// After the log was written: survives the death of the process, not that of the machine.
        /// For tests that show the difference.
        NORMAL
    }

    /// How much is committed together, and how much may wait for it.
    ///
    /// @param operations most in one commit
    /// @param bytes of bodies after which a commit takes no more
    /// @param waitingOperations appends are refused while this many operations wait; results of
    ///   attempts are refused only at four times as many, since losing one costs a duplicate
    /// @param waitingBytes the same in bytes of bodies
    /// @param spacing least time from the start of a commit to that of the next one while
    ///   operations come together; see [Spacing]
    public record Group(
            int operations,
            long bytes,
            int waitingOperations,
            long waitingBytes,
            Duration spacing) {}

    /// Sizes of the write-ahead log.
    ///
    /// @param softBytes from here on it is copied into the database, and that is synced, beside the
    ///   writer
    /// @param hardBytes from here on the writer copies the rest, less than the soft limit where no
    ///   reader holds the log, so that it starts anew
    public record Wal(long softBytes, long hardBytes) {}
}
