package dev.belay.store.postgres;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.NewDelivery;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.ingest.DedupeKey;
import dev.belay.ingest.EventJournal.Append;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.store.postgres.Operation.Commits;
import dev.belay.store.postgres.Operation.InDoubt;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Stores events with their keys and deliveries: one statement a group, and a second one where keys
/// were known.
final class Appends implements Commits {
    /// What was there before wins, unless it has expired; keys in their order, so that nodes do not
    /// wait for each other in a circle. Answers the ids of the events that are new.
    private static final String STORE =
            """
            WITH {events}, {deliveries},
            fresh AS (INSERT INTO dedupe AS d (high, low, event, expires)
              SELECT high, low, id, expires FROM e WHERE keyed ORDER BY high, low
              ON CONFLICT (high, low) DO UPDATE
              SET event = excluded.event, expires = excluded.expires WHERE d.expires <= ?
              RETURNING event),
            kept AS (SELECT id FROM e WHERE NOT keyed UNION ALL SELECT event FROM fresh),
            stored AS (INSERT INTO event
                (id, source, type, external_id, received_at, checksum, headers, body)
              SELECT id, source, type, external_id, received_at, checksum, headers, body
              FROM e WHERE id IN (SELECT id FROM kept)),
            working AS ({work} WHERE state <= 2 AND event IN (SELECT id FROM kept)),
            finished AS ({finished} WHERE state > 2 AND event IN (SELECT id FROM kept)),
            counted AS ({counts})
            SELECT id FROM kept
            """;

    private static final String COUNTS =
            """
            SELECT destination, state, 1 FROM n WHERE event IN (SELECT id FROM kept)
            UNION ALL SELECT 0, -1, 1 FROM kept""";

    /// Which event a key stands for, and whether its body is the same or no longer there.
    private static final String SEEN =
            """
            SELECT k.n, d.event, e.id IS NULL OR e.body = k.body
            FROM unnest(?::integer[], ?::bigint[], ?::bigint[], ?::bytea[]) AS k (n, high, low, body)
            JOIN dedupe d ON d.high = k.high AND d.low = k.low LEFT JOIN event e ON e.id = d.event
            """;

    private final Names names;
    private final Partitions partitions;
    private final int node;
    private final String store;

    Appends(Names names, Partitions partitions, int node, Counting counting) {
        this.names = names;
        this.partitions = partitions;
        this.node = node;
        store =
                STORE.replace("{events}", EventRows.TABLE)
                        .replace("{deliveries}", DeliveryRows.TABLE)
                        .replace("{work}", DeliveryRows.INSERT_WORK)
                        .replace("{finished}", DeliveryRows.INSERT_FINISHED)
                        .replace("{counts}", counting.add(COUNTS));
    }

    Operation<Appended> operation(Append append) {
        return new Appending(append, this);
    }

    @Override
    public void commit(Connection connection, List<? extends Operation<?>> group)
            throws SQLException, InDoubt {
        List<Appending> left = new ArrayList<>();
        group.forEach(one -> left.add((Appending) one));
        while (!left.isEmpty()) {
            // Of those with one key, the first is put to the database, and the others ask for it.
            List<Appending> first = new ArrayList<>();
            List<Appending> again = new ArrayList<>();
            Set<DedupeKey> keys = new HashSet<>();
            for (Appending one : left) {
                DedupeKey key = one.row.key;
                (key == null || keys.add(key) ? first : again).add(one);
            }
            again.addAll(store(connection, first));
            left.retainAll(unseen(connection, again));
        }
    }

    /// Stores those whose key is new, and answers the others.
    private List<Appending> store(Connection connection, List<Appending> group)
            throws SQLException, InDoubt {
        List<EventRows.Row> rows = new ArrayList<>(group.size());
        List<Delivery> deliveries = new ArrayList<>(group.size());
        for (Appending one : group) {
            rows.add(one.row);
            deliveries.addAll(one.deliveries);
        }
        EventRows events = EventRows.of(rows, names);
        DeliveryRows made = DeliveryRows.of(deliveries, names);
        partitions.ensure(events.ids());
        Set<Long> stored = Transactions.alone(connection, c -> insert(c, events, made));
        List<Appending> others = new ArrayList<>();
        for (Appending one : group) {
            if (stored.contains(one.row.event.id().value())) {
                one.result(new Appended.Stored(one.deliveries));
            } else {
                others.add(one);
            }
        }
        return others;
    }

    /// Stores events within a transaction of the caller's.
    Set<Long> insert(Connection connection, EventRows events, DeliveryRows made)
            throws SQLException {
        Set<Long> stored = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(store)) {
            int at = made.bind(statement, events.bind(statement, 1));
            statement.setLong(at++, events.earliest());
            statement.setInt(at, node);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    stored.add(row.getLong(1));
                }
            }
        }
        return stored;
    }

    /// Tells those whose key is known, and answers the others.
    private static List<Appending> unseen(Connection connection, List<Appending> group)
            throws SQLException {
        if (group.isEmpty()) {
            return List.of();
        }
        int[] numbers = new int[group.size()];
        long[] high = new long[group.size()];
        long[] low = new long[group.size()];
        byte[][] bodies = new byte[group.size()][];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
            DedupeKey key = group.get(i).row.key;
            if (key != null) {
                high[i] = key.high();
                low[i] = key.low();
            }
            bodies[i] = group.get(i).row.event.body().bytes();
        }
        List<Appending> unseen = new ArrayList<>(group);
        try (PreparedStatement statement = connection.prepareStatement(SEEN)) {
            statement.setObject(1, numbers);
            statement.setObject(2, high);
            statement.setObject(3, low);
            statement.setObject(4, bodies);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Appending one = group.get(row.getInt(1));
                    one.result(
                            new Appended.AlreadySeen(
                                    new EventId(row.getLong(2)), row.getBoolean(3)));
                    unseen.remove(one);
                }
            }
        }
        return unseen;
    }

    /// The deliveries of an event, numbered from 0.
    static List<Delivery> deliveries(Event event, List<NewDelivery> made) {
        List<Delivery> deliveries = new ArrayList<>(made.size());
        for (NewDelivery one : made) {
            DeliveryId id = new DeliveryId(event.id(), deliveries.size());
            deliveries.add(DeliveryRows.made(id, one, event.receivedAt()));
        }
        return deliveries;
    }

    private static final class Appending extends Operation<Appended> {
        private final EventRows.Row row;
        private final List<Delivery> deliveries;
        private final Appends appends;

        Appending(Append append, Appends appends) {
            row = new EventRows.Row(append.event(), append.key(), append.keyExpiresAt());
            deliveries = Appends.deliveries(append.event(), append.deliveries());
            this.appends = appends;
        }

        @Override
        boolean refusable() {
            return true;
        }

        @Override
        long bytes() {
            return row.bytes();
        }

        @Override
        Commits commits() {
            return appends;
        }
    }
}
