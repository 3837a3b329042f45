package dev.belay.store.postgres;

import dev.belay.delivery.Attempt;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.Notice;
import dev.belay.delivery.DeliveryQueue.Settle;
import dev.belay.delivery.DeliveryQueue.SettleResult;
import dev.belay.delivery.Settlement;
import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import dev.belay.store.Codec;
import dev.belay.store.Outcomes;
import dev.belay.store.State;
import dev.belay.store.postgres.Operation.Commits;
import dev.belay.store.postgres.Operation.InDoubt;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Stores how attempts ended: one statement a group, or a transaction where notices go with it.
final class Settles implements Commits {
    /// Answers the deliveries whose token was still their own.
    private static final String STORE =
            """
            WITH s AS (SELECT * FROM unnest(?::bigint[], ?::integer[], ?::bigint[], ?::integer[],
                ?::bigint[], ?::bigint[], ?::integer[], ?::bytea[], ?::integer[], ?::bigint[],
                ?::bigint[], ?::integer[], ?::integer[], ?::bytea[], ?::bytea[], ?::bytea[],
                ?::integer[])
              AS s (event, ordinal, token, state, at, ended, uncounted, reason, number, started_at,
                nanos, outcome, status, detail, headers, body, truncated)),
            over AS (DELETE FROM work w USING s WHERE s.state <> 0 AND w.event = s.event
                AND w.ordinal = s.ordinal AND w.state = 1 AND w.token = s.token
              RETURNING w.event, w.ordinal, w.destination, w.subscription, s.state AS to_state,
                s.at, s.reason, w.attempts, w.throttled, w.replay_of, w.created_at),
            again AS (UPDATE work w SET state = 0, node = -1, visible_at = s.at, token = 0,
                throttled = w.throttled + s.uncounted, lost = 0, changed_at = s.ended
              FROM s WHERE s.state = 0 AND w.event = s.event AND w.ordinal = s.ordinal
                AND w.state = 1 AND w.token = s.token
              RETURNING w.event, w.ordinal, w.destination),
            finished AS (INSERT INTO delivery (event, ordinal, destination, subscription, state,
                finished_at, reason, attempts, throttled, replay_of, created_at)
              SELECT event, ordinal, destination, subscription, to_state, at, reason, attempts,
                throttled, replay_of, created_at FROM over),
            settled AS (SELECT event, ordinal FROM over UNION ALL SELECT event, ordinal FROM again),
            tried AS (INSERT INTO attempt (event, ordinal, number, started_at, nanos, outcome,
                status, detail, headers, body, truncated)
              SELECT event, ordinal, number, started_at, nanos, outcome, status, detail, headers,
                body, truncated FROM s JOIN settled USING (event, ordinal)),
            counted AS ({counts})
            SELECT event, ordinal FROM settled
            """;

    private static final String COUNTS =
            """
            SELECT destination, 1, -1 FROM over UNION ALL SELECT destination, to_state, 1 FROM over
            UNION ALL SELECT destination, 1, -1 FROM again
            UNION ALL SELECT destination, 0, 1 FROM again""";

    private final Names names;
    private final Partitions partitions;
    private final Appends notices;
    private final String store;

    Settles(Names names, Partitions partitions, Appends notices, Counting counting) {
        this.names = names;
        this.partitions = partitions;
        this.notices = notices;
        store = STORE.replace("{counts}", counting.add(COUNTS));
    }

    Operation<SettleResult> operation(Settle settle) {
        return new Settling(settle, this);
    }

    @Override
    public void commit(Connection connection, List<? extends Operation<?>> group)
            throws SQLException, InDoubt {
        List<Settling> left = new ArrayList<>();
        group.forEach(one -> left.add((Settling) one));
        while (!left.isEmpty()) {
            // A second result for one delivery is judged by what the first has left.
            Set<DeliveryId> ids = new HashSet<>();
            List<Settling> now = new ArrayList<>();
            left.removeIf(one -> ids.add(one.settle.delivery().id()) && now.add(one));
            store(connection, now);
        }
    }

    private void store(Connection connection, List<Settling> group) throws SQLException, InDoubt {
        Columns columns = new Columns(group);
        boolean alone = group.stream().allMatch(one -> one.settle.notices().isEmpty());
        Set<DeliveryId> settled =
                alone
                        ? Transactions.alone(connection, c -> settle(c, columns))
                        : withNotices(connection, group, columns);
        for (Settling one : group) {
            one.result(
                    settled.contains(one.settle.delivery().id())
                            ? SettleResult.SETTLED
                            : SettleResult.FENCED);
        }
    }

    private Set<DeliveryId> withNotices(
            Connection connection, List<Settling> group, Columns columns)
            throws SQLException, InDoubt {
        for (Settling one : group) {
            for (EventRows.Row row : one.notices) {
                partitions.ensure(new long[] {row.event.id().value()});
            }
        }
        return Transactions.together(
                connection,
                c -> {
                    Set<DeliveryId> settled = settle(c, columns);
                    List<EventRows.Row> rows = new ArrayList<>();
                    List<Delivery> deliveries = new ArrayList<>();
                    for (Settling one : group) {
                        if (settled.contains(one.settle.delivery().id())) {
                            rows.addAll(one.notices);
                            deliveries.addAll(one.deliveries);
                        }
                    }
                    if (!rows.isEmpty()) {
                        notices.insert(
                                c, EventRows.of(rows, names), DeliveryRows.of(deliveries, names));
                    }
                    return settled;
                });
    }

    private Set<DeliveryId> settle(Connection connection, Columns columns) throws SQLException {
        Set<DeliveryId> settled = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(store)) {
            int at = 1;
            for (Object column : columns.all()) {
                statement.setObject(at++, column);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    settled.add(new DeliveryId(new EventId(row.getLong(1)), row.getInt(2)));
                }
            }
        }
        return settled;
    }

    private static final class Settling extends Operation<SettleResult> {
        private final Settle settle;
        private final List<EventRows.Row> notices = new ArrayList<>();
        private final List<Delivery> deliveries = new ArrayList<>();
        private final Settles settles;

        Settling(Settle settle, Settles settles) {
            this.settle = settle;
            this.settles = settles;
            for (Notice notice : settle.notices()) {
                notices.add(new EventRows.Row(notice.event(), null, Instant.EPOCH));
                deliveries.addAll(Appends.deliveries(notice.event(), notice.deliveries()));
            }
        }

        @Override
        Commits commits() {
            return settles;
        }
    }

    /// Results as columns: one array for each.
    private static final class Columns {
        private final long[] events;
        private final int[] ordinals;
        private final long[] tokens;
        private final int[] states;
        private final long[] ats;
        private final long[] ended;
        private final int[] uncounted;
        private final byte[] @Nullable [] reasons;
        private final int[] numbers;
        private final long[] startedAt;
        private final long[] nanos;
        private final int[] outcomes;
        private final int[] statuses;
        private final byte[] @Nullable [] details;
        private final byte[] @Nullable [] headers;
        private final byte[] @Nullable [] bodies;
        private final int[] truncated;

        Columns(List<Settling> group) {
            int size = group.size();
            events = new long[size];
            ordinals = new int[size];
            tokens = new long[size];
            states = new int[size];
            ats = new long[size];
            ended = new long[size];
            uncounted = new int[size];
            reasons = new byte[size][];
            numbers = new int[size];
            startedAt = new long[size];
            nanos = new long[size];
            outcomes = new int[size];
            statuses = new int[size];
            details = new byte[size][];
            headers = new byte[size][];
            bodies = new byte[size][];
            truncated = new int[size];
            for (int i = 0; i < size; i++) {
                set(i, group.get(i).settle);
            }
        }

        private void set(int i, Settle settle) {
            Attempt attempt = settle.attempt();
            events[i] = settle.delivery().id().event().value();
            ordinals[i] = settle.delivery().id().ordinal();
            tokens[i] = settle.token();
            ended[i] = attempt.startedAt().plus(attempt.duration()).toEpochMilli();
            ats[i] = ended[i];
            switch (settle.settlement()) {
                case Settlement.Complete() -> states[i] = State.DELIVERED;
                case Settlement.GiveUp(DeadReason reason) -> {
                    states[i] = State.DEAD;
                    reasons[i] = EventRows.utf8(reason.word());
                }
                case Settlement.RetryAt(Instant at, boolean counted) -> {
                    states[i] = State.DUE;
                    ats[i] = at.toEpochMilli();
                    uncounted[i] = counted ? 0 : 1;
                }
            }
            numbers[i] = attempt.number();
            startedAt[i] = attempt.startedAt().toEpochMilli();
            nanos[i] = attempt.duration().toNanos();
            outcomes[i] = Outcomes.kind(attempt.outcome());
            statuses[i] = Outcomes.status(attempt.outcome());
            details[i] = EventRows.utf8(Outcomes.detail(attempt.outcome()));
            Attempt.Response response = attempt.response();
            if (response != null) {
                headers[i] = Codec.headers(response.headers());
                bodies[i] = response.body().bytes();
                truncated[i] = response.truncated() ? 1 : 0;
            }
        }

        Object[] all() {
            return new Object[] {
                events, ordinals, tokens, states, ats, ended, uncounted, reasons, numbers,
                startedAt, nanos, outcomes, statuses, details, headers, bodies, truncated
            };
        }
    }
}
