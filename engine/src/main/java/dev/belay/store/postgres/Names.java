package dev.belay.store.postgres;

import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Numbers for the names of sources, destinations and subscriptions, made when a name is first
/// stored, by whichever node is first. A number is committed before it is used, so it never has to
/// be forgotten. Safe for use by many threads.
final class Names {
    private final Database database;
    private final Map<String, Integer> ids = new ConcurrentHashMap<>();
    private final Map<Integer, String> texts = new ConcurrentHashMap<>();

    Names(Database database) {
        this.database = database;
    }

    /// The number of a name, made now where there is none.
    int id(String name) throws SQLException {
        Integer known = ids.get(name);
        if (known != null) {
            return known;
        }
        try (Connection connection = database.writing()) {
            Integer found = find(connection, name);
            if (found == null) {
                try (PreparedStatement insert =
                        connection.prepareStatement(
                                "INSERT INTO name (text) VALUES (?) ON CONFLICT DO NOTHING")) {
                    insert.setString(1, name);
                    insert.executeUpdate();
                }
                found = find(connection, name);
            }
            if (found == null) {
                throw new StoreFailure(Kind.UNAVAILABLE, "a name was not kept: " + name);
            }
            return found;
        }
    }

    /// The number of a name, -1 where nothing stored has it.
    int known(Connection connection, String name) throws SQLException {
        Integer known = ids.get(name);
        Integer found = known == null ? find(connection, name) : known;
        return found == null ? -1 : found;
    }

    /// The name with a number.
    String text(Connection connection, int id) throws SQLException {
        String known = texts.get(id);
        if (known != null) {
            return known;
        }
        try (PreparedStatement query =
                connection.prepareStatement("SELECT text FROM name WHERE id = ?")) {
            query.setInt(1, id);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new StoreFailure(Kind.CORRUPT, "no name has the number " + id);
                }
                return keep(id, row.getString(1));
            }
        }
    }

    private @Nullable Integer find(Connection connection, String name) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT id FROM name WHERE text = ?")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                keep(row.getInt(1), name);
                return row.getInt(1);
            }
        }
    }

    private String keep(int id, String name) {
        ids.put(name, id);
        texts.put(id, name);
        return name;
    }
}
