package dev.belay.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// The one connection that writes, with its tables. Used by the writer thread alone.
final class WriteSession implements AutoCloseable {
    final NameTable names;
    final Counters counters;
    final EventTable events;
    final DedupeTable dedupe;
    final WorkTable work;
    final FinishedTable finished;
    final RejectTable rejects;
    final CatalogTable catalog;
    final Purging purging;

    private final Connection connection;
    private long highestId;

    /// @param connection with autocommit off
    WriteSession(Connection connection) throws SQLException {
        this.connection = connection;
        names = new NameTable(connection);
        counters = new Counters(connection);
        events = new EventTable(connection, names, counters);
        dedupe = new DedupeTable(connection);
        work = new WorkTable(connection, names, counters);
        finished = new FinishedTable(connection, counters);
        rejects = new RejectTable(connection);
        catalog = new CatalogTable(connection);
        purging = new Purging(connection, this);
        highestId = readHighestId();
        connection.commit();
    }

    /// A session over a connection that is closed if there can be none.
    static WriteSession over(Connection connection) throws SQLException {
        try {
            return new WriteSession(connection);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /// The highest id of any event there has been.
    long highestId() {
        return highestId;
    }

    void saw(long eventId) {
        highestId = Math.max(highestId, eventId);
    }

    void commit() throws SQLException {
        counters.beforeCommit();
        dedupe.beforeCommit();
        connection.commit();
    }

    /// After [#commit()] has returned.
    void committed() {
        dedupe.committed();
        purging.committed();
    }

    void rollback() throws SQLException {
        connection.rollback();
        counters.rolledBack();
        dedupe.rolledBack();
        work.rolledBack();
        purging.rolledBack();
        names.rolledBack();
    }

    private long readHighestId() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                """
                                SELECT max(coalesce((SELECT max(id) FROM event), 0),
                                coalesce((SELECT value FROM fact WHERE key = 'highest_id'), 0))
                                """)) {
            return row.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
