package dev.belay.store.postgres;

import dev.belay.delivery.CircuitBoard;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Open circuits, and who may probe. All times are the database's.
final class Circuits implements CircuitBoard {
    private static final String OPEN =
            """
            SELECT destination, version, failures,
              ceil(extract(epoch FROM opens_at - clock_timestamp()) * 1000)::bigint FROM circuit
            """;

    private static final String OPENED =
            """
            INSERT INTO circuit (destination, failures, opens_at, prober, probe_ends_at)
            VALUES (?, ?, clock_timestamp() + ? * interval '1 ms', -1, '-infinity')
            ON CONFLICT (destination) DO UPDATE SET version = excluded.version,
              failures = excluded.failures, opens_at = excluded.opens_at, prober = -1,
              probe_ends_at = '-infinity'
            RETURNING version
            """;

    private static final String CLOSED = "DELETE FROM circuit WHERE destination = ? AND prober = ?";

    private static final String TAKE_LEAVE =
            """
            UPDATE circuit SET prober = ?, probe_ends_at = clock_timestamp() + ? * interval '1 ms'
            WHERE destination = ? AND opens_at <= clock_timestamp()
              AND (prober = ? OR probe_ends_at <= clock_timestamp())
            RETURNING version
            """;

    private static final String LEAVE_IN =
            """
            SELECT ceil(extract(epoch FROM greatest(opens_at, probe_ends_at) - clock_timestamp())
              * 1000)::bigint FROM circuit WHERE destination = ?
            """;

    private final Database database;
    private final Upkeep upkeep;
    private final Names names;
    private final int node;

    Circuits(Database database, Upkeep upkeep, Names names, int node) {
        this.database = database;
        this.upkeep = upkeep;
        this.names = names;
        this.node = node;
    }

    @Override
    public Map<String, Posted> open() {
        Map<String, Posted> open = new HashMap<>();
        try (Connection connection = database.reading();
                PreparedStatement query = connection.prepareStatement(OPEN);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                String destination = names.text(connection, row.getInt(1));
                open.put(destination, new Posted(row.getLong(2), millis(row, 4), row.getInt(3)));
            }
        } catch (SQLException e) {
            throw Failure.of(e).toStoreFailure(e);
        }
        return open;
    }

    @Override
    public long opened(String destination, Duration reset, int failures) {
        return upkeep.change(
                connection -> {
                    int name = names.id(destination);
                    try (PreparedStatement opened = connection.prepareStatement(OPENED)) {
                        opened.setInt(1, name);
                        opened.setInt(2, failures);
                        opened.setLong(3, reset.toMillis());
                        try (ResultSet row = opened.executeQuery()) {
                            row.next();
                            return row.getLong(1);
                        }
                    }
                });
    }

    @Override
    public void closed(String destination) {
        upkeep.change(
                connection -> {
                    int name = names.id(destination);
                    try (PreparedStatement closed = connection.prepareStatement(CLOSED)) {
                        closed.setInt(1, name);
                        closed.setInt(2, node);
                        return closed.executeUpdate();
                    }
                });
    }

    @Override
    public Leave askToProbe(String destination, Duration expiry) {
        return upkeep.change(
                connection -> {
                    int name = names.id(destination);
                    return taken(connection, name, expiry)
                            ? new Leave.Given()
                            : takenBefore(connection, name);
                });
    }

    private boolean taken(Connection connection, int name, Duration expiry) throws SQLException {
        try (PreparedStatement take = connection.prepareStatement(TAKE_LEAVE)) {
            take.setInt(1, node);
            take.setLong(2, expiry.toMillis());
            take.setInt(3, name);
            take.setInt(4, node);
            try (ResultSet row = take.executeQuery()) {
                return row.next();
            }
        }
    }

    private static Leave takenBefore(Connection connection, int name) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(LEAVE_IN)) {
            query.setInt(1, name);
            try (ResultSet row = query.executeQuery()) {
                // No row: it was closed meanwhile, or the others never knew.
                return row.next() ? new Leave.Denied(millis(row, 1)) : new Leave.Given();
            }
        }
    }

    private static Duration millis(ResultSet row, int column) throws SQLException {
        return Duration.ofMillis(Math.max(0, row.getLong(column)));
    }
}
