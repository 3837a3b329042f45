package dev.belay.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Retention: walks through the events from the oldest on, a part at each call, and removes those
/// of which everything is finished and past its window. Belongs to the writer.
final class Purging {
    /// Events looked at for each one that may be removed.
    private static final int LOOKS = 4;

    private final PreparedStatement oldest;
    private final PreparedStatement youngestEnd;
    private final PreparedStatement highest;
    private final WriteSession session;

    /// Events up to here have been looked at in this round.
    private long position = -1;

    private long next = -1;

    Purging(Connection connection, WriteSession session) throws SQLException {
        this.session = session;
        oldest =
                connection.prepareStatement(
                        "SELECT id, received_at FROM event WHERE id > ? ORDER BY id LIMIT ?");
        youngestEnd =
                connection.prepareStatement(
                        "SELECT max(CASE WHEN state = 4 THEN NULL ELSE finished_at END), max(CASE WHEN state = 4 THEN finished_at END), count(*) FROM delivery WHERE event = ?");
        highest =
                connection.prepareStatement(
                        "INSERT OR REPLACE INTO fact (key, value) VALUES ('highest_id', ?)");
    }

    /// Removes at most `limit` events and says how many. Looks at a part of the events only, and
    /// the next call at the part after it.
    int purge(Instant deliveredBefore, Instant deadBefore, int limit) throws SQLException {
        long latest = Math.max(deliveredBefore.toEpochMilli(), deadBefore.toEpochMilli());
        List<Long> removable = new ArrayList<>();
        boolean wrapped = position < 0;
        long at = position;
        int looks = 0;
        int most = Math.max(limit * LOOKS, 1_000);
        while (removable.size() < limit && looks < most) {
            long[] event = after(at);
            boolean end =
                    event.length == 0
                            || event[1] >= latest
                            || (wrapped && position >= 0 && event[0] > position);
            if (end && wrapped) {
                // A whole round: from here on it would be the same events again.
                at = -1;
                break;
            }
            if (end) {
                wrapped = true;
                at = -1;
                continue;
            }
            looks++;
            at = event[0];
            if (removable(at, event[1], deliveredBefore, deadBefore)) {
                removable.add(at);
            }
        }
        next = at;
        if (!removable.isEmpty()) {
            highest.setLong(1, session.highestId());
            highest.executeUpdate();
        }
        for (long event : removable) {
            session.finished.delete(event);
            session.events.delete(event);
        }
        return removable.size();
    }

    void committed() {
        position = next;
    }

    void rolledBack() {
        next = position;
    }

    private long[] after(long id) throws SQLException {
        oldest.setLong(1, id);
        oldest.setInt(2, 1);
        try (ResultSet row = oldest.executeQuery()) {
            return row.next() ? new long[] {row.getLong(1), row.getLong(2)} : new long[0];
        }
    }

    private boolean removable(
            long event, long receivedAt, Instant deliveredBefore, Instant deadBefore)
            throws SQLException {
        if (session.work.any(event)) {
            return false;
        }
        youngestEnd.setLong(1, event);
        try (ResultSet row = youngestEnd.executeQuery()) {
            long delivered = row.getLong(1);
            boolean noneDelivered = row.wasNull();
            long dead = row.getLong(2);
            boolean noneDead = row.wasNull();
            if (row.getInt(3) == 0) {
                return receivedAt < deliveredBefore.toEpochMilli();
            }
            return (noneDelivered || delivered < deliveredBefore.toEpochMilli())
                    && (noneDead || dead < deadBefore.toEpochMilli());
        }
    }
}
