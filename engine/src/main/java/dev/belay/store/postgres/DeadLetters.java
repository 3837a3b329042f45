package dev.belay.store.postgres;

import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.DeadNotices;
import dev.belay.delivery.DeliveryQueue.Notice;
import dev.belay.delivery.DeliveryState;
import dev.belay.store.postgres.Operation.Commits;
import dev.belay.store.postgres.Operation.InDoubt;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Stores the dead letters that the store makes by itself and what is to be told of them in one
/// commit: where a notice cannot be stored, nothing has died.
final class DeadLetters {
    private final Names names;
    private final Partitions partitions;
    private final Appends notices;

    DeadLetters(Names names, Partitions partitions, Appends notices) {
        this.names = names;
        this.partitions = partitions;
        this.notices = notices;
    }

    /// What a change has made.
    ///
    /// @param result for whoever asked for the change
    /// @param dead those that it has turned into dead letters
    record Made<T>(T result, List<Delivery> dead) {
        Made {
            dead = List.copyOf(dead);
        }
    }

    <T> Operation<T> operation(Transactions.Body<Made<T>> change, DeadNotices told) {
        return new Making<>(change, told, this);
    }

    /// Asks what is to be told, and answers it as rows.
    private static Rows ask(List<Delivery> dead, DeadNotices told) {
        Rows rows = new Rows(new ArrayList<>(), new ArrayList<>());
        for (Delivery one : dead) {
            if (one.state() instanceof DeliveryState.Dead(Instant _, DeadReason reason)) {
                for (Notice notice : told.of(one, reason)) {
                    rows.events.add(new EventRows.Row(notice.event(), null, Instant.EPOCH));
                    rows.deliveries.addAll(Appends.deliveries(notice.event(), notice.deliveries()));
                }
            }
        }
        return rows;
    }

    private record Rows(List<EventRows.Row> events, List<Delivery> deliveries) {}

    private static final class Making<T> extends Operation<T> implements Commits {
        private final Transactions.Body<Made<T>> change;
        private final DeadNotices told;
        private final DeadLetters letters;

        /// Ids that the last try told of. Their weeks are made before the next one begins, not in
        /// its midst, where it would hold locks that a change of partitions waits for.
        private long[] ids = {};

        Making(Transactions.Body<Made<T>> change, DeadNotices told, DeadLetters letters) {
            this.change = change;
            this.told = told;
            this.letters = letters;
        }

        @Override
        Commits commits() {
            return this;
        }

        @Override
        public void commit(Connection connection, List<? extends Operation<?>> group)
                throws SQLException, InDoubt {
            letters.partitions.ensure(ids);
            result(Transactions.together(connection, this::make));
        }

        private T make(Connection connection) throws SQLException {
            Made<T> made = change.run(connection);
            Rows rows = ask(made.dead(), told);
            if (!rows.events.isEmpty()) {
                EventRows events = EventRows.of(rows.events, letters.names);
                ids = events.ids();
                letters.notices.insert(
                        connection, events, DeliveryRows.of(rows.deliveries, letters.names));
            }
            return made.result();
        }
    }
}
