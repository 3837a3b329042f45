package dev.belay.store.postgres;

import dev.belay.event.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The weeks of history. Each is a partition of every table of history, bounded by ids, which grow
/// with time. Made ahead by upkeep, and on the spot for an id that lies outside. Safe for use by
/// many threads.
final class Partitions {
    static final List<String> TABLES = List.of("event", "delivery", "attempt");

    /// Ids of one week.
    private static final long IDS =
            Ids.lowestAt(Instant.parse("2020-01-08T00:00:00Z"))
                    - Ids.lowestAt(Instant.parse("2020-01-01T00:00:00Z"));

    /// Only one process at a time changes partitions; this many as a letter of the lock.
    static final long LOCK = 0x62656c6179_01L;

    private final Database database;
    private final Set<Long> known = ConcurrentHashMap.newKeySet();

    Partitions(Database database) {
        this.database = database;
    }

    static long week(long id) {
        return id / IDS;
    }

    static long first(long week) {
        return week * IDS;
    }

    /// The first id that is no longer of the week.
    static long end(long week) {
        long end = (week + 1) * IDS;
        return end < 0 ? Long.MAX_VALUE : end;
    }

    static String name(String table, long week) {
        return table + "_w" + week;
    }

    /// Sees to it that there is room for events with these ids.
    void ensure(long[] ids) throws SQLException {
        for (long id : ids) {
            long week = week(id);
            if (!known.contains(week)) {
                make(week);
            }
        }
    }

    /// Makes the weeks of now and soon.
    void ahead(Instant now) throws SQLException {
        for (int days : new int[] {0, 7}) {
            ensure(new long[] {Ids.lowestAt(now.plus(Duration.ofDays(days)))});
        }
    }

    /// Looks again: another node may have dropped what is known here.
    void forget() {
        known.clear();
    }

    private void make(long week) throws SQLException {
        try (Connection connection = database.writing()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
                for (String table : TABLES) {
                    String name = name(table, week);
                    if (!exists(connection, name)) {
                        // Attached, not made as a partition: that would wait for every reader.
                        statement.executeUpdate(
                                "CREATE TABLE %s (LIKE %s INCLUDING ALL)".formatted(name, table));
                        statement.executeUpdate(
                                "ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%d) TO (%d)"
                                        .formatted(table, name, first(week), end(week)));
                    }
                }
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        }
        known.add(week);
    }

    private static boolean exists(Connection connection, String name) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /// The weeks there are, oldest first.
    static List<Long> weeks(Connection connection) throws SQLException {
        List<Long> weeks = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                """
                                SELECT substr(c.relname, 8)::bigint FROM pg_inherits i
                                JOIN pg_class c ON c.oid = i.inhrelid
                                WHERE i.inhparent = 'event'::regclass ORDER BY 1
                                """)) {
            while (rows.next()) {
                weeks.add(rows.getLong(1));
            }
        }
        return weeks;
    }
}
