package dev.belay.system.bench;

import dev.belay.event.Ids;
import dev.belay.system.process.PostgresServer;
import dev.belay.time.Time;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/// Writes history and backlogs straight into the tables, as the store would have left them: by the
/// store itself, millions would take an hour.
final class PostgresPrefill {
    /// The destination of a backlog.
    static final String BUSY = "busy";

    /// Ids of a week.
    private static final long WEEK =
            Ids.lowestAt(Instant.parse("2020-01-08T00:00:00Z"))
                    - Ids.lowestAt(Instant.parse("2020-01-01T00:00:00Z"));

    private final PostgresServer server;
    private final String url;
    private final Time time;

    PostgresPrefill(PostgresServer server, String url, Time time) {
        this.server = server;
        this.url = url;
        this.time = time;
    }

    /// Events that were received and delivered at the first attempt, with their keys.
    void history(int events, int bodyBytes) throws SQLException {
        try (Connection connection = server.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = off");
            partitions(statement);
            int source = name(statement, "bench");
            int sink = name(statement, "sink");
            long at = time.now().minus(Duration.ofHours(1)).toEpochMilli();
            String id = (Ids.lowestAt(time.now().minus(Duration.ofHours(1))) & ~0xfffL) + " + n";
            String rows = " FROM generate_series(1, " + events + ") AS n";
            statement.execute(
                    """
                    INSERT INTO belay.event SELECT %s, %d, 'order.completed'::bytea,
                    ('before-' || n)::bytea, %d, 0, '\\x0100'::bytea,
                    convert_to(repeat('x', %d), 'UTF8')
                    """
                                    .formatted(id, source, at, bodyBytes)
                            + rows);
            statement.execute(
                    "INSERT INTO belay.dedupe SELECT hashint8extended(n, 1), hashint8extended(n, 2), %s, %d"
                                    .formatted(id, at + Duration.ofDays(7).toMillis())
                            + rows);
            statement.execute(
                    "INSERT INTO belay.delivery SELECT %s, 0, %d, %d, 3, %d, NULL, 1, 0, NULL, %d"
                                    .formatted(id, sink, sink, at, at)
                            + rows);
            statement.execute(
                    "INSERT INTO belay.attempt SELECT %s, 0, 1, %d, 1000000, 0, 200, NULL, '\\x0100', '\\x', 0"
                                    .formatted(id, at)
                            + rows);
            statement.execute(
                    "VACUUM ANALYZE belay.event, belay.dedupe, belay.delivery, belay.attempt");
            statement.execute("CHECKPOINT");
        }
    }

    /// Deliveries that are due, of events that are there.
    void due(int deliveries) throws SQLException {
        try (Connection connection = server.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = off");
            int busy = name(statement, BUSY);
            long at = time.now().minus(Duration.ofHours(1)).toEpochMilli();
            long base = Ids.lowestAt(time.now().minus(Duration.ofHours(1))) & ~0xfffL;
            statement.execute(
                    """
                    INSERT INTO belay.work SELECT %d + n, 0, %d, %d, 0, -1, %d + n, 0, 0, 0, 0, NULL,
                    %d, %d, NULL FROM generate_series(1, %d) AS n
                    """
                            .formatted(base, busy, busy, at, at, at, deliveries));
            statement.execute("VACUUM ANALYZE belay.work");
            statement.execute("CHECKPOINT");
        }
    }

    private static int name(Statement statement, String text) throws SQLException {
        statement.execute(
                "INSERT INTO belay.name (text) VALUES ('%s') ON CONFLICT DO NOTHING"
                        .formatted(text));
        try (ResultSet row =
                statement.executeQuery(
                        "SELECT id FROM belay.name WHERE text = '%s'".formatted(text))) {
            row.next();
            return row.getInt(1);
        }
    }

    /// The week of an hour ago, as the store makes it.
    private void partitions(Statement statement) throws SQLException {
        long week = Ids.lowestAt(time.now().minus(Duration.ofHours(1))) / WEEK;
        for (String table : new String[] {"event", "delivery", "attempt"}) {
            statement.execute(
                    "CREATE TABLE belay.%1$s_w%2$d PARTITION OF belay.%1$s FOR VALUES FROM (%3$d) TO (%4$d)"
                            .formatted(table, week, week * WEEK, (week + 1) * WEEK));
        }
    }
}
