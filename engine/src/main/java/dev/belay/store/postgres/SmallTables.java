package dev.belay.store.postgres;

import dev.belay.ingest.EventJournal.Reject;
import dev.belay.ingest.InboundRequest;
import dev.belay.ingest.RejectSampler;
import dev.belay.store.Codec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;

/// Writes what is small: rejected requests.
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
}
