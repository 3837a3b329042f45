package dev.belay.store;

import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;

/// A few read-only connections, lent to one caller at a time. Each read sees one snapshot.
final class Readers implements AutoCloseable {
    private final BlockingQueue<Reader> free;
    private final int size;
    private volatile boolean closed;

    /// @param connections with autocommit off
    Readers(List<Connection> connections) {
        size = connections.size();
        free = new ArrayBlockingQueue<>(size);
        Map<Integer, String> names = new ConcurrentHashMap<>();
        for (Connection connection : connections) {
            free.add(new Reader(connection, names));
        }
    }

    /// Reads from one snapshot; waits while every connection is in use.
    ///
    /// @throws StoreFailure when the files cannot be read or the store is closed
    <T> T read(Read<T> read) {
        if (closed) {
            throw new StoreFailure(Kind.CLOSED, "the store is closed");
        }
        Reader reader = take();
        try {
            if (closed) {
                throw new StoreFailure(Kind.CLOSED, "the store is closed");
            }
            return reader.snapshot(read);
        } catch (SQLException e) {
            throw new StoreFailure(
                    Failure.of(e) == Failure.BROKEN ? Kind.CORRUPT : Kind.UNAVAILABLE,
                    "read: " + e.getMessage());
        } catch (IllegalArgumentException | IllegalStateException e) {
            // What lies there is nothing that was ever written.
            throw new StoreFailure(Kind.CORRUPT, "read: " + e.getMessage());
        } finally {
            free.add(reader);
        }
    }

    /// Waits for a connection. A read is short: an interrupt is kept for whoever waits longer.
    private Reader take() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return free.take();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Waits for reads under way. Those that come later are refused.
    @Override
    public void close() throws SQLException {
        closed = true;
        List<Reader> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            all.add(take());
        }
        try {
            for (Reader reader : all) {
                reader.connection.close();
            }
        } finally {
            // Whoever came just before the end and still waits is to find out.
            free.addAll(all);
        }
    }

    /// A read.
    @FunctionalInterface
    interface Read<T> {
        T from(Reader reader) throws SQLException;
    }

    /// One connection that reads.
    static final class Reader {
        private final Connection connection;
        private final Map<String, PreparedStatement> statements = new HashMap<>();

        /// Names by number, shared: a number once committed never means another name.
        private final Map<Integer, String> names;

        Reader(Connection connection, Map<Integer, String> names) {
            this.connection = connection;
            this.names = names;
        }

        /// A statement, prepared once.
        ///
        /// @param sql one of a few constant texts; values are parameters
        PreparedStatement prepare(String sql) throws SQLException {
            PreparedStatement known = statements.get(sql);
            if (known == null) {
                known = connection.prepareStatement(sql);
                statements.put(sql, known);
            }
            return known;
        }

        String name(int id) throws SQLException {
            String known = names.get(id);
            if (known != null) {
                return known;
            }
            PreparedStatement query = prepare("SELECT text FROM name WHERE id = ?");
            query.setInt(1, id);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new StoreFailure(Kind.CORRUPT, "no name has the number " + id);
                }
                String name = row.getString(1);
                names.put(id, name);
                return name;
            }
        }

        /// The number of a name, -1 where nothing stored has it.
        int id(String name) throws SQLException {
            PreparedStatement query = prepare("SELECT id FROM name WHERE text = ?");
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getInt(1) : -1;
            }
        }

        private void forgetStatements() throws SQLException {
            for (PreparedStatement statement : statements.values()) {
                statement.close();
            }
            statements.clear();
        }

        private <T> T snapshot(Read<T> read) throws SQLException {
            try {
                return read.from(this);
            } catch (SQLException e) {
                // The driver has ended the statement that failed.
                forgetStatements();
                throw e;
            } finally {
                connection.rollback();
            }
        }
    }
}
