package dev.belay.store;

import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.event.Body;
import dev.belay.history.HistoryIndex.Stats;
import dev.belay.ingest.EventJournal.Reject;
import dev.belay.ingest.InboundRequest;
import dev.belay.store.Readers.Reader;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Reads what is small: counts, due times, rejected requests, declarations, standings.
final class OtherReads {
    private OtherReads() {}

    /// When the earliest delivery of each destination is due. Steps from destination to destination
    /// in the index, so the length of a backlog does not matter.
    static Map<String, Instant> nextDue(Reader reader) throws SQLException {
        PreparedStatement query =
                reader.prepare(
                        """
                        SELECT destination, visible_at FROM work WHERE state = 0 AND destination > ?
                        ORDER BY destination, visible_at LIMIT 1
                        """);
        Map<String, Instant> due = new HashMap<>();
        int destination = -1;
        while (true) {
            query.setInt(1, destination);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return due;
                }
                destination = row.getInt(1);
                due.put(reader.name(destination), Instant.ofEpochMilli(row.getLong(2)));
            }
        }
    }

    static Stats stats(Reader reader, Instant now) throws SQLException {
        long events = 0;
        List<Stats.Count> counts = new ArrayList<>();
        PreparedStatement query =
                reader.prepare(
                        "SELECT destination, state, count FROM counter WHERE count <> 0 ORDER BY destination, state");
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                int state = row.getInt(2);
                if (state == State.EVENTS) {
                    events = row.getLong(3);
                } else {
                    counts.add(
                            new Stats.Count(
                                    reader.name(row.getInt(1)), State.word(state), row.getLong(3)));
                }
            }
        }
        Duration oldest = null;
        for (Instant due : nextDue(reader).values()) {
            Duration since = Duration.between(due, now);
            if (!since.isNegative() && (oldest == null || since.compareTo(oldest) > 0)) {
                oldest = since;
            }
        }
        return new Stats(events, counts, oldest);
    }

    static List<Reject> rejects(Reader reader, String source, int limit) throws SQLException {
        PreparedStatement query =
                reader.prepare(
                        """
                        SELECT rejected_at, reason, method, url, remote, headers, body FROM reject
                        WHERE source = ? ORDER BY id DESC LIMIT ?
                        """);
        query.setString(1, source);
        query.setInt(2, limit);
        List<Reject> rejects = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                byte[] body = row.getBytes(7);
                rejects.add(
                        new Reject(
                                Instant.ofEpochMilli(row.getLong(1)),
                                source,
                                row.getString(2),
                                new InboundRequest(
                                        source,
                                        row.getString(3),
                                        row.getString(4),
                                        Codec.headers(row.getBytes(6)),
                                        Body.of(body == null ? new byte[0] : body),
                                        row.getString(5))));
            }
        }
        return rejects;
    }

    static List<Declaration> declarations(Reader reader) throws SQLException {
        PreparedStatement query =
                reader.prepare(
                        "SELECT kind, name, origin, json FROM declaration ORDER BY kind, name");
        List<Declaration> declarations = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                declarations.add(
                        new Declaration(
                                new Declaration.Key(row.getString(1), row.getString(2)),
                                row.getString(3),
                                row.getString(4)));
            }
        }
        return declarations;
    }

    static Map<String, Standing> standings(Reader reader) throws SQLException {
        PreparedStatement query = reader.prepare("SELECT destination, mode, reason FROM standing");
        Map<String, Standing> standings = new TreeMap<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                standings.put(
                        row.getString(1),
                        new Standing(Standing.Mode.valueOf(row.getString(2)), row.getString(3)));
            }
        }
        return standings;
    }
}
