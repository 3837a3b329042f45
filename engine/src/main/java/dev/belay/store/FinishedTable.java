package dev.belay.store;

import dev.belay.delivery.Attempt;
import dev.belay.event.DeliveryId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Writes what is over: finished deliveries, attempts, and changes that no attempt tells of.
/// Belongs to the writer.
final class FinishedTable {
    private final PreparedStatement insert;
    private final PreparedStatement attempt;
    private final PreparedStatement change;
    private final PreparedStatement lastOrdinal;
    private final PreparedStatement places;
    private final PreparedStatement[] deletes;
    private final Counters counters;

    FinishedTable(Connection connection, Counters counters) throws SQLException {
        this.counters = counters;
        insert =
                connection.prepareStatement(
                        """
                        INSERT INTO delivery
                        (event, ordinal, destination, subscription, state, finished_at, reason, attempts,
                         throttled, replay_of, created_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """);
        attempt =
                connection.prepareStatement(
                        """
                        INSERT INTO attempt
                        (event, ordinal, number, started_at, nanos, outcome, status, detail, headers, body,
                         truncated)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """);
        change =
                connection.prepareStatement(
                        """
                        INSERT INTO state_change (event, ordinal, change, times, first_at, last_at)
                        VALUES (?, ?, ?, 1, ?, ?)
                        ON CONFLICT (event, ordinal, change)
                        DO UPDATE SET times = times + 1, last_at = excluded.last_at
                        """);
        lastOrdinal =
                connection.prepareStatement("SELECT max(ordinal) FROM delivery WHERE event = ?");
        places =
                connection.prepareStatement(
                        "SELECT destination, state FROM delivery WHERE event = ?");
        deletes =
                new PreparedStatement[] {
                    connection.prepareStatement("DELETE FROM attempt WHERE event = ?"),
                    connection.prepareStatement("DELETE FROM state_change WHERE event = ?"),
                    connection.prepareStatement("DELETE FROM delivery WHERE event = ?")
                };
    }

    void insert(Finished finished) throws SQLException {
        insert.setLong(1, finished.id.event().value());
        insert.setInt(2, finished.id.ordinal());
        insert.setInt(3, finished.destination);
        insert.setInt(4, finished.subscription);
        insert.setInt(5, finished.end.state);
        insert.setLong(6, finished.end.at.toEpochMilli());
        insert.setString(7, finished.end.reason);
        insert.setInt(8, finished.attempts);
        insert.setInt(9, finished.throttled);
        WorkTable.setReplayOf(insert, 10, finished.replayOf);
        insert.setLong(11, finished.createdAt.toEpochMilli());
        insert.executeUpdate();
        counters.add(finished.destination, finished.end.state, 1);
    }

    void attempt(Attempt made) throws SQLException {
        attempt.setLong(1, made.delivery().event().value());
        attempt.setInt(2, made.delivery().ordinal());
        attempt.setInt(3, made.number());
        attempt.setLong(4, made.startedAt().toEpochMilli());
        attempt.setLong(5, made.duration().toNanos());
        attempt.setInt(6, Outcomes.kind(made.outcome()));
        attempt.setInt(7, Outcomes.status(made.outcome()));
        attempt.setString(8, Outcomes.detail(made.outcome()));
        Attempt.Response response = made.response();
        if (response == null) {
            attempt.setNull(9, Types.BLOB);
            attempt.setNull(10, Types.BLOB);
            attempt.setInt(11, 0);
        } else {
            attempt.setBytes(9, Codec.headers(response.headers()));
            attempt.setBytes(10, response.body().bytes());
            attempt.setInt(11, response.truncated() ? 1 : 0);
        }
        attempt.executeUpdate();
    }

    /// Notes a change of state, such as `released` or `buried`.
    void change(DeliveryId id, String word, Instant at) throws SQLException {
        change.setLong(1, id.event().value());
        change.setInt(2, id.ordinal());
        change.setString(3, word);
        change.setLong(4, at.toEpochMilli());
        change.setLong(5, at.toEpochMilli());
        change.executeUpdate();
    }

    /// The highest ordinal of an event's finished deliveries, -1 when there is none.
    int lastOrdinal(long event) throws SQLException {
        lastOrdinal.setLong(1, event);
        try (ResultSet row = lastOrdinal.executeQuery()) {
            int last = row.getInt(1);
            return row.wasNull() ? -1 : last;
        }
    }

    /// Removes everything about an event's deliveries.
    void delete(long event) throws SQLException {
        places.setLong(1, event);
        try (ResultSet rows = places.executeQuery()) {
            while (rows.next()) {
                counters.add(rows.getInt(1), rows.getInt(2), -1);
            }
        }
        for (PreparedStatement delete : deletes) {
            delete.setLong(1, event);
            delete.executeUpdate();
        }
    }

    /// A delivery that is over.
    record Finished(
            DeliveryId id,
            int destination,
            int subscription,
            End end,
            int attempts,
            int throttled,
            @Nullable DeliveryId replayOf,
            Instant createdAt) {
        static Finished of(WorkTable.Row row, End end) {
            return new Finished(
                    row.id(),
                    row.destination(),
                    row.subscription(),
                    end,
                    row.attempts(),
                    row.throttled(),
                    row.replayOf(),
                    row.createdAt());
        }
    }

    /// How it ended.
    ///
    /// @param reason of a dead letter or a cancellation
    record End(int state, Instant at, @Nullable String reason) {}
}
