package dev.belay.store.postgres;

import dev.belay.event.Event;
import dev.belay.ingest.DedupeKey;
import dev.belay.store.Codec;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Events as columns: one array for each.
final class EventRows {
    /// As a table `e` in a statement, with a place for every array.
    static final String TABLE =
            """
            e AS (SELECT * FROM unnest(?::bigint[], ?::integer[], ?::bytea[], ?::bytea[],
              ?::bigint[], ?::bigint[], ?::bytea[], ?::bytea[], ?::boolean[], ?::bigint[],
              ?::bigint[], ?::bigint[])
              AS e (id, source, type, external_id, received_at, checksum, headers, body, keyed, high,
              low, expires))""";

    private final long[] ids;
    private final int[] sources;
    private final byte[] @Nullable [] types;
    private final byte[] @Nullable [] externalIds;
    private final long[] receivedAt;
    private final long[] checksums;
    private final byte[][] headers;
    private final byte[][] bodies;
    private final boolean[] keyed;
    private final long[] high;
    private final long[] low;
    private final long[] expires;

    private EventRows(int size) {
        ids = new long[size];
        sources = new int[size];
        types = new byte[size][];
        externalIds = new byte[size][];
        receivedAt = new long[size];
        checksums = new long[size];
        headers = new byte[size][];
        bodies = new byte[size][];
        keyed = new boolean[size];
        high = new long[size];
        low = new long[size];
        expires = new long[size];
    }

    static EventRows of(List<Row> rows, Names names) throws SQLException {
        EventRows columns = new EventRows(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            columns.set(i, rows.get(i), names);
        }
        return columns;
    }

    private void set(int i, Row row, Names names) throws SQLException {
        Event event = row.event;
        ids[i] = event.id().value();
        sources[i] = names.id(event.source());
        types[i] = utf8(event.type());
        externalIds[i] = utf8(event.externalId());
        receivedAt[i] = event.receivedAt().toEpochMilli();
        checksums[i] = row.checksum;
        headers[i] = row.headers;
        bodies[i] = event.body().bytes();
        DedupeKey key = row.key;
        if (key != null) {
            keyed[i] = true;
            high[i] = key.high();
            low[i] = key.low();
            expires[i] = row.expires.toEpochMilli();
        }
    }

    long[] ids() {
        return ids;
    }

    /// The earliest of the times of reception.
    long earliest() {
        long earliest = Long.MAX_VALUE;
        for (long at : receivedAt) {
            earliest = Math.min(earliest, at);
        }
        return earliest;
    }

    /// Fills the places of [#TABLE], the first of them at `from`, and answers the next place.
    int bind(PreparedStatement statement, int from) throws SQLException {
        int at = from;
        for (Object column :
                new Object[] {
                    ids,
                    sources,
                    types,
                    externalIds,
                    receivedAt,
                    checksums,
                    headers,
                    bodies,
                    keyed,
                    high,
                    low,
                    expires
                }) {
            statement.setObject(at++, column);
        }
        return at;
    }

    static byte @Nullable [] utf8(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    static @Nullable String text(byte @Nullable [] utf8) {
        return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
    }

    /// An event with what is stored of it, made on the thread of the caller to spare the writer.
    static final class Row {
        final Event event;
        final @Nullable DedupeKey key;
        private final Instant expires;
        private final byte[] headers;
        private final long checksum;

        /// @param key null where nothing identifies the event
        Row(Event event, @Nullable DedupeKey key, Instant expires) {
            this.event = event;
            this.key = key;
            this.expires = expires;
            headers = Codec.headers(event.headers());
            checksum = Codec.checksum(event.id().value(), headers, event.body());
        }

        long bytes() {
            return (long) headers.length + event.body().length();
        }
    }
}
