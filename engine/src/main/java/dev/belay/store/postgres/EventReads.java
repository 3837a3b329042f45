package dev.belay.store.postgres;

import dev.belay.delivery.StoreFailure;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.history.HistoryIndex.EventSummary;
import dev.belay.history.HistoryIndex.Page;
import dev.belay.store.Codec;
import dev.belay.store.Cursor;
import dev.belay.store.IdBounds;
import dev.belay.store.State;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads events, for the dispatcher and for lists.
final class EventReads {
    private static final char KIND = 'e';

    private static final String ONE =
            """
            SELECT source, type, external_id, received_at, checksum, headers, body
            FROM event WHERE id = ?
            """;

    /// A page out of the rows that one call looks at. A place left null asks for nothing.
    private static final String LIST =
            """
            SELECT e.id, e.source, e.type, e.external_id, e.received_at, length(e.body)
            FROM (SELECT * FROM event WHERE id < ? AND id >= ? ORDER BY id DESC LIMIT ?) AS e
            WHERE (?::integer IS NULL OR e.source = ?::integer)
              AND (?::bytea IS NULL OR e.type = ?::bytea)
              AND (?::bytea IS NULL OR e.external_id = ?::bytea)
              AND (?::bigint IS NULL OR e.received_at >= ?::bigint)
              AND (?::bigint IS NULL OR e.received_at < ?::bigint)
              AND (?::integer IS NULL
                OR EXISTS (SELECT FROM work w WHERE w.event = e.id AND w.state = ?::integer)
                OR EXISTS (SELECT FROM delivery d WHERE d.event = e.id AND d.state = ?::integer))
              AND (?::bytea IS NULL OR position(?::bytea IN e.body) > 0)
            ORDER BY e.id DESC LIMIT ?
            """;

    /// The last of the rows that one call looks at, where there are so many.
    private static final String LAST =
            """
            SELECT id FROM event WHERE id < ? AND id >= ? ORDER BY id DESC OFFSET ? LIMIT 1
            """;

    private EventReads() {}

    /// An event with headers and body.
    ///
    /// @throws StoreFailure when its record is damaged
    static Optional<Event> event(Connection connection, Names names, EventId id)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(ONE)) {
            query.setLong(1, id.value());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                byte[] headers = row.getBytes(6);
                Body body = Body.of(row.getBytes(7));
                if (Codec.checksum(id.value(), headers, body) != row.getLong(5)) {
                    throw new StoreFailure(
                            StoreFailure.Kind.CORRUPT,
                            "the record of event %s is damaged: its checksum differs"
                                    .formatted(id));
                }
                return Optional.of(
                        new Event(
                                id,
                                names.text(connection, row.getInt(1)),
                                EventRows.text(row.getBytes(2)),
                                EventRows.text(row.getBytes(3)),
                                Instant.ofEpochMilli(row.getLong(4)),
                                Codec.headers(headers),
                                body));
            }
        }
    }

    /// A page. Wants one snapshot.
    static Page<EventSummary> events(
            Connection connection,
            Names names,
            EventQuery query,
            int limit,
            @Nullable String cursor)
            throws SQLException {
        Cursor from = Cursor.parse(KIND, cursor);
        long below = Math.min(from.event(), IdBounds.before(query.until()));
        long least = IdBounds.since(query.since());
        String source = query.source();
        String status = query.status();
        Integer sourceId = source == null ? null : (Integer) names.known(connection, source);
        Integer state = status == null ? null : (Integer) State.of(status);
        if (Integer.valueOf(-1).equals(sourceId) || (state != null && state < 0)) {
            return new Page<>(List.of(), null);
        }
        List<EventSummary> items = new ArrayList<>();
        try (PreparedStatement list = connection.prepareStatement(LIST)) {
            Places places = new Places(list);
            places.number(below).number(least).whole(HistoryIndex.MAX_SCAN);
            places.twice(sourceId)
                    .twice(EventRows.utf8(query.type()))
                    .twice(EventRows.utf8(query.externalId()))
                    .twice(millis(query.since()))
                    .twice(millis(query.until()))
                    .twice(state)
                    .whole(state)
                    .twice(EventRows.utf8(query.text()))
                    .whole(limit);
            try (ResultSet row = list.executeQuery()) {
                while (row.next()) {
                    items.add(summary(connection, names, row));
                }
            }
        }
        Long last =
                items.size() == limit
                        ? (Long) items.getLast().id().value()
                        : last(connection, below, least);
        return new Page<>(items, last == null ? null : new Cursor(last, 0).text(KIND));
    }

    /// A time as far as it is one that can be stored.
    static @Nullable Long millis(@Nullable Instant at) {
        if (at == null) {
            return null;
        }
        if (at.isBefore(Instant.EPOCH)) {
            return 0L;
        }
        long most = Long.MAX_VALUE / 1_000_000;
        return at.getEpochSecond() >= most / 1_000 ? (Long) most : (Long) ceiling(at);
    }

    /// Stored times are whole milliseconds: at or after a time means at or after the next of them.
    private static long ceiling(Instant at) {
        boolean whole = at.equals(at.truncatedTo(ChronoUnit.MILLIS));
        return whole ? at.toEpochMilli() : at.toEpochMilli() + 1;
    }

    private static @Nullable Long last(Connection connection, long below, long least)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(LAST)) {
            query.setLong(1, below);
            query.setLong(2, least);
            query.setInt(3, HistoryIndex.MAX_SCAN - 1);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? (Long) row.getLong(1) : null;
            }
        }
    }

    private static EventSummary summary(Connection connection, Names names, ResultSet row)
            throws SQLException {
        return new EventSummary(
                new EventId(row.getLong(1)),
                names.text(connection, row.getInt(2)),
                EventRows.text(row.getBytes(3)),
                EventRows.text(row.getBytes(4)),
                Instant.ofEpochMilli(row.getLong(5)),
                row.getInt(6));
    }
}
