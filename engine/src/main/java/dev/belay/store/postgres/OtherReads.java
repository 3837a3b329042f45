package dev.belay.store.postgres;

import dev.belay.event.Body;
import dev.belay.history.HistoryIndex.Stats;
import dev.belay.ingest.EventJournal.Reject;
import dev.belay.ingest.InboundRequest;
import dev.belay.store.Codec;
import dev.belay.store.State;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads what is small: counts, due times, rejected requests.
final class OtherReads {
    /// Steps from destination to destination in the index, so the length of a backlog does not
    /// matter.
    private static final String NEXT_DUE =
            """
            WITH RECURSIVE due AS (
              (SELECT destination, visible_at FROM work WHERE state = 0
                ORDER BY destination, visible_at LIMIT 1)
              UNION ALL
              SELECT next.destination, next.visible_at FROM due CROSS JOIN LATERAL (
                SELECT destination, visible_at FROM work
                WHERE state = 0 AND destination > due.destination
                ORDER BY destination, visible_at LIMIT 1) AS next)
            SELECT destination, visible_at FROM due
            """;

    private static final String COUNTS =
            """
            SELECT destination, state, sum(count) FROM counter
            GROUP BY destination, state HAVING sum(count) <> 0 ORDER BY destination, state
            """;

    private OtherReads() {}

    /// When the earliest delivery of each destination is due.
    static Map<String, Instant> nextDue(Connection connection, Names names) throws SQLException {
        Map<String, Instant> due = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(NEXT_DUE);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                due.put(
                        names.text(connection, row.getInt(1)),
                        Instant.ofEpochMilli(row.getLong(2)));
            }
        }
        return due;
    }

    /// Wants one snapshot.
    static Stats stats(Connection connection, Names names, Instant now) throws SQLException {
        long events = 0;
        List<Stats.Count> counts = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(COUNTS);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                int state = row.getInt(2);
                if (state == State.EVENTS) {
                    events = row.getLong(3);
                } else {
                    counts.add(
                            new Stats.Count(
                                    names.text(connection, row.getInt(1)),
                                    State.word(state),
                                    row.getLong(3)));
                }
            }
        }
        Duration oldest = null;
        for (Instant due : nextDue(connection, names).values()) {
            Duration since = Duration.between(due, now);
            if (!since.isNegative() && (oldest == null || since.compareTo(oldest) > 0)) {
                oldest = since;
            }
        }
        return new Stats(events, counts, oldest);
    }

    static List<Reject> rejects(Connection connection, String source, int limit)
            throws SQLException {
        List<Reject> rejects = new ArrayList<>();
        try (PreparedStatement query =
                connection.prepareStatement(
                        """
                        SELECT rejected_at, reason, method, url, remote, headers, body FROM reject
                        WHERE source = ? ORDER BY id DESC LIMIT ?
                        """)) {
            query.setBytes(1, EventRows.utf8(source));
            query.setInt(2, limit);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    rejects.add(
                            new Reject(
                                    Instant.ofEpochMilli(row.getLong(1)),
                                    source,
                                    text(row, 2),
                                    new InboundRequest(
                                            source,
                                            text(row, 3),
                                            text(row, 4),
                                            Codec.headers(row.getBytes(6)),
                                            Body.of(row.getBytes(7)),
                                            text(row, 5))));
                }
            }
        }
        return rejects;
    }

    private static String text(ResultSet row, int column) throws SQLException {
        String text = EventRows.text(row.getBytes(column));
        return text == null ? "" : text;
    }
}
