package dev.belay.store.postgres;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.NewDelivery;
import dev.belay.event.DeliveryId;
import dev.belay.store.State;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// New deliveries as columns: one array for each.
final class DeliveryRows {
    /// As a table `n` in a statement, with a place for every array.
    static final String TABLE =
            """
            n AS (SELECT * FROM unnest(?::bigint[], ?::integer[], ?::integer[], ?::integer[],
              ?::integer[], ?::bigint[], ?::bigint[], ?::bytea[], ?::integer[], ?::bigint[])
              AS n (event, ordinal, destination, subscription, state, at, token, reason, replay_of,
              created_at))""";

    /// Those of a table `n` that are not over; node of the leases at its place.
    static final String INSERT_WORK =
            """
            INSERT INTO work (event, ordinal, destination, subscription, state, node, visible_at,
              token, attempts, throttled, lost, replay_of, created_at, changed_at, reason)
            SELECT event, ordinal, destination, subscription, state,
              CASE WHEN state = 1 THEN ?::integer ELSE -1 END, at, token,
              CASE WHEN state = 1 THEN 1 ELSE 0 END, 0, 0, nullif(replay_of, -1), created_at,
              created_at, reason FROM n""";

    /// Those of a table `n` that are over.
    static final String INSERT_FINISHED =
            """
            INSERT INTO delivery (event, ordinal, destination, subscription, state, finished_at,
              reason, attempts, throttled, replay_of, created_at)
            SELECT event, ordinal, destination, subscription, state, at, reason, 0, 0,
              nullif(replay_of, -1), created_at FROM n""";

    private final long[] events;
    private final int[] ordinals;
    private final int[] destinations;
    private final int[] subscriptions;
    private final int[] states;
    private final long[] ats;
    private final long[] tokens;
    private final byte[] @Nullable [] reasons;
    private final int[] replayOf;
    private final long[] createdAt;

    private DeliveryRows(int size) {
        events = new long[size];
        ordinals = new int[size];
        destinations = new int[size];
        subscriptions = new int[size];
        states = new int[size];
        ats = new long[size];
        tokens = new long[size];
        reasons = new byte[size][];
        replayOf = new int[size];
        createdAt = new long[size];
    }

    static DeliveryRows of(List<Delivery> deliveries, Names names) throws SQLException {
        DeliveryRows columns = new DeliveryRows(deliveries.size());
        for (int i = 0; i < deliveries.size(); i++) {
            columns.set(i, deliveries.get(i), names);
        }
        return columns;
    }

    /// A delivery as it will be.
    static Delivery made(DeliveryId id, NewDelivery made, Instant now) {
        DeliveryId replayOf = made.replayOf();
        if (replayOf != null && !replayOf.event().equals(id.event())) {
            throw new IllegalArgumentException(
                    "%s cannot replay %s, of another event".formatted(id, replayOf));
        }
        return new Delivery(
                id,
                made.destination(),
                made.subscription(),
                Instant.ofEpochMilli(now.toEpochMilli()),
                made.state() instanceof DeliveryState.Leased ? 1 : 0,
                0,
                replayOf,
                made.state());
    }

    private void set(int i, Delivery delivery, Names names) throws SQLException {
        events[i] = delivery.id().event().value();
        ordinals[i] = delivery.id().ordinal();
        destinations[i] = names.id(delivery.destination());
        subscriptions[i] = names.id(delivery.subscription());
        states[i] = State.of(delivery.state());
        DeliveryId of = delivery.replayOf();
        replayOf[i] = of == null ? -1 : of.ordinal();
        createdAt[i] = delivery.createdAt().toEpochMilli();
        switch (delivery.state()) {
            case DeliveryState.Due(Instant at) -> ats[i] = at.toEpochMilli();
            case DeliveryState.Leased(Lease lease) -> {
                ats[i] = lease.until().toEpochMilli();
                tokens[i] = lease.token();
            }
            case DeliveryState.Held(String why) -> reasons[i] = EventRows.utf8(why);
            case DeliveryState.Delivered(Instant at) -> ats[i] = at.toEpochMilli();
            case DeliveryState.Dead(Instant at, var reason) -> {
                ats[i] = at.toEpochMilli();
                reasons[i] = EventRows.utf8(reason.word());
            }
            case DeliveryState.Cancelled(Instant at, String why) -> {
                ats[i] = at.toEpochMilli();
                reasons[i] = EventRows.utf8(why);
            }
        }
    }

    /// Fills the places of [#TABLE], the first of them at `from`, and answers the next place.
    int bind(PreparedStatement statement, int from) throws SQLException {
        int at = from;
        for (Object column :
                new Object[] {
                    events,
                    ordinals,
                    destinations,
                    subscriptions,
                    states,
                    ats,
                    tokens,
                    reasons,
                    replayOf,
                    createdAt
                }) {
            statement.setObject(at++, column);
        }
        return at;
    }
}
