package dev.belay.store;

import dev.belay.delivery.StoreFailure;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.history.HistoryIndex.EventSummary;
import dev.belay.history.HistoryIndex.Page;
import dev.belay.ingest.DedupeKey;
import dev.belay.store.Readers.Reader;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads events, for the dispatcher and for lists.
final class EventReads {
    private static final char KIND = 'e';

    /// In place of an ordinal: the first page held the events that a dedupe key leads to, and the
    /// others hold the rest.
    private static final int KEYED_SHOWN = 1;

    private EventReads() {}

    /// An event with headers and body.
    ///
    /// @throws StoreFailure when its record is damaged
    static Optional<Event> event(Reader reader, EventId id) throws SQLException {
        PreparedStatement query =
                reader.prepare(
                        """
                        SELECT source, type, external_id, received_at, checksum, headers, body
                        FROM event WHERE id = ?
                        """);
        query.setLong(1, id.value());
        try (ResultSet row = query.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            byte[] headers = row.getBytes(6);
            byte[] bytes = row.getBytes(7);
            Body body = Body.of(bytes == null ? new byte[0] : bytes);
            if (headers == null || Codec.checksum(id.value(), headers, body) != row.getLong(5)) {
                throw new StoreFailure(
                        StoreFailure.Kind.CORRUPT,
                        "the record of event %s is damaged: its checksum differs".formatted(id));
            }
            return Optional.of(
                    new Event(
                            id,
                            reader.name(row.getInt(1)),
                            row.getString(2),
                            row.getString(3),
                            Instant.ofEpochMilli(row.getLong(4)),
                            Codec.headers(headers),
                            body));
        }
    }

    static Page<EventSummary> events(
            Reader reader, EventQuery query, int limit, @Nullable String cursor)
            throws SQLException {
        Cursor from = Cursor.parse(KIND, cursor);
        String externalId = query.externalId();
        if (cursor == null && externalId != null) {
            List<EventSummary> found = byKey(reader, query, externalId);
            if (!found.isEmpty() && found.size() <= limit) {
                return new Page<>(found, new Cursor(Long.MAX_VALUE, KEYED_SHOWN).text(KIND));
            }
        }
        int source = -1;
        String sourceName = query.source();
        if (sourceName != null) {
            source = reader.id(sourceName);
            if (source < 0) {
                return new Page<>(List.of(), null);
            }
        }
        PreparedStatement rows =
                reader.prepare(
                        """
                        SELECT id, source, type, external_id, received_at, length(body) FROM event
                        WHERE id < ? AND id >= ? ORDER BY id DESC
                        """);
        rows.setLong(1, Math.min(from.event(), IdBounds.before(query.until())));
        rows.setLong(2, IdBounds.since(query.since()));
        boolean keyedShown = from.ordinal() == KEYED_SHOWN;
        List<EventSummary> items = new ArrayList<>();
        long last = -1;
        int scanned = 0;
        try (ResultSet row = rows.executeQuery()) {
            while (row.next()) {
                if (items.size() == limit || scanned == HistoryIndex.MAX_SCAN) {
                    int ordinal = keyedShown ? KEYED_SHOWN : 0;
                    return new Page<>(items, new Cursor(last, ordinal).text(KIND));
                }
                scanned++;
                last = row.getLong(1);
                if (source < 0 || row.getInt(2) == source) {
                    EventSummary summary = summary(reader, row);
                    if (matches(reader, query, summary)
                            && !(keyedShown && isKeyed(reader, summary))) {
                        items.add(summary);
                    }
                }
            }
        }
        return new Page<>(items, null);
    }

    /// Events that a dedupe key leads to: the quick way to one with a known external id.
    private static List<EventSummary> byKey(Reader reader, EventQuery query, String externalId)
            throws SQLException {
        List<String> sources = new ArrayList<>();
        if (query.source() != null) {
            sources.add(query.source());
        } else {
            PreparedStatement all = reader.prepare("SELECT text FROM name");
            try (ResultSet row = all.executeQuery()) {
                while (row.next()) {
                    sources.add(row.getString(1));
                }
            }
        }
        List<EventSummary> found = new ArrayList<>();
        for (String source : sources) {
            Long event = firstOf(reader, DedupeKey.of(source, externalId));
            if (event != null) {
                PreparedStatement one =
                        reader.prepare(
                                """
                                SELECT id, source, type, external_id, received_at, length(body)
                                FROM event WHERE id = ?
                                """);
                one.setLong(1, event);
                try (ResultSet row = one.executeQuery()) {
                    if (row.next()) {
                        EventSummary summary = summary(reader, row);
                        if (source.equals(summary.source()) && matches(reader, query, summary)) {
                            found.add(summary);
                        }
                    }
                }
            }
        }
        found.sort((a, b) -> b.id().compareTo(a.id()));
        return found;
    }

    private static boolean isKeyed(Reader reader, EventSummary event) throws SQLException {
        String externalId = event.externalId();
        Long keyed =
                externalId == null
                        ? null
                        : firstOf(reader, DedupeKey.of(event.source(), externalId));
        return keyed != null && keyed == event.id().value();
    }

    private static @Nullable Long firstOf(Reader reader, DedupeKey key) throws SQLException {
        for (String sql :
                List.of(
                        "SELECT event FROM dedupe_recent WHERE high = ? AND low = ? ORDER BY generation DESC, event DESC LIMIT 1",
                        "SELECT event FROM dedupe WHERE run IN (SELECT run FROM dedupe_run) AND high = ? AND low = ? ORDER BY run DESC LIMIT 1")) {
            PreparedStatement query = reader.prepare(sql);
            query.setLong(1, key.high());
            query.setLong(2, key.low());
            try (ResultSet row = query.executeQuery()) {
                if (row.next()) {
                    return row.getLong(1);
                }
            }
        }
        return null;
    }

    private static EventSummary summary(Reader reader, ResultSet row) throws SQLException {
        return new EventSummary(
                new EventId(row.getLong(1)),
                reader.name(row.getInt(2)),
                row.getString(3),
                row.getString(4),
                Instant.ofEpochMilli(row.getLong(5)),
                row.getInt(6));
    }

    private static boolean matches(Reader reader, EventQuery query, EventSummary event)
            throws SQLException {
        return (query.source() == null || query.source().equals(event.source()))
                && (query.type() == null || query.type().equals(event.type()))
                && (query.externalId() == null || query.externalId().equals(event.externalId()))
                && IdBounds.within(event.receivedAt(), query.since(), query.until())
                && (query.status() == null || stands(reader, event.id(), query.status()))
                && (query.text() == null || holds(reader, event.id(), query.text()));
    }

    private static boolean stands(Reader reader, EventId event, String status) throws SQLException {
        int state = State.of(status);
        PreparedStatement query =
                reader.prepare(
                        State.unfinished(state)
                                ? "SELECT 1 FROM work WHERE event = ? AND state = ? LIMIT 1"
                                : "SELECT 1 FROM delivery WHERE event = ? AND state = ? LIMIT 1");
        query.setLong(1, event.value());
        query.setInt(2, state);
        try (ResultSet row = query.executeQuery()) {
            return row.next();
        }
    }

    private static boolean holds(Reader reader, EventId event, String text) throws SQLException {
        PreparedStatement query = reader.prepare("SELECT body FROM event WHERE id = ?");
        query.setLong(1, event.value());
        try (ResultSet row = query.executeQuery()) {
            byte[] body = row.next() ? row.getBytes(1) : null;
            return body != null && Body.of(body).contains(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
