package dev.belay.store;

import dev.belay.delivery.Attempt;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.DeadNotices;
import dev.belay.delivery.DeliveryQueue.Notice;
import dev.belay.delivery.DeliveryQueue.Release;
import dev.belay.delivery.DeliveryQueue.Rescued;
import dev.belay.delivery.DeliveryQueue.Settle;
import dev.belay.delivery.DeliveryQueue.SettleResult;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.Settlement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the dispatcher asks of the writer.
final class QueueOperations {
    private QueueOperations() {}

    /// Claims what is due.
    static final class Claim extends Operation<List<Delivery>> {
        private final String destination;
        private final int limit;
        private final Instant now;
        private final Lease lease;

        Claim(String destination, int limit, Instant now, Lease lease) {
            this.destination = destination;
            this.limit = limit;
            this.now = now;
            this.lease = lease;
        }

        @Override
        List<Delivery> apply(WriteSession session) throws SQLException {
            return session.work.claim(destination, limit, now, lease);
        }
    }

    /// Stores how an attempt ended.
    static final class Settling extends Operation<SettleResult> {
        private final Settle settle;
        private final List<JournalOperations.Stored> notices = new ArrayList<>();

        Settling(Settle settle) {
            this.settle = settle;
            for (Notice notice : settle.notices()) {
                notices.add(stored(notice));
            }
        }

        @Override
        SettleResult apply(WriteSession session) throws SQLException {
            Delivery delivery = settle.delivery();
            Attempt attempt = settle.attempt();
            Instant ended = attempt.startedAt().plus(attempt.duration());
            int destination = session.names.id(delivery.destination());
            FinishedTable.End end =
                    switch (settle.settlement()) {
                        case Settlement.Complete() ->
                                new FinishedTable.End(State.DELIVERED, ended, null);
                        case Settlement.GiveUp(DeadReason reason) ->
                                new FinishedTable.End(State.DEAD, ended, reason.word());
                        case Settlement.RetryAt _ -> null;
                    };
            if (!change(session, destination, end, ended)) {
                return SettleResult.FENCED;
            }
            session.finished.attempt(attempt);
            for (JournalOperations.Stored notice : notices) {
                notice.store(session);
            }
            return SettleResult.SETTLED;
        }

        private boolean change(
                WriteSession session,
                int destination,
                FinishedTable.@Nullable End end,
                Instant ended)
                throws SQLException {
            Delivery delivery = settle.delivery();
            if (settle.settlement() instanceof Settlement.RetryAt(Instant at, boolean counted)) {
                return session.work.retry(
                        delivery.id(), settle.token(), destination, at, counted, ended);
            }
            if (end == null || !session.work.finish(delivery.id(), settle.token(), destination)) {
                return false;
            }
            session.finished.insert(
                    new FinishedTable.Finished(
                            delivery.id(),
                            destination,
                            session.names.id(delivery.subscription()),
                            end,
                            delivery.attempts(),
                            delivery.throttled(),
                            delivery.replayOf(),
                            delivery.createdAt()));
            return true;
        }
    }

    /// Gives claims back untried.
    static final class Releasing extends Operation<Boolean> {
        private final List<Release> releases;
        private final Instant now;

        Releasing(List<Release> releases, Instant now) {
            this.releases = List.copyOf(releases);
            this.now = now;
        }

        @Override
        Boolean apply(WriteSession session) throws SQLException {
            for (Release release : releases) {
                if (session.work.release(release.delivery(), release.token(), release.dueAt())) {
                    session.finished.change(release.delivery(), "released", now);
                }
            }
            return true;
        }
    }

    /// Takes back claims whose lease has ended.
    static final class Rescue extends Operation<List<Rescued>> {
        private final Instant now;
        private final int poisonAfter;
        private final int limit;
        private final DeadNotices notices;

        Rescue(Instant now, int poisonAfter, int limit, DeadNotices notices) {
            this.now = now;
            this.poisonAfter = poisonAfter;
            this.limit = limit;
            this.notices = notices;
        }

        @Override
        List<Rescued> apply(WriteSession session) throws SQLException {
            List<Rescued> rescued = new ArrayList<>();
            for (WorkTable.Row row : session.work.ended(now, limit)) {
                Duration took = Duration.between(row.changedAt(), now);
                session.finished.attempt(
                        new Attempt(
                                row.id(),
                                row.attempts(),
                                row.changedAt(),
                                took.isNegative() ? Duration.ZERO : took,
                                new AttemptOutcome.LeaseLost(),
                                null));
                boolean dead = row.lost() + 1 >= poisonAfter;
                if (dead) {
                    session.work.delete(row, State.LEASED);
                    die(session, row, DeadReason.POISON, now, notices);
                } else {
                    session.work.lose(row, now);
                }
                rescued.add(new Rescued(row.id(), session.names.name(row.destination()), dead));
            }
            return rescued;
        }
    }

    /// Stores a dead letter, and what is to be told of it, in one commit.
    private static void die(
            WriteSession session,
            WorkTable.Row row,
            DeadReason reason,
            Instant now,
            DeadNotices notices)
            throws SQLException {
        session.finished.insert(
                FinishedTable.Finished.of(
                        row, new FinishedTable.End(State.DEAD, now, reason.word())));
        Delivery dead =
                new Delivery(
                        row.id(),
                        session.names.name(row.destination()),
                        session.names.name(row.subscription()),
                        row.createdAt(),
                        row.attempts(),
                        row.throttled(),
                        row.replayOf(),
                        new DeliveryState.Dead(now, reason));
        for (Notice notice : notices.of(dead, reason)) {
            stored(notice).store(session);
        }
    }

    private static JournalOperations.Stored stored(Notice notice) {
        return new JournalOperations.Stored(
                new EventTable.Encoded(notice.event()), notice.deliveries());
    }

    /// Turns what is due for a destination into dead letters.
    static final class Bury extends Operation<Integer> {
        private final String destination;
        private final DeadReason reason;
        private final Instant now;
        private final int limit;
        private final DeadNotices notices;

        Bury(String destination, DeadReason reason, Instant now, int limit, DeadNotices notices) {
            this.destination = destination;
            this.reason = reason;
            this.now = now;
            this.limit = limit;
            this.notices = notices;
        }

        @Override
        Integer apply(WriteSession session) throws SQLException {
            List<WorkTable.Row> rows = session.work.dueFor(session.names.id(destination), limit);
            for (WorkTable.Row row : rows) {
                session.work.delete(row, State.DUE);
                die(session, row, reason, now, notices);
                session.finished.change(row.id(), "buried", now);
            }
            return rows.size();
        }
    }
}
