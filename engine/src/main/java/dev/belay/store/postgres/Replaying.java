package dev.belay.store.postgres;

import dev.belay.delivery.Delivery;
import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import dev.belay.ingest.EventJournal.Redelivery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Creates further deliveries of old events, in a transaction of the caller's.
final class Replaying {
    /// Locked, in their order: two nodes that replay one event number its deliveries one after the
    /// other, and retention does not take the event away meanwhile.
    private static final String LOCK =
            "SELECT id FROM event WHERE id = ANY (?) ORDER BY id FOR UPDATE";

    private static final String LAST =
            """
            SELECT event, max(ordinal) FROM (
              SELECT event, ordinal FROM work WHERE event = ANY (?)
              UNION ALL SELECT event, ordinal FROM delivery WHERE event = ANY (?)) AS d
            GROUP BY event
            """;

    private static final String STORE =
            """
            WITH {deliveries},
            working AS ({work} WHERE state <= 2),
            finished AS ({finished} WHERE state > 2),
            counted AS ({counts})
            SELECT count(*) FROM n
            """;

    private final Names names;
    private final int node;
    private final String store;

    Replaying(Names names, int node, Counting counting) {
        this.names = names;
        this.node = node;
        store =
                STORE.replace("{deliveries}", DeliveryRows.TABLE)
                        .replace("{work}", DeliveryRows.INSERT_WORK)
                        .replace("{finished}", DeliveryRows.INSERT_FINISHED)
                        .replace("{counts}", counting.add("SELECT destination, state, 1 FROM n"));
    }

    List<Delivery> replay(Connection connection, List<Redelivery> redeliveries, Instant now)
            throws SQLException {
        long[] ids = redeliveries.stream().mapToLong(one -> one.event().value()).toArray();
        Map<Long, Integer> next = new HashMap<>();
        try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
            lock.setObject(1, ids);
            try (ResultSet row = lock.executeQuery()) {
                while (row.next()) {
                    next.put(row.getLong(1), 0);
                }
            }
        }
        try (PreparedStatement last = connection.prepareStatement(LAST)) {
            last.setObject(1, ids);
            last.setObject(2, ids);
            try (ResultSet row = last.executeQuery()) {
                while (row.next()) {
                    next.replace(row.getLong(1), row.getInt(2) + 1);
                }
            }
        }
        List<Delivery> created = new ArrayList<>();
        for (Redelivery redelivery : redeliveries) {
            EventId event = redelivery.event();
            Integer ordinal = next.computeIfPresent(event.value(), (_, n) -> n + 1);
            if (ordinal != null) {
                DeliveryId id = new DeliveryId(event, ordinal - 1);
                created.add(DeliveryRows.made(id, redelivery.delivery(), now));
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(store)) {
            int at = DeliveryRows.of(created, names).bind(statement, 1);
            statement.setInt(at, node);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
            }
        }
        return created;
    }
}
