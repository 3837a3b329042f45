package dev.belay.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Copies the write-ahead log into the database: beside the writer when what is not yet copied has
/// grown past the soft limit, and by the writer when the log has grown past the hard one, so that
/// the log begins anew and cannot grow for ever under load that never pauses. The file keeps its
/// length: writing over old blocks syncs faster than making a file longer.
///
/// SQLite syncs the database only when a copy reaches the very end of the log, which it never does
/// beside a writer. So the copy beside is synced here: otherwise all that was copied since the log
/// began would be left for the writer to sync, and whoever wants to be stored would wait for it.
final class Checkpoints implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement look;
    private final PreparedStatement beside;
    private final PreparedStatement anew;
    private final long softPages;
    private final long hardPages;
    private final FileChannel database;
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean running;
    private volatile @Nullable SQLException failure;

    /// Pages in the log from which the writer waits; put off while readers hold the log.
    private long limit;

    /// @param connection of its own, with autocommit on
    /// @param database the file, to be synced; whoever opened it closes it
    Checkpoints(Connection connection, FileChannel database, int pageBytes, StoreOptions.Wal limits)
            throws SQLException {
        this.connection = connection;
        this.database = database;
        look = connection.prepareStatement("PRAGMA wal_checkpoint(NOOP)");
        beside = connection.prepareStatement("PRAGMA wal_checkpoint(PASSIVE)");
        anew = connection.prepareStatement("PRAGMA wal_checkpoint(RESTART)");
        softPages = limits.softBytes() / pageBytes;
        hardPages = limits.hardBytes() / pageBytes;
        limit = hardPages;
        thread = Thread.ofPlatform().name("belay-store-checkpoints").daemon().unstarted(this::run);
        thread.start();
    }

    /// Called by the writer between transactions.
    ///
    /// @throws SQLException when a copy failed for another reason than a full disk; nothing more
    ///   may be written then
    void afterCommit() throws SQLException {
        if (running) {
            return;
        }
        if (failure != null) {
            throw failure;
        }
        Progress now = checkpoint(look);
        if (now.pages >= limit) {
            limit = beginAnew() ? hardPages : now.pages + softPages;
        } else if (now.pages - now.copied >= softPages) {
            running = true;
            wanted.release();
        }
    }

    private boolean beginAnew() throws SQLException {
        try {
            return !checkpoint(anew).busy;
        } catch (SQLException e) {
            pardonFull(e);
            return false;
        }
    }

    /// Without room for the copy, what was committed stays in the log, which may grow until it has
    /// no room either.
    private static void pardonFull(SQLException e) throws SQLException {
        if (Failure.of(e) != Failure.FULL) {
            throw e;
        }
    }

    private void run() {
        while (true) {
            wanted.acquireUninterruptibly();
            if (closing) {
                return;
            }
            try {
                copyBeside();
            } catch (SQLException e) {
                failure = e;
            } finally {
                running = false;
            }
        }
    }

    private void copyBeside() throws SQLException {
        try {
            checkpoint(beside);
        } catch (SQLException e) {
            pardonFull(e);
        }
        try {
            database.force(false);
        } catch (IOException e) {
            throw new SQLException("sync of the database: " + e.getMessage(), e);
        }
    }

    private synchronized Progress checkpoint(PreparedStatement pragma) throws SQLException {
        try (ResultSet row = pragma.executeQuery()) {
            return new Progress(row.getInt(1) == 1, row.getLong(2), row.getLong(3));
        }
    }

    @Override
    public void close() throws SQLException {
        closing = true;
        wanted.release();
        Threads.joinUninterruptibly(thread);
        connection.close();
    }

    /// @param busy whether somebody stood in the way
    /// @param pages in the log
    /// @param copied of them
    private record Progress(boolean busy, long pages, long copied) {}
}
