package dev.belay.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;

/// Copies the write-ahead log into the database. Beside the writer when what is not yet copied has
/// grown past the soft limit; with the writer waiting when the log has grown past the hard one, so
/// that the log begins anew and cannot grow for ever under load that never pauses. The file keeps
/// its length: writing over old blocks syncs faster than making a file longer.
final class Checkpoints implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement look;
    private final PreparedStatement beside;
    private final PreparedStatement anew;
    private final long softPages;
    private final long hardPages;
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean running;

    /// Pages in the log from which the writer waits; put off while readers hold the log.
    private volatile long limit;

    /// @param connection of its own, with autocommit on
    Checkpoints(Connection connection, int pageBytes, StoreOptions.Wal limits) throws SQLException {
        this.connection = connection;
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
    void afterCommit() throws SQLException {
        if (running) {
            return;
        }
        Progress now = checkpoint(look);
        if (now.pages >= limit) {
            boolean begunAnew = !checkpoint(anew).busy;
            limit = begunAnew ? hardPages : now.pages + softPages;
        } else if (now.pages - now.copied >= softPages) {
            running = true;
            wanted.release();
        }
    }

    private void run() {
        while (true) {
            wanted.acquireUninterruptibly();
            if (closing) {
                return;
            }
            try {
                checkpoint(beside);
            } catch (SQLException e) {
                // The log stays as it is; the writer is told of it at the hard limit.
                limit = 0;
            } finally {
                running = false;
            }
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
