package dev.belay.store.postgres;

import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.catalog.CatalogStore.Revision;
import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.delivery.Wakeup;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Declarations and standings. Each change is numbered, and told to the other nodes as it is
/// committed.
///
/// @param channel by which others hear of changes
record CatalogTables(Channel channel) {
    private static final String DECLARATIONS = "declarations";
    private static final String STANDINGS = "standings";

    boolean change(Connection connection, List<Declaration> puts, List<Declaration.Key> removes)
            throws SQLException {
        begin(connection, DECLARATIONS);
        try (PreparedStatement remove =
                connection.prepareStatement(
                        "DELETE FROM declaration WHERE kind = ? AND name = ?")) {
            for (Declaration.Key key : removes) {
                remove.setString(1, key.kind());
                remove.setString(2, key.name());
                remove.executeUpdate();
            }
        }
        try (PreparedStatement put =
                connection.prepareStatement(
                        """
                        INSERT INTO declaration (kind, name, origin, json) VALUES (?, ?, ?, ?)
                        ON CONFLICT (kind, name)
                        DO UPDATE SET origin = excluded.origin, json = excluded.json
                        """)) {
            for (Declaration declaration : puts) {
                put.setString(1, declaration.key().kind());
                put.setString(2, declaration.key().name());
                put.setString(3, declaration.origin());
                put.setString(4, declaration.json());
                put.executeUpdate();
            }
        }
        channel.send(connection, List.of(new Wakeup.CatalogChanged()));
        return true;
    }

    boolean setStanding(Connection connection, String destination, Standing standing)
            throws SQLException {
        begin(connection, STANDINGS);
        boolean active = standing.mode() == Standing.Mode.ACTIVE;
        try (PreparedStatement change =
                connection.prepareStatement(
                        active
                                ? "DELETE FROM standing WHERE destination = ?"
                                : """
                                  INSERT INTO standing (destination, mode, reason) VALUES (?, ?, ?)
                                  ON CONFLICT (destination)
                                  DO UPDATE SET mode = excluded.mode, reason = excluded.reason
                                  """)) {
            change.setString(1, destination);
            if (!active) {
                change.setString(2, standing.mode().name());
                change.setString(3, standing.reason());
            }
            change.executeUpdate();
        }
        channel.send(connection, List.of(new Wakeup.StandingChanged(destination)));
        return true;
    }

    /// Numbers a change. First of all, so that changes of one kind are made one after the other and
    /// no two can wait for each other.
    private static void begin(Connection connection, String kind) throws SQLException {
        try (PreparedStatement number =
                connection.prepareStatement(
                        """
                        INSERT INTO fact AS f (key, value) VALUES (?, 1)
                        ON CONFLICT (key) DO UPDATE SET value = f.value + 1
                        """)) {
            number.setString(1, kind);
            number.executeUpdate();
        }
    }

    static Revision revision(Connection connection) throws SQLException {
        try (PreparedStatement query =
                        connection.prepareStatement(
                                """
                                SELECT (SELECT value FROM fact WHERE key = 'declarations'),
                                (SELECT value FROM fact WHERE key = 'standings')
                                """);
                ResultSet row = query.executeQuery()) {
            row.next();
            // Without a change there is no number, which reads as 0.
            return new Revision(row.getLong(1), row.getLong(2));
        }
    }

    static List<Declaration> declarations(Connection connection) throws SQLException {
        List<Declaration> declarations = new ArrayList<>();
        try (PreparedStatement query =
                        connection.prepareStatement(
                                "SELECT kind, name, origin, json FROM declaration ORDER BY kind, name");
                ResultSet row = query.executeQuery()) {
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

    static Map<String, Standing> standings(Connection connection) throws SQLException {
        Map<String, Standing> standings = new TreeMap<>();
        try (PreparedStatement query =
                        connection.prepareStatement(
                                "SELECT destination, mode, reason FROM standing");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                standings.put(
                        row.getString(1),
                        new Standing(Standing.Mode.valueOf(row.getString(2)), row.getString(3)));
            }
        }
        return standings;
    }
}
