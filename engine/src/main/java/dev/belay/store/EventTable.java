package dev.belay.store;

import dev.belay.event.Event;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Writes events. Belongs to the writer.
final class EventTable {
    private final PreparedStatement insert;
    private final PreparedStatement exists;
    private final PreparedStatement body;
    private final PreparedStatement delete;
    private final NameTable names;
    private final Counters counters;

    EventTable(Connection connection, NameTable names, Counters counters) throws SQLException {
        this.names = names;
        this.counters = counters;
        insert =
                connection.prepareStatement(
                        """
                        INSERT INTO event
                        (id, source, type, external_id, received_at, checksum, headers, body)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                        """);
        exists = connection.prepareStatement("SELECT 1 FROM event WHERE id = ?");
        body = connection.prepareStatement("SELECT body FROM event WHERE id = ?");
        delete = connection.prepareStatement("DELETE FROM event WHERE id = ?");
    }

    void insert(Encoded encoded) throws SQLException {
        Event event = encoded.event;
        insert.setLong(1, event.id().value());
        insert.setInt(2, names.id(event.source()));
        insert.setString(3, event.type());
        insert.setString(4, event.externalId());
        insert.setLong(5, event.receivedAt().toEpochMilli());
        insert.setLong(6, encoded.checksum);
        insert.setBytes(7, encoded.headers);
        insert.setBytes(8, event.body().bytes());
        insert.executeUpdate();
        counters.events(1);
    }

    boolean exists(long id) throws SQLException {
        exists.setLong(1, id);
        try (ResultSet row = exists.executeQuery()) {
            return row.next();
        }
    }

    /// The body, null when the event is not there.
    byte @Nullable [] body(long id) throws SQLException {
        body.setLong(1, id);
        try (ResultSet row = body.executeQuery()) {
            return row.next() ? row.getBytes(1) : null;
        }
    }

    void delete(long id) throws SQLException {
        delete.setLong(1, id);
        if (delete.executeUpdate() == 1) {
            counters.events(-1);
        }
    }

    /// An event with what is stored of it, made on the thread of the caller to spare the writer.
    static final class Encoded {
        final Event event;
        private final byte[] headers;
        private final long checksum;

        Encoded(Event event) {
            this.event = event;
            headers = Codec.headers(event.headers());
            checksum = Codec.checksum(event.id().value(), headers, event.body());
        }

        long bytes() {
            return (long) headers.length + event.body().length();
        }
    }
}
