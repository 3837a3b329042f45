package dev.belay.store.postgres;

import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.ingest.EventJournal.Reject;
import dev.belay.ingest.InboundRequest;
import dev.belay.ingest.RejectSampler;
import dev.belay.store.Codec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/// Writes what is small: rejected requests, declarations, standings.
final class SmallTables {
    private SmallTables() {}

    /// Keeps the latest of each source, so that nobody can fill the disk with them.
    static boolean reject(Connection connection, Reject reject) throws SQLException {
        InboundRequest request = reject.request();
        byte[] body = request.body().bytes();
        try (PreparedStatement insert =
                connection.prepareStatement(
                        """
                        INSERT INTO reject
                        (source, rejected_at, reason, method, url, remote, headers, body)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                        """)) {
            insert.setBytes(1, EventRows.utf8(reject.source()));
            insert.setLong(2, reject.at().toEpochMilli());
            insert.setBytes(3, EventRows.utf8(reject.reason()));
            insert.setBytes(4, EventRows.utf8(request.method()));
            insert.setBytes(5, EventRows.utf8(request.url()));
            insert.setBytes(6, EventRows.utf8(request.remoteAddress()));
            insert.setBytes(7, Codec.headers(request.headers()));
            insert.setBytes(
                    8,
                    body.length > RejectSampler.MAX_BODY_BYTES
                            ? Arrays.copyOf(body, RejectSampler.MAX_BODY_BYTES)
                            : body);
            insert.executeUpdate();
        }
        try (PreparedStatement trim =
                connection.prepareStatement(
                        """
                        DELETE FROM reject WHERE source = ? AND id <=
                        (SELECT id FROM reject WHERE source = ? ORDER BY id DESC LIMIT 1 OFFSET ?)
                        """)) {
            trim.setBytes(1, EventRows.utf8(reject.source()));
            trim.setBytes(2, EventRows.utf8(reject.source()));
            trim.setInt(3, RejectSampler.KEPT);
            trim.executeUpdate();
        }
        return true;
    }

    static boolean change(
            Connection connection, List<Declaration> puts, List<Declaration.Key> removes)
            throws SQLException {
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
        return true;
    }

    static boolean setStanding(Connection connection, String destination, Standing standing)
            throws SQLException {
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
        return true;
    }
}
