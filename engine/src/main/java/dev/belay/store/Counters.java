package dev.belay.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/// How many deliveries stand where, kept exact by every commit. Belongs to the writer.
final class Counters {
    private final PreparedStatement add;
    private final Map<Place, Long> changes = new HashMap<>();

    Counters(Connection connection) throws SQLException {
        add =
                connection.prepareStatement(
                        """
                        INSERT INTO counter (destination, state, count) VALUES (?, ?, ?)
                        ON CONFLICT (destination, state) DO UPDATE SET count = count + excluded.count
                        """);
    }

    void add(int destination, int state, int change) {
        changes.merge(new Place(destination, state), (long) change, Long::sum);
    }

    void events(int change) {
        add(0, State.EVENTS, change);
    }

    /// Writes what the transaction changed.
    void beforeCommit() throws SQLException {
        for (Map.Entry<Place, Long> change : changes.entrySet()) {
            if (change.getValue() != 0) {
                add.setInt(1, change.getKey().destination);
                add.setInt(2, change.getKey().state);
                add.setLong(3, change.getValue());
                add.executeUpdate();
            }
        }
        changes.clear();
    }

    void rolledBack() {
        changes.clear();
    }

    private record Place(int destination, int state) {}
}
