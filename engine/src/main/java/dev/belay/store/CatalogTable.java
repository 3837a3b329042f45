package dev.belay.store;

import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.catalog.CatalogStore.Standing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/// Writes declarations and standings. Belongs to the writer.
final class CatalogTable {
    private final PreparedStatement put;
    private final PreparedStatement remove;
    private final PreparedStatement stand;
    private final PreparedStatement unstand;

    CatalogTable(Connection connection) throws SQLException {
        put =
                connection.prepareStatement(
                        "INSERT OR REPLACE INTO declaration (kind, name, origin, json) VALUES (?, ?, ?, ?)");
        remove = connection.prepareStatement("DELETE FROM declaration WHERE kind = ? AND name = ?");
        stand =
                connection.prepareStatement(
                        "INSERT OR REPLACE INTO standing (destination, mode, reason) VALUES (?, ?, ?)");
        unstand = connection.prepareStatement("DELETE FROM standing WHERE destination = ?");
    }

    void change(List<Declaration> puts, List<Declaration.Key> removes) throws SQLException {
        for (Declaration.Key key : removes) {
            remove.setString(1, key.kind());
            remove.setString(2, key.name());
            remove.executeUpdate();
        }
        for (Declaration declaration : puts) {
            put.setString(1, declaration.key().kind());
            put.setString(2, declaration.key().name());
            put.setString(3, declaration.origin());
            put.setString(4, declaration.json());
            put.executeUpdate();
        }
    }

    void setStanding(String destination, Standing standing) throws SQLException {
        if (standing.mode() == Standing.Mode.ACTIVE) {
            unstand.setString(1, destination);
            unstand.executeUpdate();
            return;
        }
        stand.setString(1, destination);
        stand.setString(2, standing.mode().name());
        stand.setString(3, standing.reason());
        stand.executeUpdate();
    }
}
