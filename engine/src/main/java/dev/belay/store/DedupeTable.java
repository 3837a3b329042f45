package dev.belay.store;

import dev.belay.ingest.DedupeKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The dedupe keys. Belongs to the writer.
///
/// Keys are random, so one tree of them would have a page of its own rewritten for nearly every
/// event, and the more so the longer the history. Therefore new keys are appended to a small table
/// and kept in memory; when there are [#RUN_KEYS] of them, they are written out in order as a run,
/// a few with every commit, and from then on found through the run's filter.
final class DedupeTable {
    /// Keys of a full run.
    static final int RUN_KEYS = 1 << 16;

    /// Keys moved for each key that comes in, so that a run is written long before the next is due.
    private static final int MOVED_PER_KEY = 4;

    private static final Comparator<Map.Entry<DedupeKey, Seen>> BY_KEY =
            Comparator.comparingLong((Map.Entry<DedupeKey, Seen> e) -> e.getKey().high())
                    .thenComparingLong(e -> e.getKey().low());

    private final PreparedStatement insertRecent;
    private final PreparedStatement deleteRecent;
    private final PreparedStatement insertKey;
    private final PreparedStatement findKey;
    private final PreparedStatement insertRun;
    private final PreparedStatement deleteRun;
    private final PreparedStatement deleteKeys;

    /// Complete runs, newest first.
    private final TreeMap<Integer, Run> runs = new TreeMap<>(Comparator.reverseOrder());

    /// Keys of the newest generation.
    private Map<DedupeKey, Seen> recent = new HashMap<>();

    private int generation;

    /// The generation before, while it is moved into a run.
    private @Nullable Moving moving;

    /// What the transaction under way put in, and what was there before.
    private final List<Put> puts = new ArrayList<>();

    /// Keys of the move under way that are in the run for good.
    private int movedForGood;

    private @Nullable Run completed;
    private int dropped = -1;

    DedupeTable(Connection connection) throws SQLException {
        insertRecent =
                connection.prepareStatement(
                        """
                        INSERT INTO dedupe_recent (generation, event, high, low, expires)
                        VALUES (?, ?, ?, ?, ?)
                        """);
        deleteRecent =
                connection.prepareStatement("DELETE FROM dedupe_recent WHERE generation <= ?");
        insertKey =
                connection.prepareStatement(
                        "INSERT INTO dedupe (run, high, low, event, expires) VALUES (?, ?, ?, ?, ?)");
        findKey =
                connection.prepareStatement(
                        "SELECT event, expires FROM dedupe WHERE run = ? AND high = ? AND low = ?");
        insertRun =
                connection.prepareStatement(
                        "INSERT INTO dedupe_run (run, keys, expires, filter) VALUES (?, ?, ?, ?)");
        deleteRun = connection.prepareStatement("DELETE FROM dedupe_run WHERE run = ?");
        deleteKeys = connection.prepareStatement("DELETE FROM dedupe WHERE run = ?");
        load(connection);
    }

    /// The event a key stands for, null when it is unknown or no longer remembered.
    @Nullable Long find(DedupeKey key, Instant now) throws SQLException {
        Seen seen = recent.get(key);
        if (seen == null && moving != null) {
            seen = moving.keys.get(key);
        }
        if (seen == null) {
            seen = findInRuns(key);
        }
        return seen == null || seen.expires <= now.toEpochMilli() ? null : seen.event;
    }

    /// Remembers a key, in place of an older entry for it.
    void put(DedupeKey key, long event, Instant expires) throws SQLException {
        insertRecent.setInt(1, generation);
        insertRecent.setLong(2, event);
        insertRecent.setLong(3, key.high());
        insertRecent.setLong(4, key.low());
        insertRecent.setLong(5, expires.toEpochMilli());
        insertRecent.executeUpdate();
        puts.add(new Put(key, recent.put(key, new Seen(event, expires.toEpochMilli()))));
    }

    /// Forgets the oldest run if all of it has expired.
    void purge(Instant now) throws SQLException {
        if (runs.isEmpty() || dropped >= 0) {
            return;
        }
        int oldest = runs.lastKey();
        Run run = runs.get(oldest);
        if (run != null && run.expires <= now.toEpochMilli()) {
            deleteRun.setInt(1, oldest);
            deleteRun.executeUpdate();
            deleteKeys.setInt(1, oldest);
            deleteKeys.executeUpdate();
            dropped = oldest;
        }
    }

    /// Moves a few keys on into the run that is being written.
    void beforeCommit() throws SQLException {
        Moving now = moving;
        if (now == null || puts.isEmpty()) {
            return;
        }
        int until = Math.min(now.sorted.size(), now.moved + puts.size() * MOVED_PER_KEY);
        while (now.moved < until) {
            Map.Entry<DedupeKey, Seen> entry = now.sorted.get(now.moved++);
            insertKey.setInt(1, now.run);
            insertKey.setLong(2, entry.getKey().high());
            insertKey.setLong(3, entry.getKey().low());
            insertKey.setLong(4, entry.getValue().event);
            insertKey.setLong(5, entry.getValue().expires);
            insertKey.executeUpdate();
        }
        if (now.moved == now.sorted.size()) {
            completed = complete(now);
        }
    }

    void committed() {
        puts.clear();
        if (dropped >= 0) {
            runs.remove(dropped);
            dropped = -1;
        }
        if (completed != null && moving != null) {
            runs.put(moving.run, completed);
            completed = null;
            moving = null;
        }
        movedForGood = moving == null ? 0 : moving.moved;
        if (moving == null && recent.size() >= RUN_KEYS) {
            moving = new Moving(generation, recent);
            recent = new HashMap<>();
            generation++;
        }
    }

    void rolledBack() {
        for (Put put : puts.reversed()) {
            if (put.before == null) {
                recent.remove(put.key);
            } else {
                recent.put(put.key, put.before);
            }
        }
        if (moving != null) {
            moving.moved = movedForGood;
        }
        puts.clear();
        completed = null;
        dropped = -1;
    }

    private @Nullable Seen findInRuns(DedupeKey key) throws SQLException {
        for (Map.Entry<Integer, Run> run : runs.entrySet()) {
            if (run.getValue().filter.mayContain(key)) {
                findKey.setInt(1, run.getKey());
                findKey.setLong(2, key.high());
                findKey.setLong(3, key.low());
                try (ResultSet row = findKey.executeQuery()) {
                    if (row.next()) {
                        return new Seen(row.getLong(1), row.getLong(2));
                    }
                }
            }
        }
        return null;
    }

    private Run complete(Moving full) throws SQLException {
        KeyFilter filter = new KeyFilter();
        long expires = 0;
        for (Map.Entry<DedupeKey, Seen> entry : full.sorted) {
            filter.add(entry.getKey());
            expires = Math.max(expires, entry.getValue().expires);
        }
        insertRun.setInt(1, full.run);
        insertRun.setInt(2, full.sorted.size());
        insertRun.setLong(3, expires);
        insertRun.setBytes(4, filter.bytes());
        insertRun.executeUpdate();
        deleteRecent.setInt(1, full.run);
        deleteRecent.executeUpdate();
        return new Run(filter, expires);
    }

    private void load(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows =
                    statement.executeQuery("SELECT run, expires, filter FROM dedupe_run")) {
                while (rows.next()) {
                    KeyFilter filter = new KeyFilter(rows.getBytes(3));
                    runs.put(rows.getInt(1), new Run(filter, rows.getLong(2)));
                }
            }
            // A run that was not complete when the process ended is begun anew.
            statement.executeUpdate(
                    "DELETE FROM dedupe WHERE run > coalesce((SELECT max(run) FROM dedupe_run), -1)");
            Map<Integer, Map<DedupeKey, Seen>> generations = new TreeMap<>();
            try (ResultSet rows =
                    statement.executeQuery(
                            "SELECT generation, event, high, low, expires FROM dedupe_recent ORDER BY generation, event")) {
                while (rows.next()) {
                    generations
                            .computeIfAbsent(rows.getInt(1), _ -> new HashMap<>())
                            .put(
                                    new DedupeKey(rows.getLong(3), rows.getLong(4)),
                                    new Seen(rows.getLong(2), rows.getLong(5)));
                }
            }
            generation = runs.isEmpty() ? 0 : runs.firstKey() + 1;
            for (Map.Entry<Integer, Map<DedupeKey, Seen>> found : generations.entrySet()) {
                if (generations.size() == 2 && moving == null) {
                    moving = new Moving(found.getKey(), found.getValue());
                    generation = found.getKey() + 1;
                } else {
                    recent = found.getValue();
                    generation = found.getKey();
                }
            }
        }
    }

    /// @param event the event a key stands for
    /// @param expires until when, in epoch milliseconds
    private record Seen(long event, long expires) {}

    private record Run(KeyFilter filter, long expires) {}

    private record Put(DedupeKey key, @Nullable Seen before) {}

    /// A generation on its way into a run.
    private static final class Moving {
        final int run;
        final Map<DedupeKey, Seen> keys;
        final List<Map.Entry<DedupeKey, Seen>> sorted;
        int moved;

        Moving(int run, Map<DedupeKey, Seen> keys) {
            this.run = run;
            this.keys = keys;
            sorted = new ArrayList<>(keys.entrySet());
            sorted.sort(BY_KEY);
        }
    }
}
