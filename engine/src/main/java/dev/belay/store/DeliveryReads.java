package dev.belay.store;

import dev.belay.delivery.Attempt;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.event.Body;
import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.history.HistoryIndex.Page;
import dev.belay.store.Readers.Reader;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads deliveries, finished and not, and their attempts.
final class DeliveryReads {
    private static final char KIND = 'd';

    private static final String WORK =
            "SELECT event, ordinal, destination, subscription, state, visible_at, reason, attempts, throttled, replay_of, created_at, token FROM work";
    private static final String FINISHED =
            "SELECT event, ordinal, destination, subscription, state, finished_at, reason, attempts, throttled, replay_of, created_at, 0 FROM delivery";
    private static final String NEWEST_FIRST =
            " WHERE (event, ordinal) < (?, ?) AND event >= ? ORDER BY event DESC, ordinal DESC";

    private DeliveryReads() {}

    static Page<Delivery> deliveries(
            Reader reader, DeliveryQuery query, int limit, @Nullable String cursor)
            throws SQLException {
        Cursor from = Cursor.parse(KIND, cursor);
        String status = query.status();
        int state = status == null ? -1 : State.of(status);
        if (status != null && state < 0) {
            return new Page<>(List.of(), null);
        }
        boolean work = state < 0 || State.unfinished(state);
        boolean finished = state < 0 || !State.unfinished(state);
        // The second text is the first with a condition that lets the index of dead ones serve.
        String history =
                state == State.DEAD
                        ? FINISHED
                                + " WHERE state = 4 AND (event, ordinal) < (?, ?) AND event >= ?"
                                + " ORDER BY event DESC, ordinal DESC"
                        : FINISHED + NEWEST_FIRST;
        try (Rows unfinishedRows = new Rows(reader, WORK + NEWEST_FIRST, work, from, query);
                Rows finishedRows = new Rows(reader, history, finished, from, query)) {
            return merge(reader, unfinishedRows, finishedRows, query, limit);
        }
    }

    private static Page<Delivery> merge(
            Reader reader, Rows unfinished, Rows finished, DeliveryQuery query, int limit)
            throws SQLException {
        List<Delivery> items = new ArrayList<>();
        Cursor last = Cursor.START;
        int scanned = 0;
        while (true) {
            Rows next = unfinished.isBefore(finished) ? unfinished : finished;
            if (next.ended) {
                return new Page<>(items, null);
            }
            if (items.size() == limit || scanned == HistoryIndex.MAX_SCAN) {
                return new Page<>(items, last.text(KIND));
            }
            scanned++;
            last = new Cursor(next.event, next.ordinal);
            Delivery delivery = delivery(reader, next.row());
            if (matches(reader, query, delivery)) {
                items.add(delivery);
            }
            next.step();
        }
    }

    static Optional<Delivery> delivery(Reader reader, DeliveryId id) throws SQLException {
        String one = " WHERE event = ? AND ordinal = ?";
        for (String sql : List.of(WORK + one, FINISHED + one)) {
            PreparedStatement query = reader.prepare(sql);
            query.setLong(1, id.event().value());
            query.setInt(2, id.ordinal());
            try (ResultSet row = query.executeQuery()) {
                if (row.next()) {
                    return Optional.of(delivery(reader, row));
                }
            }
        }
        return Optional.empty();
    }

    static List<Delivery> deliveriesOf(Reader reader, EventId event) throws SQLException {
        List<Delivery> found = new ArrayList<>();
        for (String sql : List.of(WORK + " WHERE event = ?", FINISHED + " WHERE event = ?")) {
            PreparedStatement query = reader.prepare(sql);
            query.setLong(1, event.value());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    found.add(delivery(reader, row));
                }
            }
        }
        found.sort((a, b) -> a.id().compareTo(b.id()));
        return found;
    }

    static List<Attempt> attempts(Reader reader, DeliveryId id) throws SQLException {
        PreparedStatement query =
                reader.prepare(
                        """
                        SELECT number, started_at, nanos, outcome, status, detail, headers, body, truncated
                        FROM attempt WHERE event = ? AND ordinal = ? ORDER BY number
                        """);
        query.setLong(1, id.event().value());
        query.setInt(2, id.ordinal());
        List<Attempt> attempts = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                byte[] headers = row.getBytes(7);
                byte[] body = row.getBytes(8);
                attempts.add(
                        new Attempt(
                                id,
                                row.getInt(1),
                                Instant.ofEpochMilli(row.getLong(2)),
                                Duration.ofNanos(row.getLong(3)),
                                Outcomes.of(row.getInt(4), row.getInt(5), row.getString(6)),
                                headers == null
                                        ? null
                                        : new Attempt.Response(
                                                Codec.headers(headers),
                                                Body.of(body == null ? new byte[0] : body),
                                                row.getInt(9) == 1)));
            }
        }
        return attempts;
    }

    private static boolean matches(Reader reader, DeliveryQuery query, Delivery delivery)
            throws SQLException {
        if (query.status() != null && !query.status().equals(delivery.state().word())) {
            return false;
        }
        if (query.destination() != null && !query.destination().equals(delivery.destination())) {
            return false;
        }
        if (query.reason() != null
                && !(delivery.state() instanceof DeliveryState.Dead(_, DeadReason reason)
                        && reason.word().equals(query.reason()))) {
            return false;
        }
        if (query.source() == null
                && query.type() == null
                && query.since() == null
                && query.until() == null) {
            return true;
        }
        PreparedStatement event =
                reader.prepare("SELECT source, type, received_at FROM event WHERE id = ?");
        event.setLong(1, delivery.id().event().value());
        try (ResultSet row = event.executeQuery()) {
            return row.next()
                    && (query.source() == null || query.source().equals(reader.name(row.getInt(1))))
                    && (query.type() == null || query.type().equals(row.getString(2)))
                    && IdBounds.within(
                            Instant.ofEpochMilli(row.getLong(3)), query.since(), query.until());
        }
    }

    private static Delivery delivery(Reader reader, ResultSet row) throws SQLException {
        EventId event = new EventId(row.getLong(1));
        int replayOf = row.getInt(10);
        boolean original = row.wasNull();
        return new Delivery(
                new DeliveryId(event, row.getInt(2)),
                reader.name(row.getInt(3)),
                reader.name(row.getInt(4)),
                Instant.ofEpochMilli(row.getLong(11)),
                row.getInt(8),
                row.getInt(9),
                original ? null : new DeliveryId(event, replayOf),
                state(row));
    }

    private static DeliveryState state(ResultSet row) throws SQLException {
        Instant at = Instant.ofEpochMilli(row.getLong(6));
        String text = row.getString(7);
        String reason = text == null ? "" : text;
        int state = row.getInt(5);
        return switch (state) {
            case State.DUE -> new DeliveryState.Due(at);
            case State.LEASED -> new DeliveryState.Leased(new Lease(row.getLong(12), at));
            case State.HELD -> new DeliveryState.Held(reason);
            case State.DELIVERED -> new DeliveryState.Delivered(at);
            case State.DEAD ->
                    new DeliveryState.Dead(at, DeadReason.valueOf(reason.toUpperCase(Locale.ROOT)));
            case State.CANCELLED -> new DeliveryState.Cancelled(at, reason);
            default -> throw new IllegalStateException("unknown state in the store: " + state);
        };
    }

    /// A result that is stepped through beside another one.
    private static final class Rows implements AutoCloseable {
        private final @Nullable ResultSet rows;
        private boolean ended;
        private long event;
        private int ordinal;

        Rows(Reader reader, String sql, boolean wanted, Cursor from, DeliveryQuery query)
                throws SQLException {
            if (!wanted) {
                rows = null;
                ended = true;
                return;
            }
            EventId only = query.event();
            long below = Math.min(from.event(), IdBounds.before(query.until()));
            int ordinalBelow = below == from.event() ? from.ordinal() : 0;
            if (only != null && only.value() < below) {
                below = only.value();
                ordinalBelow = Integer.MAX_VALUE;
            }
            PreparedStatement statement = reader.prepare(sql);
            statement.setLong(1, below);
            statement.setInt(2, ordinalBelow);
            statement.setLong(3, only == null ? IdBounds.since(query.since()) : only.value());
            rows = statement.executeQuery();
            step();
        }

        ResultSet row() {
            if (rows == null) {
                throw new IllegalStateException("no rows");
            }
            return rows;
        }

        void step() throws SQLException {
            ended = rows == null || !rows.next();
            if (!ended) {
                event = row().getLong(1);
                ordinal = row().getInt(2);
            }
        }

        /// Whether this one's row comes first in a list of newest first.
        boolean isBefore(Rows other) {
            if (ended || other.ended) {
                return !ended;
            }
            return event != other.event ? event > other.event : ordinal > other.ordinal;
        }

        @Override
        public void close() throws SQLException {
            if (rows != null) {
                rows.close();
            }
        }
    }
}
