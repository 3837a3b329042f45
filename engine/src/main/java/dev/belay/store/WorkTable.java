package dev.belay.store;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.NewDelivery;
import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes unfinished deliveries. Belongs to the writer.
final class WorkTable {
    private static final String COLUMNS =
            "event, ordinal, destination, subscription, attempts, throttled, lost, replay_of, created_at, changed_at";

    private final PreparedStatement insert;
    private final PreparedStatement due;
    private final PreparedStatement dueFor;
    private final PreparedStatement claim;
    private final PreparedStatement delete;
    private final PreparedStatement deleteLeased;
    private final PreparedStatement retry;
    private final PreparedStatement release;
    private final PreparedStatement ended;
    private final PreparedStatement earliestEnd;
    private final PreparedStatement lose;
    private final PreparedStatement lastOrdinal;
    private final PreparedStatement any;
    private final PreparedStatement destinationOf;
    private final NameTable names;
    private final Counters counters;

    /// No lease ends before this, so that the table is not searched for ended ones on every sweep.
    private long noLeaseEndsBefore;

    WorkTable(Connection connection, NameTable names, Counters counters) throws SQLException {
        this.names = names;
        this.counters = counters;
        insert =
                connection.prepareStatement(
                        """
                        INSERT INTO work
                        (event, ordinal, destination, subscription, state, visible_at, token, attempts,
                         throttled, lost, replay_of, created_at, changed_at, reason)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?)
                        """);
        String order = " ORDER BY visible_at, event, ordinal LIMIT ?";
        due =
                connection.prepareStatement(
                        "SELECT w.*, n.text FROM (SELECT "
                                + COLUMNS
                                + " FROM work WHERE state = 0 AND destination = ? AND visible_at <= ?"
                                + order
                                + ") w JOIN name n ON n.id = w.subscription");
        dueFor =
                connection.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + " FROM work WHERE state = 0 AND destination = ?"
                                + order);
        claim =
                connection.prepareStatement(
                        """
                        UPDATE work SET state = 1, visible_at = ?, token = ?, attempts = attempts + 1,
                        changed_at = ? WHERE event = ? AND ordinal = ?
                        """);
        delete = connection.prepareStatement("DELETE FROM work WHERE event = ? AND ordinal = ?");
        deleteLeased =
                connection.prepareStatement(
                        "DELETE FROM work WHERE event = ? AND ordinal = ? AND state = 1 AND token = ?");
        retry =
                connection.prepareStatement(
                        """
                        UPDATE work SET state = 0, visible_at = ?, token = 0, throttled = throttled + ?,
                        lost = 0, changed_at = ?
                        WHERE event = ? AND ordinal = ? AND state = 1 AND token = ?
                        """);
        release =
                connection.prepareStatement(
                        """
                        UPDATE work SET state = 0, visible_at = ?, token = 0, attempts = attempts - 1
                        WHERE event = ? AND ordinal = ? AND state = 1 AND token = ?
                        """);
        ended =
                connection.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + " FROM work WHERE state = 1 AND visible_at <= ? ORDER BY event, ordinal LIMIT ?");
        earliestEnd =
                connection.prepareStatement("SELECT min(visible_at) FROM work WHERE state = 1");
        lose =
                connection.prepareStatement(
                        """
                        UPDATE work SET state = 0, visible_at = ?, token = 0, lost = lost + 1, changed_at = ?
                        WHERE event = ? AND ordinal = ?
                        """);
        lastOrdinal = connection.prepareStatement("SELECT max(ordinal) FROM work WHERE event = ?");
        any = connection.prepareStatement("SELECT 1 FROM work WHERE event = ? LIMIT 1");
        destinationOf =
                connection.prepareStatement(
                        "SELECT destination FROM work WHERE event = ? AND ordinal = ?");
    }

    /// Stores a delivery that is due, leased or held.
    Delivery insert(DeliveryId id, NewDelivery made, Instant now) throws SQLException {
        int state = State.of(made.state());
        int destination = names.id(made.destination());
        long visibleAt = 0;
        long token = 0;
        String reason = null;
        switch (made.state()) {
            case DeliveryState.Due(Instant at) -> visibleAt = at.toEpochMilli();
            case DeliveryState.Leased(Lease lease) -> {
                visibleAt = lease.until().toEpochMilli();
                token = lease.token();
                noLeaseEndsBefore = Math.min(noLeaseEndsBefore, visibleAt);
            }
            case DeliveryState.Held(String why) -> reason = why;
            case DeliveryState.Delivered _, DeliveryState.Dead _, DeliveryState.Cancelled _ ->
                    throw new IllegalArgumentException("finished: " + id);
        }
        int attempts = state == State.LEASED ? 1 : 0;
        insert.setLong(1, id.event().value());
        insert.setInt(2, id.ordinal());
        insert.setInt(3, destination);
        insert.setInt(4, names.id(made.subscription()));
        insert.setInt(5, state);
        insert.setLong(6, visibleAt);
        insert.setLong(7, token);
        insert.setInt(8, attempts);
        setReplayOf(insert, 9, made.replayOf());
        insert.setLong(10, now.toEpochMilli());
        insert.setLong(11, now.toEpochMilli());
        insert.setString(12, reason);
        insert.executeUpdate();
        counters.add(destination, state, 1);
        return new Delivery(
                id,
                made.destination(),
                made.subscription(),
                Instant.ofEpochMilli(now.toEpochMilli()),
                attempts,
                0,
                made.replayOf(),
                made.state());
    }

    List<Delivery> claim(String destination, int limit, Instant now, Lease lease)
            throws SQLException {
        int destinationId = names.id(destination);
        due.setInt(1, destinationId);
        due.setLong(2, now.toEpochMilli());
        due.setInt(3, limit);
        List<Delivery> claimed = new ArrayList<>();
        try (ResultSet rows = due.executeQuery()) {
            while (rows.next()) {
                Row row = Row.of(rows);
                claimed.add(
                        new Delivery(
                                row.id,
                                destination,
                                rows.getString(11),
                                row.createdAt,
                                row.attempts + 1,
                                row.throttled,
                                row.replayOf,
                                new DeliveryState.Leased(lease)));
            }
        }
        for (Delivery delivery : claimed) {
            claim.setLong(1, lease.until().toEpochMilli());
            claim.setLong(2, lease.token());
            claim.setLong(3, now.toEpochMilli());
            claim.setLong(4, delivery.id().event().value());
            claim.setInt(5, delivery.id().ordinal());
            claim.executeUpdate();
        }
        if (!claimed.isEmpty()) {
            noLeaseEndsBefore = Math.min(noLeaseEndsBefore, lease.until().toEpochMilli());
            counters.add(destinationId, State.DUE, -claimed.size());
            counters.add(destinationId, State.LEASED, claimed.size());
        }
        return claimed;
    }

    /// Takes out a claimed delivery, if the token is still its own.
    boolean finish(DeliveryId id, long token, int destination) throws SQLException {
        deleteLeased.setLong(1, id.event().value());
        deleteLeased.setInt(2, id.ordinal());
        deleteLeased.setLong(3, token);
        boolean current = deleteLeased.executeUpdate() == 1;
        if (current) {
            counters.add(destination, State.LEASED, -1);
        }
        return current;
    }

    /// Makes a claimed delivery due again, if the token is still its own.
    boolean retry(
            DeliveryId id, long token, int destination, Instant at, boolean counted, Instant now)
            throws SQLException {
        retry.setLong(1, at.toEpochMilli());
        retry.setInt(2, counted ? 0 : 1);
        retry.setLong(3, now.toEpochMilli());
        retry.setLong(4, id.event().value());
        retry.setInt(5, id.ordinal());
        retry.setLong(6, token);
        boolean current = retry.executeUpdate() == 1;
        if (current) {
            leasedToDue(destination);
        }
        return current;
    }

    /// Gives a claim back untried, if the token is still its own.
    boolean release(DeliveryId id, long token, Instant dueAt) throws SQLException {
        release.setLong(1, dueAt.toEpochMilli());
        release.setLong(2, id.event().value());
        release.setInt(3, id.ordinal());
        release.setLong(4, token);
        if (release.executeUpdate() != 1) {
            return false;
        }
        destinationOf.setLong(1, id.event().value());
        destinationOf.setInt(2, id.ordinal());
        try (ResultSet row = destinationOf.executeQuery()) {
            leasedToDue(row.getInt(1));
        }
        return true;
    }

    /// Claims whose lease has ended. Reads the table only when one can have.
    List<Row> ended(Instant now, int limit) throws SQLException {
        if (now.toEpochMilli() < noLeaseEndsBefore) {
            return List.of();
        }
        ended.setLong(1, now.toEpochMilli());
        ended.setInt(2, limit);
        List<Row> rows = rows(ended);
        if (rows.isEmpty()) {
            // Nothing was changed, so this stays true even if the transaction is taken back.
            try (ResultSet row = earliestEnd.executeQuery()) {
                long earliest = row.getLong(1);
                noLeaseEndsBefore = row.wasNull() ? Long.MAX_VALUE : earliest;
            }
        }
        return rows;
    }

    /// Deliveries due for a destination now or later.
    List<Row> dueFor(int destination, int limit) throws SQLException {
        dueFor.setInt(1, destination);
        dueFor.setInt(2, limit);
        return rows(dueFor);
    }

    /// Makes a delivery whose lease ended due at once.
    void lose(Row row, Instant now) throws SQLException {
        lose.setLong(1, now.toEpochMilli());
        lose.setLong(2, now.toEpochMilli());
        lose.setLong(3, row.id.event().value());
        lose.setInt(4, row.id.ordinal());
        lose.executeUpdate();
        leasedToDue(row.destination);
    }

    void delete(Row row, int state) throws SQLException {
        delete.setLong(1, row.id.event().value());
        delete.setInt(2, row.id.ordinal());
        delete.executeUpdate();
        counters.add(row.destination, state, -1);
    }

    /// The highest ordinal of an event's unfinished deliveries, -1 when there is none.
    int lastOrdinal(long event) throws SQLException {
        lastOrdinal.setLong(1, event);
        try (ResultSet row = lastOrdinal.executeQuery()) {
            int last = row.getInt(1);
            return row.wasNull() ? -1 : last;
        }
    }

    boolean any(long event) throws SQLException {
        any.setLong(1, event);
        try (ResultSet row = any.executeQuery()) {
            return row.next();
        }
    }

    void rolledBack() {
        noLeaseEndsBefore = 0;
    }

    private void leasedToDue(int destination) {
        counters.add(destination, State.LEASED, -1);
        counters.add(destination, State.DUE, 1);
    }

    private static List<Row> rows(PreparedStatement query) throws SQLException {
        List<Row> found = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                found.add(Row.of(rows));
            }
        }
        return found;
    }

    static void setReplayOf(PreparedStatement statement, int at, @Nullable DeliveryId replayOf)
            throws SQLException {
        if (replayOf == null) {
            statement.setNull(at, Types.INTEGER);
        } else {
            statement.setInt(at, replayOf.ordinal());
        }
    }

    /// An unfinished delivery as the writer reads it.
    record Row(
            DeliveryId id,
            int destination,
            int subscription,
            int attempts,
            int throttled,
            int lost,
            @Nullable DeliveryId replayOf,
            Instant createdAt,
            Instant changedAt) {
        static Row of(ResultSet row) throws SQLException {
            EventId event = new EventId(row.getLong(1));
            int replayOf = row.getInt(8);
            // Asked at once: it speaks of the column read last.
            boolean original = row.wasNull();
            return new Row(
                    new DeliveryId(event, row.getInt(2)),
                    row.getInt(3),
                    row.getInt(4),
                    row.getInt(5),
                    row.getInt(6),
                    row.getInt(7),
                    original ? null : new DeliveryId(event, replayOf),
                    Instant.ofEpochMilli(row.getLong(9)),
                    Instant.ofEpochMilli(row.getLong(10)));
        }
    }
}
