package dev.belay.store.postgres;

import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.Release;
import dev.belay.delivery.DeliveryQueue.Rescued;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.Members;
import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import dev.belay.store.postgres.DeadLetters.Made;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Leases: taking them, giving them back, taking them away, and burying what is due.
///
/// Rows are first picked and locked, then changed by their place in the table (`ctid`), which
/// nobody can move meanwhile. A join by key would do the same, but the planner does not know how
/// few a limit lets through, and reads the whole table for what it takes to be a tenth of it.
final class Claims {
    /// Rows that another node is just claiming are passed over.
    private static final String CLAIM =
            """
            WITH due AS (SELECT ctid, event, ordinal, visible_at FROM work
              WHERE state = 0 AND destination = ? AND visible_at <= ?
              ORDER BY visible_at, event, ordinal LIMIT ? FOR UPDATE SKIP LOCKED),
            claimed AS (UPDATE work w SET state = 1, node = ?, visible_at = ?, token = ?,
                attempts = w.attempts + 1, changed_at = ?
              WHERE w.ctid = ANY (ARRAY(SELECT ctid FROM due))
              RETURNING w.event, w.ordinal, w.destination, w.subscription, w.created_at,
                w.attempts, w.throttled, w.replay_of),
            counted AS ({counts})
            SELECT event, ordinal, destination, subscription, created_at, attempts, throttled,
              replay_of, due.visible_at
            FROM claimed JOIN due USING (event, ordinal)
            """;

    private static final String RELEASE =
            """
            WITH r AS (SELECT * FROM unnest(?::bigint[], ?::integer[], ?::bigint[], ?::bigint[])
              AS r (event, ordinal, token, due_at)),
            released AS (UPDATE work w SET state = 0, node = -1, visible_at = r.due_at, token = 0,
                attempts = w.attempts - 1
              FROM r WHERE w.event = r.event AND w.ordinal = r.ordinal AND w.state = 1
                AND w.token = r.token
              RETURNING w.event, w.ordinal, w.destination),
            noted AS (INSERT INTO state_change AS c (event, ordinal, change, times, first_at, last_at)
              SELECT event, ordinal, 'released', 1, ?::bigint, ?::bigint FROM released
              ON CONFLICT (event, ordinal, change)
              DO UPDATE SET times = c.times + 1, last_at = excluded.last_at),
            counted AS ({counts})
            SELECT count(*) FROM released
            """;

    /// Own leases by the node's own time; others' by what their clocks say by now at least, and all
    /// of a node that has closed.
    private static final String RESCUE =
            """
            WITH others AS MATERIALIZED (SELECT number, CASE WHEN closed THEN 9223372036854775807
                ELSE told_at - ? + floor(extract(epoch FROM clock_timestamp() - seen_at) * 1000)::bigint
                END AS their_time FROM node WHERE number <> ?),
            own AS (SELECT ctid, event, ordinal, lost, attempts, changed_at FROM work
              WHERE state = 1 AND node = ? AND visible_at <= ? ORDER BY visible_at
              LIMIT ? FOR UPDATE SKIP LOCKED),
            orphaned AS (SELECT w.ctid, w.event, w.ordinal, w.lost, w.attempts, w.changed_at
              FROM others JOIN work w ON w.node = others.number AND w.state = 1
                AND w.visible_at <= others.their_time
              LIMIT ? FOR UPDATE OF w SKIP LOCKED),
            ended AS (SELECT * FROM own UNION ALL SELECT * FROM orphaned LIMIT ?),
            poisoned AS (DELETE FROM work w
              WHERE w.ctid = ANY (ARRAY(SELECT ctid FROM ended WHERE lost + 1 >= ?))
              RETURNING w.event, w.ordinal, w.destination, w.subscription, w.attempts, w.throttled,
                w.replay_of, w.created_at),
            again AS (UPDATE work w SET state = 0, node = -1, visible_at = ?, token = 0,
                lost = w.lost + 1, changed_at = ?
              WHERE w.ctid = ANY (ARRAY(SELECT ctid FROM ended WHERE lost + 1 < ?))
              RETURNING w.event, w.ordinal, w.destination, w.subscription, w.attempts, w.throttled,
                w.replay_of, w.created_at),
            finished AS (INSERT INTO delivery (event, ordinal, destination, subscription, state,
                finished_at, reason, attempts, throttled, replay_of, created_at)
              SELECT event, ordinal, destination, subscription, 4, ?, ?::bytea, attempts, throttled,
                replay_of, created_at FROM poisoned),
            tried AS (INSERT INTO attempt (event, ordinal, number, started_at, nanos, outcome,
                status, truncated)
              SELECT event, ordinal, attempts, changed_at,
                greatest(0, ? - changed_at) * 1000000, 6, 0, 0 FROM ended),
            counted AS ({counts})
            SELECT event, ordinal, destination, subscription, created_at, attempts, throttled,
              replay_of, true FROM poisoned
            UNION ALL
            SELECT event, ordinal, destination, subscription, created_at, attempts, throttled,
              replay_of, false FROM again
            """;

    /// Nothing for a destination that is declared: whoever wants it buried may not know yet that
    /// another node has declared it since. The one snapshot sees the declaration of whatever was
    /// stored for it after.
    private static final String BURY =
            """
            WITH due AS (SELECT ctid FROM work WHERE state = 0 AND destination = ?
                AND NOT EXISTS (SELECT FROM declaration WHERE kind = 'destination' AND name = ?)
              ORDER BY visible_at, event, ordinal LIMIT ? FOR UPDATE SKIP LOCKED),
            buried AS (DELETE FROM work w WHERE w.ctid = ANY (ARRAY(SELECT ctid FROM due))
              RETURNING w.event, w.ordinal, w.destination, w.subscription, w.attempts, w.throttled,
                w.replay_of, w.created_at),
            finished AS (INSERT INTO delivery (event, ordinal, destination, subscription, state,
                finished_at, reason, attempts, throttled, replay_of, created_at)
              SELECT event, ordinal, destination, subscription, 4, ?, ?, attempts, throttled,
                replay_of, created_at FROM buried),
            noted AS (INSERT INTO state_change AS c (event, ordinal, change, times, first_at, last_at)
              SELECT event, ordinal, 'buried', 1, ?::bigint, ?::bigint FROM buried
              ON CONFLICT (event, ordinal, change)
              DO UPDATE SET times = c.times + 1, last_at = excluded.last_at),
            counted AS ({counts})
            SELECT event, ordinal, destination, subscription, created_at, attempts, throttled,
              replay_of FROM buried
            """;

    private final Names names;
    private final int node;
    private final String claim;
    private final String release;
    private final String rescue;
    private final String bury;

    Claims(Names names, int node, Counting counting) {
        this.names = names;
        this.node = node;
        claim = CLAIM.replace("{counts}", counting.add(moved("claimed", "0", "1")));
        release = RELEASE.replace("{counts}", counting.add(moved("released", "1", "0")));
        rescue =
                RESCUE.replace(
                        "{counts}",
                        counting.add(
                                moved("poisoned", "1", "4")
                                        + " UNION ALL "
                                        + moved("again", "1", "0")));
        bury = BURY.replace("{counts}", counting.add(moved("buried", "0", "4")));
    }

    private static String moved(String table, String from, String to) {
        return "SELECT destination, %s, -1 FROM %s UNION ALL SELECT destination, %s, 1 FROM %s"
                .formatted(from, table, to, table);
    }

    List<Delivery> claim(
            Connection connection, String destination, int limit, Instant now, Lease lease)
            throws SQLException {
        List<Claimed> claimed = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(claim)) {
            statement.setInt(1, names.id(destination));
            statement.setLong(2, now.toEpochMilli());
            statement.setInt(3, limit);
            statement.setInt(4, node);
            statement.setLong(5, lease.until().toEpochMilli());
            statement.setLong(6, lease.token());
            statement.setLong(7, now.toEpochMilli());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Delivery delivery = delivery(connection, row, new DeliveryState.Leased(lease));
                    claimed.add(new Claimed(row.getLong(9), delivery));
                }
            }
        }
        // What a statement returns is in no order.
        claimed.sort(
                Comparator.comparingLong(Claimed::dueAt).thenComparing(one -> one.delivery().id()));
        return claimed.stream().map(Claimed::delivery).toList();
    }

    private record Claimed(long dueAt, Delivery delivery) {}

    /// A row of those that the statements here return.
    private Delivery delivery(Connection connection, ResultSet row, DeliveryState state)
            throws SQLException {
        EventId event = new EventId(row.getLong(1));
        return new Delivery(
                new DeliveryId(event, row.getInt(2)),
                names.text(connection, row.getInt(3)),
                names.text(connection, row.getInt(4)),
                Instant.ofEpochMilli(row.getLong(5)),
                row.getInt(6),
                row.getInt(7),
                replayOf(event, row, 8),
                state);
    }

    static @Nullable DeliveryId replayOf(EventId event, ResultSet row, int column)
            throws SQLException {
        int ordinal = row.getInt(column);
        return row.wasNull() ? null : new DeliveryId(event, ordinal);
    }

    int release(Connection connection, List<Release> releases, Instant now) throws SQLException {
        int size = releases.size();
        long[] events = new long[size];
        int[] ordinals = new int[size];
        long[] tokens = new long[size];
        long[] dueAt = new long[size];
        for (int i = 0; i < size; i++) {
            Release one = releases.get(i);
            events[i] = one.delivery().event().value();
            ordinals[i] = one.delivery().ordinal();
            tokens[i] = one.token();
            dueAt[i] = one.dueAt().toEpochMilli();
        }
        try (PreparedStatement statement = connection.prepareStatement(release)) {
            statement.setObject(1, events);
            statement.setObject(2, ordinals);
            statement.setObject(3, tokens);
            statement.setObject(4, dueAt);
            statement.setLong(5, now.toEpochMilli());
            statement.setLong(6, now.toEpochMilli());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    Made<List<Rescued>> rescue(Connection connection, Instant now, int poisonAfter, int limit)
            throws SQLException {
        List<Rescued> rescued = new ArrayList<>();
        List<Delivery> dead = new ArrayList<>();
        long millis = now.toEpochMilli();
        DeliveryState poison = dead(millis, DeadReason.POISON);
        try (PreparedStatement statement = connection.prepareStatement(rescue)) {
            statement.setLong(1, Members.MARGIN.toMillis());
            statement.setInt(2, node);
            statement.setInt(3, node);
            statement.setLong(4, millis);
            statement.setInt(5, limit);
            statement.setInt(6, limit);
            statement.setInt(7, limit);
            statement.setInt(8, poisonAfter);
            statement.setLong(9, millis);
            statement.setLong(10, millis);
            statement.setInt(11, poisonAfter);
            statement.setLong(12, millis);
            statement.setBytes(13, EventRows.utf8(DeadReason.POISON.word()));
            statement.setLong(14, millis);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Delivery delivery = delivery(connection, row, poison);
                    boolean died = row.getBoolean(9);
                    rescued.add(new Rescued(delivery.id(), delivery.destination(), died));
                    if (died) {
                        dead.add(delivery);
                    }
                }
            }
        }
        return new Made<>(rescued, dead);
    }

    Made<Integer> bury(
            Connection connection, String destination, DeadReason reason, Instant now, int limit)
            throws SQLException {
        List<Delivery> dead = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(bury)) {
            statement.setInt(1, names.id(destination));
            statement.setString(2, destination);
            statement.setInt(3, limit);
            statement.setLong(4, now.toEpochMilli());
            statement.setBytes(5, EventRows.utf8(reason.word()));
            statement.setLong(6, now.toEpochMilli());
            statement.setLong(7, now.toEpochMilli());
            DeliveryState buried = dead(now.toEpochMilli(), reason);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    dead.add(delivery(connection, row, buried));
                }
            }
        }
        return new Made<>(dead.size(), dead);
    }

    private static DeliveryState dead(long at, DeadReason reason) {
        return new DeliveryState.Dead(Instant.ofEpochMilli(at), reason);
    }
}
