package dev.belay.store.postgres;

import dev.belay.catalog.Destination;
import dev.belay.delivery.Members;
import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import dev.belay.event.Ids;
import dev.belay.time.Time;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// This process among those on the database: its number, its signs of life, and the others as it
/// sees them.
///
/// No clocks of two machines are ever compared. A node judges its own leases by its own steady time
/// (`Time.now()`). With each sign of life it tells what that time is (`told_at`), and the database
/// notes when it heard it (`seen_at`). What has passed since, by the database's clock, added to
/// what the node told, is what that node's clock says by now, or a little less; its leases are
/// judged by that, less [Members#MARGIN]. So a lease of a node that is gone is taken over that
/// margin after its end.
///
/// The latest a lease can end: [#beforeLease] sees to it that it is taken at most [Members#FRESH]
/// after a sign of life, and [dev.belay.delivery.DispatcherLimits#shared] makes it [Members#FRESH]
/// and [Members#MARGIN] shorter than the lease that is configured. Three minutes: taken 10 s after
/// the last sign for 165 s, and given up 5 s after its end, which is 180 s after the last sign. It
/// still exceeds the longest timeout (120 s) and its margin (10 s).
///
/// A node that was only thought dead goes on under its number; what was taken from it is fenced by
/// the tokens. A number is given to another node only when nobody has used it for an hour, and
/// whoever held it before is shut out by the incarnation.
final class Nodes {
    private static final String TAKE =
            """
            UPDATE node SET name = ?, incarnation = incarnation + 1, seen_at = clock_timestamp(),
            told_at = ?, closed = false WHERE number = ? RETURNING incarnation
            """;

    private static final String NEW =
            """
            INSERT INTO node (number, name, incarnation, seen_at, told_at, closed)
            VALUES (?, ?, 1, clock_timestamp(), ?, false)
            """;

    /// A number for a name: its own, else one that is out of use, else -1.
    private static final String FREE =
            """
            SELECT number FROM node WHERE name = ? OR closed OR seen_at < clock_timestamp() - interval '1 hour'
            ORDER BY name = ? DESC, seen_at LIMIT 1
            """;

    private static final String BEAT =
            """
            UPDATE node SET seen_at = clock_timestamp(), told_at = ?, closed = false
            WHERE number = ? AND incarnation = ?
            """;

    /// A node that may still be at work, how long ago it last said so, and how long it may be
    /// silent yet; in seconds.
    private static final String ALIVE =
            """
            SELECT number, floor(silent), ceil(bound - silent)
            FROM (SELECT *, extract(epoch FROM clock_timestamp() - seen_at) AS silent, ? / 1000.0 AS bound
                  FROM node) AS n
            WHERE NOT closed AND silent <= bound ORDER BY number LIMIT 1
            """;

    /// Those that can still be at work.
    private static final String OTHERS =
            """
            SELECT number, extract(epoch FROM clock_timestamp() - seen_at) FROM node
            WHERE number <> ? AND NOT closed AND seen_at > clock_timestamp() - ? * interval '1 ms'
            ORDER BY number
            """;

    private static final String CLOSE =
            "UPDATE node SET closed = true WHERE number = ? AND incarnation = ?";

    /// What the process before has left under this number: no result of it can come any more, and a
    /// token of 0 fits none.
    private static final String INHERIT =
            """
            UPDATE work SET token = 0, visible_at = least(visible_at, ?)
            WHERE state = 1 AND node = ?
            """;

    private final Time time;
    private final int number;
    private final long incarnation;

    /// Only a sign of life changes them, one at a time.
    private volatile @Nullable Members members;

    private volatile @Nullable String lost;

    private Nodes(Time time, int number, long incarnation) {
        this.time = time;
        this.number = number;
        this.incarnation = incarnation;
    }

    /// Takes a number. The caller keeps other processes out meanwhile, and sees to a sign of life
    /// once this is committed.
    ///
    /// @param name this node's own over restarts; no two processes have the same at a time
    static Nodes join(Connection connection, String name, Time time) throws SQLException {
        int number = free(connection, name);
        long told = time.now().toEpochMilli();
        if (number < 0) {
            number = next(connection);
            try (PreparedStatement insert = connection.prepareStatement(NEW)) {
                insert.setInt(1, number);
                insert.setString(2, name);
                insert.setLong(3, told);
                insert.executeUpdate();
            }
            return new Nodes(time, number, 1);
        }
        Nodes node;
        try (PreparedStatement take = connection.prepareStatement(TAKE)) {
            take.setString(1, name);
            take.setLong(2, told);
            take.setInt(3, number);
            try (ResultSet row = take.executeQuery()) {
                row.next();
                node = new Nodes(time, number, row.getLong(1));
            }
        }
        try (PreparedStatement inherit = connection.prepareStatement(INHERIT)) {
            inherit.setLong(1, time.now().toEpochMilli());
            inherit.setInt(2, number);
            inherit.executeUpdate();
        }
        return node;
    }

    private static int free(Connection connection, String name) throws SQLException {
        try (PreparedStatement free = connection.prepareStatement(FREE)) {
            free.setString(1, name);
            free.setString(2, name);
            try (ResultSet row = free.executeQuery()) {
                return row.next() ? row.getInt(1) : -1;
            }
        }
    }

    private static int next(Connection connection) throws SQLException {
        try (PreparedStatement highest =
                        connection.prepareStatement("SELECT coalesce(max(number), -1) FROM node");
                ResultSet row = highest.executeQuery()) {
            row.next();
            int next = row.getInt(1) + 1;
            if (next >= Ids.MAX_NODES) {
                throw new StoreFailure(
                        Kind.UNAVAILABLE,
                        "%d nodes are on the database, and there can be no more"
                                .formatted(Ids.MAX_NODES));
            }
            return next;
        }
    }

    /// Sees to it that no node is at work. The caller keeps new ones out meanwhile.
    ///
    /// @throws StoreFailure when one is, or was until a moment ago
    static void mustBeGone(Connection connection) throws SQLException {
        try (PreparedStatement alive = connection.prepareStatement(ALIVE)) {
            alive.setLong(1, Members.settling(Destination.MAX_TIMEOUT).toMillis());
            try (ResultSet row = alive.executeQuery()) {
                if (row.next()) {
                    throw new StoreFailure(
                            Kind.UNAVAILABLE,
                            "the database is in use by a gateway: node %d gave a sign of life %d s ago. Stop it; if it has died, wait %d s"
                                    .formatted(row.getInt(1), row.getLong(2), row.getLong(3)));
                }
            }
        }
    }

    /// This node's number.
    int number() {
        return number;
    }

    /// How this process speaks to the others.
    Channel channel() {
        return new Channel(number, incarnation);
    }

    /// Why this process can no longer speak for its number, null while it can.
    @Nullable String lost() {
        return lost;
    }

    /// @throws StoreFailure when it cannot
    void mustBeOurs() {
        String why = lost;
        if (why != null) {
            throw new StoreFailure(Kind.UNAVAILABLE, why);
        }
    }

    /// The nodes as they were at the last sign of life.
    Members members() {
        return Objects.requireNonNull(members, "no sign of life yet");
    }

    /// To be called before anything is leased: a sign of life, where the last is too old.
    void beforeLease(Connection connection) throws SQLException {
        if (time.nanos() - members().signAt() > Members.FRESH.toNanos()) {
            beat(connection);
        }
    }

    /// A sign of life, and a look at the others after it: of two that arrive at once, at least one
    /// sees the other. Not to be called within a transaction.
    ///
    /// @throws StoreFailure when the number is another's
    synchronized void beat(Connection connection) throws SQLException {
        long before = time.nanos();
        try (PreparedStatement beat = connection.prepareStatement(BEAT)) {
            beat.setLong(1, time.now().toEpochMilli());
            beat.setInt(2, number);
            beat.setLong(3, incarnation);
            if (beat.executeUpdate() == 0) {
                String why =
                        "another process has taken this node's number %d; start this one again"
                                .formatted(number);
                lost = why;
                throw new StoreFailure(Kind.UNAVAILABLE, why);
            }
        }
        long after = time.nanos();
        members = Members.seen(members, number, before, after, others(connection));
    }

    private List<Members.Other> others(Connection connection) throws SQLException {
        List<Members.Other> others = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(OTHERS)) {
            query.setInt(1, number);
            query.setLong(2, Members.settling(Destination.MAX_TIMEOUT).toMillis());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Duration silent = Duration.ofNanos((long) (row.getDouble(2) * 1e9));
                    others.add(new Members.Other(row.getInt(1), silent));
                }
            }
        }
        return others;
    }

    /// Says that nothing more will come of this process.
    void leave(Connection connection) throws SQLException {
        try (PreparedStatement close = connection.prepareStatement(CLOSE)) {
            close.setInt(1, number);
            close.setLong(2, incarnation);
            close.executeUpdate();
        }
    }
}
