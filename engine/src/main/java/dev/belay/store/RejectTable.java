package dev.belay.store;

import dev.belay.ingest.EventJournal.Reject;
import dev.belay.ingest.InboundRequest;
import dev.belay.ingest.RejectSampler;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;

/// Writes rejected requests: the latest of each source, so that nobody can fill the disk with them.
/// Belongs to the writer.
final class RejectTable {
    private final PreparedStatement insert;
    private final PreparedStatement trim;
    private final PreparedStatement purge;

    RejectTable(Connection connection) throws SQLException {
        insert =
                connection.prepareStatement(
                        """
                        INSERT INTO reject (source, rejected_at, reason, method, url, remote, headers, body)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                        """);
        trim =
                connection.prepareStatement(
                        """
                        DELETE FROM reject WHERE source = ? AND id <=
                        (SELECT id FROM reject WHERE source = ? ORDER BY id DESC LIMIT 1 OFFSET ?)
                        """);
        purge = connection.prepareStatement("DELETE FROM reject WHERE rejected_at < ?");
    }

    void insert(Reject reject) throws SQLException {
        InboundRequest request = reject.request();
        byte[] body = request.body().bytes();
        insert.setString(1, reject.source());
        insert.setLong(2, reject.at().toEpochMilli());
        insert.setString(3, reject.reason());
        insert.setString(4, request.method());
        insert.setString(5, request.url());
        insert.setString(6, request.remoteAddress());
        insert.setBytes(7, Codec.headers(request.headers()));
        insert.setBytes(
                8,
                body.length > RejectSampler.MAX_BODY_BYTES
                        ? Arrays.copyOf(body, RejectSampler.MAX_BODY_BYTES)
                        : body);
        insert.executeUpdate();
        trim.setString(1, reject.source());
        trim.setString(2, reject.source());
        trim.setInt(3, RejectSampler.KEPT);
        trim.executeUpdate();
    }

    void purge(Instant before) throws SQLException {
        purge.setLong(1, before.toEpochMilli());
        purge.executeUpdate();
    }
}
