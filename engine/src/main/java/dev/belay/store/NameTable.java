package dev.belay.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/// Numbers for the names of sources, destinations and subscriptions, made when a name is first
/// stored. Belongs to the writer.
final class NameTable {
    private final PreparedStatement insert;
    private final PreparedStatement all;
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Integer, String> texts = new HashMap<>();
    private int highest;

    NameTable(Connection connection) throws SQLException {
        insert = connection.prepareStatement("INSERT INTO name (id, text) VALUES (?, ?)");
        all = connection.prepareStatement("SELECT id, text FROM name");
        load();
    }

    /// The number of a name, made now where there is none.
    int id(String name) throws SQLException {
        Integer known = ids.get(name);
        if (known != null) {
            return known;
        }
        int id = highest + 1;
        insert.setInt(1, id);
        insert.setString(2, name);
        insert.executeUpdate();
        highest = id;
        ids.put(name, id);
        texts.put(id, name);
        return id;
    }

    /// The name with a number.
    String name(int id) {
        String name = texts.get(id);
        if (name == null) {
            throw new IllegalStateException("no name has the number " + id);
        }
        return name;
    }

    /// Forgets names whose transaction was taken back.
    void rolledBack() throws SQLException {
        load();
    }

    private void load() throws SQLException {
        ids.clear();
        texts.clear();
        highest = 0;
        try (ResultSet rows = all.executeQuery()) {
            while (rows.next()) {
                ids.put(rows.getString(2), rows.getInt(1));
                texts.put(rows.getInt(1), rows.getString(2));
                highest = Math.max(highest, rows.getInt(1));
            }
        }
    }
}
