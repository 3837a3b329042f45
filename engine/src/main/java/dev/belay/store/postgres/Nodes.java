package dev.belay.store.postgres;

import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import dev.belay.event.Ids;
import dev.belay.time.Pace;
import dev.belay.time.Time;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// This process among those on the database: its number, and its signs of life.
///
/// No clocks of two machines are ever compared. A node judges its own leases by its own steady
/// time. Another node's leases are over when that node is closed or was silent, by the database's
/// clock, for longer than any lease it can have granted: [#beforeLease] sees to it that nothing is
/// leased without a recent sign of life. A node that was only thought dead goes on under its
/// number; what was taken from it is fenced by the tokens. A number is given to another node only
/// when nobody has used it for an hour, and whoever held it before is shut out by the incarnation.
final class Nodes {
    /// Beyond the lease before a silent node's work is taken over, and how old a sign of life may
    /// be when something is leased. In milliseconds.
    private static final long MARGIN = Pace.of(Duration.ofSeconds(30)).toMillis();

    private static final String TAKE =
            """
            UPDATE node SET name = ?, incarnation = incarnation + 1, seen_at = clock_timestamp(),
            silence = ?, closed = false WHERE number = ? RETURNING incarnation
            """;

    private static final String NEW =
            """
            INSERT INTO node (number, name, incarnation, seen_at, silence, closed)
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
            UPDATE node SET seen_at = clock_timestamp(), closed = false
            WHERE number = ? AND incarnation = ?
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
    private volatile long seenAt;
    private volatile @Nullable String lost;

    private Nodes(Time time, int number, long incarnation) {
        this.time = time;
        this.number = number;
        this.incarnation = incarnation;
        seenAt = time.nanos();
    }

    /// Takes a number. The caller keeps other processes out meanwhile.
    ///
    /// @param name this node's own over restarts; no two processes have the same at a time
    static Nodes join(Connection connection, String name, Duration lease, Time time)
            throws SQLException {
        int number = free(connection, name);
        long silence = lease.toMillis() + 2 * MARGIN;
        if (number < 0) {
            number = next(connection);
            try (PreparedStatement insert = connection.prepareStatement(NEW)) {
                insert.setInt(1, number);
                insert.setString(2, name);
                insert.setLong(3, silence);
                insert.executeUpdate();
            }
            return new Nodes(time, number, 1);
        }
        Nodes node;
        try (PreparedStatement take = connection.prepareStatement(TAKE)) {
            take.setString(1, name);
            take.setLong(2, silence);
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

    /// This node's number.
    int number() {
        return number;
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

    /// To be called before anything is leased: a sign of life, where the last is too old.
    void beforeLease(Connection connection) throws SQLException {
        if (time.nanos() - seenAt > MARGIN * 1_000_000) {
            beat(connection);
        }
    }

    /// A sign of life.
    ///
    /// @throws StoreFailure when the number is another's
    void beat(Connection connection) throws SQLException {
        long before = time.nanos();
        try (PreparedStatement beat = connection.prepareStatement(BEAT)) {
            beat.setInt(1, number);
            beat.setLong(2, incarnation);
            if (beat.executeUpdate() == 0) {
                String why =
                        "another process has taken this node's number %d; start this one again"
                                .formatted(number);
                lost = why;
                throw new StoreFailure(Kind.UNAVAILABLE, why);
            }
        }
        seenAt = before;
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
