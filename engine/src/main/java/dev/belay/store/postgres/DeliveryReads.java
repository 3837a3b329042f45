package dev.belay.store.postgres;

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
import dev.belay.store.Codec;
import dev.belay.store.Cursor;
import dev.belay.store.IdBounds;
import dev.belay.store.Outcomes;
import dev.belay.store.State;
import java.sql.Connection;
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
            """
            SELECT event, ordinal, destination, subscription, state, visible_at AS at, reason,
              attempts, throttled, replay_of, created_at, token FROM work""";

    private static final String FINISHED =
            """
            SELECT event, ordinal, destination, subscription, state, finished_at AS at, reason,
              attempts, throttled, replay_of, created_at, 0::bigint AS token FROM delivery""";

    private static final String ONE = union(" WHERE event = ? AND ordinal = ?", "");
    private static final String OF_EVENT = union(" WHERE event = ?", " ORDER BY ordinal");

    /// The rows of one table that a call looks at. The first condition says again what the second
    /// does, in words that choose among partitions.
    private static final String WINDOW =
            """
             WHERE event <= ? AND (event, ordinal) < (?, ?) AND event >= ? {more}
            ORDER BY event DESC, ordinal DESC LIMIT ?""";

    /// A page out of those rows. A place left null asks for nothing.
    private static final String LIST =
            """
            SELECT d.* FROM ({window}) AS d
            WHERE (?::integer IS NULL OR d.state = ?::integer)
              AND (?::integer IS NULL OR d.destination = ?::integer)
              AND (?::bytea IS NULL OR (d.state = 4 AND d.reason = ?::bytea))
              AND ((?::integer IS NULL AND ?::bytea IS NULL AND ?::bigint IS NULL
                  AND ?::bigint IS NULL)
                OR EXISTS (SELECT FROM event e WHERE e.id = d.event
                  AND (?::integer IS NULL OR e.source = ?::integer)
                  AND (?::bytea IS NULL OR e.type = ?::bytea)
                  AND (?::bigint IS NULL OR e.received_at >= ?::bigint)
                  AND (?::bigint IS NULL OR e.received_at < ?::bigint)))
            ORDER BY d.event DESC, d.ordinal DESC LIMIT ?
            """;

    private static final String LAST =
            "SELECT event, ordinal FROM ({window}) AS d ORDER BY event DESC, ordinal DESC OFFSET ? LIMIT 1";

    private static final String ATTEMPTS =
            """
            SELECT number, started_at, nanos, outcome, status, detail, headers, body, truncated
            FROM attempt WHERE event = ? AND ordinal = ? ORDER BY number
            """;

    private DeliveryReads() {}

    private static String union(String condition, String order) {
        return "%s%s UNION ALL %s%s%s".formatted(WORK, condition, FINISHED, condition, order);
    }

    /// A page. Wants one snapshot.
    static Page<Delivery> deliveries(
            Connection connection,
            Names names,
            DeliveryQuery query,
            int limit,
            @Nullable String cursor)
            throws SQLException {
        Cursor from = Cursor.parse(KIND, cursor);
        String status = query.status();
        String destination = query.destination();
        String source = query.source();
        Integer state = status == null ? null : (Integer) State.of(status);
        Integer to = destination == null ? null : (Integer) names.known(connection, destination);
        Integer by = source == null ? null : (Integer) names.known(connection, source);
        if ((state != null && state < 0) || isUnknown(to) || isUnknown(by)) {
            return new Page<>(List.of(), null);
        }
        Window window = Window.of(from, query, state);
        List<Delivery> items = new ArrayList<>();
        try (PreparedStatement list =
                connection.prepareStatement(LIST.replace("{window}", window.sql()))) {
            Places places = new Places(list);
            window.bind(places);
            byte[] type = EventRows.utf8(query.type());
            Long since = EventReads.millis(query.since());
            Long until = EventReads.millis(query.until());
            places.twice(state).twice(to).twice(EventRows.utf8(query.reason()));
            places.whole(by).bytes(type).number(since).number(until);
            places.twice(by).twice(type).twice(since).twice(until).whole(limit);
            try (ResultSet row = list.executeQuery()) {
                while (row.next()) {
                    items.add(delivery(connection, names, row));
                }
            }
        }
        Cursor last = items.size() == limit ? after(items.getLast()) : last(connection, window);
        return new Page<>(items, last == null ? null : last.text(KIND));
    }

    private static boolean isUnknown(@Nullable Integer id) {
        return id != null && id < 0;
    }

    private static Cursor after(Delivery delivery) {
        return new Cursor(delivery.id().event().value(), delivery.id().ordinal());
    }

    private static @Nullable Cursor last(Connection connection, Window window) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(LAST.replace("{window}", window.sql()))) {
            Places places = new Places(query);
            window.bind(places);
            places.whole(HistoryIndex.MAX_SCAN - 1);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? new Cursor(row.getLong(1), row.getInt(2)) : null;
            }
        }
    }

    static Optional<Delivery> delivery(Connection connection, Names names, DeliveryId id)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(ONE)) {
            Places places = new Places(query);
            for (int i = 0; i < 2; i++) {
                places.number(id.event().value()).whole(id.ordinal());
            }
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of(delivery(connection, names, row))
                        : Optional.empty();
            }
        }
    }

    static List<Delivery> deliveriesOf(Connection connection, Names names, EventId event)
            throws SQLException {
        List<Delivery> found = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(OF_EVENT)) {
            new Places(query).twice(event.value());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    found.add(delivery(connection, names, row));
                }
            }
        }
        return found;
    }

    static List<Attempt> attempts(Connection connection, DeliveryId id) throws SQLException {
        List<Attempt> attempts = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(ATTEMPTS)) {
            query.setLong(1, id.event().value());
            query.setInt(2, id.ordinal());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    byte[] headers = row.getBytes(7);
                    byte[] body = row.getBytes(8);
                    String detail = EventRows.text(row.getBytes(6));
                    attempts.add(
                            new Attempt(
                                    id,
                                    row.getInt(1),
                                    Instant.ofEpochMilli(row.getLong(2)),
                                    Duration.ofNanos(row.getLong(3)),
                                    Outcomes.of(row.getInt(4), row.getInt(5), detail),
                                    headers == null
                                            ? null
                                            : new Attempt.Response(
                                                    Codec.headers(headers),
                                                    Body.of(body == null ? new byte[0] : body),
                                                    row.getInt(9) == 1)));
                }
            }
        }
        return attempts;
    }

    private static Delivery delivery(Connection connection, Names names, ResultSet row)
            throws SQLException {
        EventId event = new EventId(row.getLong(1));
        return new Delivery(
                new DeliveryId(event, row.getInt(2)),
                names.text(connection, row.getInt(3)),
                names.text(connection, row.getInt(4)),
                Instant.ofEpochMilli(row.getLong(11)),
                row.getInt(8),
                row.getInt(9),
                Claims.replayOf(event, row, 10),
                state(row));
    }

    private static DeliveryState state(ResultSet row) throws SQLException {
        Instant at = Instant.ofEpochMilli(row.getLong(6));
        String text = EventRows.text(row.getBytes(7));
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

    /// The rows that a call looks at.
    ///
    /// @param sql of the tables that can hold what is wanted
    /// @param tables how many they are
    private record Window(String sql, int tables, long below, int ordinalBelow, long least) {
        static Window of(Cursor from, DeliveryQuery query, @Nullable Integer state) {
            EventId only = query.event();
            long below = Math.min(from.event(), IdBounds.before(query.until()));
            int ordinalBelow = below == from.event() ? from.ordinal() : 0;
            if (only != null && only.value() < below) {
                below = only.value();
                ordinalBelow = Integer.MAX_VALUE;
            }
            long least = only == null ? IdBounds.since(query.since()) : only.value();
            List<String> tables = new ArrayList<>();
            if (state == null || State.unfinished(state)) {
                tables.add("(" + WORK + WINDOW.replace("{more}", "") + ")");
            }
            if (state == null || !State.unfinished(state)) {
                // The condition lets the index of dead ones serve.
                boolean dead = state != null && state == State.DEAD;
                tables.add(
                        "("
                                + FINISHED
                                + WINDOW.replace("{more}", dead ? "AND state = 4" : "")
                                + ")");
            }
            String sql =
                    "SELECT * FROM (%s) AS d ORDER BY event DESC, ordinal DESC LIMIT ?"
                            .formatted(String.join(" UNION ALL ", tables));
            return new Window(sql, tables.size(), below, ordinalBelow, least);
        }

        void bind(Places places) throws SQLException {
            for (int i = 0; i < tables; i++) {
                places.twice(below).whole(ordinalBelow).number(least).whole(HistoryIndex.MAX_SCAN);
            }
            places.whole(HistoryIndex.MAX_SCAN);
        }
    }
}
