package dev.belay.store.postgres;

import dev.belay.store.IdBounds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Retention: drops weeks of which everything is over and past its window, and walks through the
/// events from the oldest on, a part at each call, to remove those of the other weeks. One node at
/// a time; used under the lock of upkeep.
final class Purging {
    /// Events looked at for each one that may be removed.
    private static final int LOOKS = 4;

    private static final int LEAST_LOOKS = 1_000;

    /// Expired keys forgotten at a time.
    private static final int KEYS = 5_000;

    /// Only one process at a time removes history.
    private static final long LOCK = Partitions.LOCK + 1;

    /// The part of the walk, and which of it may go. An event that somebody holds is passed over.
    private static final String LOOK =
            """
            WITH look AS (SELECT id, received_at FROM event
              WHERE id > ? AND id <= ? AND id < ? ORDER BY id LIMIT ?)
            SELECT (SELECT max(id) FROM look), (SELECT count(*) FROM look),
              ARRAY(SELECT id FROM look WHERE received_at < greatest(?::bigint, ?::bigint)
                AND NOT EXISTS (SELECT FROM work w WHERE w.event = look.id)
                AND NOT EXISTS (SELECT FROM delivery d WHERE d.event = look.id
                  AND d.finished_at >= CASE WHEN d.state = 4 THEN ?::bigint ELSE ?::bigint END)
                AND (received_at < ? OR EXISTS (SELECT FROM delivery d WHERE d.event = look.id))
                ORDER BY id LIMIT ?)
            """;

    private static final String HOLD =
            "SELECT id FROM event WHERE id = ANY (?) ORDER BY id FOR UPDATE SKIP LOCKED";

    /// Looked at again, now that nobody can add to them.
    private static final String REMOVE =
            """
            WITH removable AS (SELECT id FROM unnest(?::bigint[]) AS r (id)
              WHERE NOT EXISTS (SELECT FROM work w WHERE w.event = r.id)),
            attempts AS (DELETE FROM attempt WHERE event IN (SELECT id FROM removable)),
            changes AS (DELETE FROM state_change WHERE event IN (SELECT id FROM removable)),
            deliveries AS (DELETE FROM delivery WHERE event IN (SELECT id FROM removable)
              RETURNING destination, state),
            events AS (DELETE FROM event WHERE id IN (SELECT id FROM removable) RETURNING id),
            counted AS ({counts})
            SELECT count(*) FROM events
            """;

    private static final String COUNTS =
            """
            SELECT destination, state, -1 FROM deliveries
            UNION ALL SELECT 0, -1, -1 FROM events""";

    private static final String HIGHEST =
            """
            INSERT INTO fact AS f (key, value) VALUES ('highest_id', ?)
            ON CONFLICT (key) DO UPDATE SET value = greatest(f.value, excluded.value)
            """;

    private final AtomicLong highestId;
    private final Counting counting;
    private final String remove;

    /// Events up to here have been looked at in this round.
    private long position = -1;

    Purging(AtomicLong highestId, Counting counting) {
        this.highestId = highestId;
        this.counting = counting;
        remove = REMOVE.replace("{counts}", counting.add(COUNTS));
    }

    /// What may go.
    ///
    /// @param deliveredBefore of deliveries that were delivered or cancelled, and of events without
    ///   deliveries
    /// @param deadBefore of dead ones
    record Windows(long deliveredBefore, long deadBefore) {
        long earliest() {
            return Math.min(deliveredBefore, deadBefore);
        }
    }

    /// Removes at most `limit` events and says how many. In a transaction of the caller's.
    int purge(Connection connection, Windows windows, Instant now, int limit) throws SQLException {
        if (!lock(connection)) {
            return 0;
        }
        rejects(connection, windows.deliveredBefore);
        keys(connection, now);
        int removed = walk(connection, windows, limit);
        keepHighest(connection);
        return removed;
    }

    private void keepHighest(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HIGHEST)) {
            statement.setLong(1, highestId.get());
            statement.executeUpdate();
        }
    }

    private int walk(Connection connection, Windows windows, int limit) throws SQLException {
        long begin = position;
        int most = Math.max(limit * LOOKS, LEAST_LOOKS);
        int removed = look(connection, windows, Long.MAX_VALUE, most, limit);
        if (position < 0 && begin >= 0 && removed < limit) {
            // The end was reached: on from the oldest to where this call began.
            removed += look(connection, windows, begin, most, limit - removed);
        }
        return removed;
    }

    private int look(Connection connection, Windows windows, long to, int most, int limit)
            throws SQLException {
        long latest = Math.max(windows.deliveredBefore, windows.deadBefore);
        try (PreparedStatement statement = connection.prepareStatement(LOOK)) {
            statement.setLong(1, position);
            statement.setLong(2, to);
            statement.setLong(3, IdBounds.before(Instant.ofEpochMilli(latest)));
            statement.setInt(4, most);
            statement.setLong(5, windows.deliveredBefore);
            statement.setLong(6, windows.deadBefore);
            statement.setLong(7, windows.deadBefore);
            statement.setLong(8, windows.deliveredBefore);
            statement.setLong(9, windows.deliveredBefore);
            statement.setInt(10, limit);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                long last = row.getLong(1);
                boolean more = row.getLong(2) == most;
                Long[] removable = (Long[]) row.getArray(3).getArray();
                boolean full = removable.length == limit && limit > 0;
                // What was left over is looked at next time; at the end it begins anew.
                position = full ? removable[limit - 1] : more ? last : -1;
                return remove(connection, removable);
            }
        }
    }

    private int remove(Connection connection, Long[] removable) throws SQLException {
        if (removable.length == 0) {
            return 0;
        }
        List<Long> held = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(HOLD)) {
            statement.setObject(1, removable);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    held.add(row.getLong(1));
                    highestId.accumulateAndGet(row.getLong(1), Math::max);
                }
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(remove)) {
            statement.setObject(1, held.toArray(Long[]::new));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private static boolean lock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT pg_try_advisory_xact_lock(%d)".formatted(LOCK))) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static void rejects(Connection connection, long before) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM reject WHERE rejected_at < ?")) {
            statement.setLong(1, before);
            statement.executeUpdate();
        }
    }

    private static void keys(Connection connection, Instant now) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        """
                        DELETE FROM dedupe WHERE ctid = ANY (ARRAY(SELECT ctid FROM dedupe
                          WHERE expires <= ? ORDER BY expires LIMIT ? FOR UPDATE SKIP LOCKED))
                        """)) {
            statement.setLong(1, now.toEpochMilli());
            statement.setInt(2, KEYS);
            statement.executeUpdate();
        }
    }

    /// Drops the oldest week of which everything may go, and says how many events it had. In a
    /// transaction of the caller's.
    int dropWeek(Connection connection, Windows windows) throws SQLException {
        if (!lock(connection)) {
            return 0;
        }
        List<Long> weeks = Partitions.weeks(connection);
        long bound = IdBounds.since(Instant.ofEpochMilli(windows.earliest()));
        for (long week : weeks) {
            if (Partitions.end(week) > bound) {
                return 0;
            }
            if (isOver(connection, week, windows)) {
                return drop(connection, week, windows);
            }
        }
        return 0;
    }

    private static boolean isOver(Connection connection, long week, Windows windows)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        """
                        SELECT NOT EXISTS (SELECT FROM work WHERE event >= ? AND event < ?)
                          AND NOT EXISTS (SELECT FROM event WHERE id >= ? AND id < ?
                            AND received_at >= ?)
                          AND NOT EXISTS (SELECT FROM delivery WHERE event >= ? AND event < ?
                            AND finished_at >= CASE WHEN state = 4 THEN ?::bigint ELSE ?::bigint END)
                        """)) {
            for (int i : new int[] {1, 3, 6}) {
                statement.setLong(i, Partitions.first(week));
                statement.setLong(i + 1, Partitions.end(week));
            }
            statement.setLong(5, windows.earliest());
            statement.setLong(8, windows.deadBefore);
            statement.setLong(9, windows.deliveredBefore);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /// Waits a moment at most for those who read; the next call tries again.
    private int drop(Connection connection, long week, Windows windows) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '500ms'");
            statement.execute("SELECT pg_advisory_xact_lock(" + Partitions.LOCK + ")");
            for (String table : Partitions.TABLES) {
                statement.execute(
                        "LOCK TABLE %s IN ACCESS EXCLUSIVE MODE"
                                .formatted(Partitions.name(table, week)));
            }
            if (!isOver(connection, week, windows)) {
                return 0;
            }
            String counts =
                    """
                    SELECT destination, state, -count(*) FROM %s GROUP BY destination, state
                    UNION ALL SELECT 0, -1, -count(*) FROM %s"""
                            .formatted(
                                    Partitions.name("delivery", week),
                                    Partitions.name("event", week));
            int events;
            try (ResultSet row =
                    statement.executeQuery(
                            "SELECT count(*), coalesce(max(id), 0) FROM "
                                    + Partitions.name("event", week))) {
                row.next();
                events = row.getInt(1);
                highestId.accumulateAndGet(row.getLong(2), Math::max);
            }
            keepHighest(connection);
            statement.executeUpdate(counting.add(counts));
            statement.executeUpdate(
                    "DELETE FROM state_change WHERE event >= %d AND event < %d"
                            .formatted(Partitions.first(week), Partitions.end(week)));
            for (String table : Partitions.TABLES) {
                String name = Partitions.name(table, week);
                statement.executeUpdate(
                        "ALTER TABLE %s DETACH PARTITION %s".formatted(table, name));
                statement.executeUpdate("DROP TABLE " + name);
            }
            return events;
        }
    }
}
