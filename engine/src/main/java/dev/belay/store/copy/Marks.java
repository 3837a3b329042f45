package dev.belay.store.copy;

import dev.belay.delivery.StoreFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/// What a store knows of copies, kept among its facts. The identity of a copy is a number written
/// into both stores; it goes when either is used, so that a copy is only ever continued from a
/// store that has not changed since.
public final class Marks {
    /// This store is being copied, or was: the identity.
    public static final String SOURCE = "copy_source";

    /// This store is a copy that is not finished: the identity.
    public static final String UNFINISHED = "copy_unfinished";

    /// This store is a finished copy: the identity.
    public static final String FINISHED = "copy_finished";

    /// Rows in an unfinished copy.
    public static final String ROWS = "copy_rows";

    /// A condition that tells other facts.
    public static final String NONE = "substr(key, 1, 5) <> 'copy_'";

    private Marks() {}

    /// To be called before a store is used as one.
    ///
    /// @throws StoreFailure when it is a copy that is not finished
    public static void beforeUse(Connection connection) throws SQLException {
        if (of(connection).containsKey(UNFINISHED)) {
            throw new StoreFailure(
                    StoreFailure.Kind.UNAVAILABLE,
                    "the store is a copy that is not finished: run the same `belay copy` again until it says that both are equal, or empty it");
        }
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    "DELETE FROM fact WHERE key IN ('%s', '%s')".formatted(SOURCE, FINISHED));
        }
    }

    /// The marks there are.
    public static Map<String, Long> of(Connection connection) throws SQLException {
        Map<String, Long> marks = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT key, value FROM fact WHERE NOT " + NONE)) {
            while (row.next()) {
                marks.put(row.getString(1), row.getLong(2));
            }
        }
        return marks;
    }

    /// Sets a mark.
    public static void put(Connection connection, String mark, long value) throws SQLException {
        try (PreparedStatement put =
                connection.prepareStatement(
                        """
                        INSERT INTO fact (key, value) VALUES (?, ?)
                        ON CONFLICT (key) DO UPDATE SET value = excluded.value
                        """)) {
            put.setString(1, mark);
            put.setLong(2, value);
            put.executeUpdate();
        }
    }

    /// Makes a finished copy of an unfinished one.
    public static void finish(Connection connection, long identity) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    "DELETE FROM fact WHERE key IN ('%s', '%s')".formatted(UNFINISHED, ROWS));
        }
        put(connection, FINISHED, identity);
    }
}
