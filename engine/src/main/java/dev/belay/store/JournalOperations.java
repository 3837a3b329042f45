package dev.belay.store;

import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.NewDelivery;
import dev.belay.event.Body;
import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import dev.belay.ingest.DedupeKey;
import dev.belay.ingest.EventJournal.Append;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.ingest.EventJournal.Redelivery;
import dev.belay.ingest.EventJournal.Reject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What the door, history and the catalogue ask of the writer.
final class JournalOperations {
    private JournalOperations() {}

    /// An event with its deliveries, ready to be stored.
    record Stored(EventTable.Encoded event, List<NewDelivery> deliveries) {
        List<Delivery> store(WriteSession session) throws SQLException {
            EventId id = event.event.id();
            session.events.insert(event);
            session.saw(id.value());
            List<Delivery> created = new ArrayList<>(deliveries.size());
            for (NewDelivery made : deliveries) {
                DeliveryId delivery = new DeliveryId(id, created.size());
                created.add(create(session, delivery, made, event.event.receivedAt()));
            }
            return created;
        }
    }

    /// Stores a new delivery where its state belongs.
    static Delivery create(WriteSession session, DeliveryId id, NewDelivery made, Instant now)
            throws SQLException {
        DeliveryId replayOf = made.replayOf();
        if (replayOf != null && !replayOf.event().equals(id.event())) {
            throw new IllegalArgumentException(
                    "%s cannot replay %s, of another event".formatted(id, replayOf));
        }
        return switch (made.state()) {
            case DeliveryState.Due _, DeliveryState.Leased _, DeliveryState.Held _ ->
                    session.work.insert(id, made, now);
            case DeliveryState.Delivered(Instant at) ->
                    finish(
                            session,
                            id,
                            made,
                            now,
                            new FinishedTable.End(State.DELIVERED, at, null));
            case DeliveryState.Dead(Instant at, var reason) ->
                    finish(
                            session,
                            id,
                            made,
                            now,
                            new FinishedTable.End(State.DEAD, at, reason.word()));
            case DeliveryState.Cancelled(Instant at, String reason) ->
                    finish(
                            session,
                            id,
                            made,
                            now,
                            new FinishedTable.End(State.CANCELLED, at, reason));
        };
    }

    private static Delivery finish(
            WriteSession session,
            DeliveryId id,
            NewDelivery made,
            Instant now,
            FinishedTable.End end)
            throws SQLException {
        session.finished.insert(
                new FinishedTable.Finished(
                        id,
                        session.names.id(made.destination()),
                        session.names.id(made.subscription()),
                        end,
                        0,
                        0,
                        made.replayOf(),
                        now));
        return new Delivery(
                id,
                made.destination(),
                made.subscription(),
                Instant.ofEpochMilli(now.toEpochMilli()),
                0,
                0,
                made.replayOf(),
                made.state());
    }

    /// Stores an event unless its key is known.
    static final class Appending extends Operation<Appended> {
        private final Append append;
        private final Stored stored;

        Appending(Append append) {
            this.append = append;
            stored = new Stored(new EventTable.Encoded(append.event()), append.deliveries());
        }

        @Override
        boolean refusable() {
            return true;
        }

        @Override
        long bytes() {
            return stored.event.bytes();
        }

        @Override
        Appended apply(WriteSession session) throws SQLException {
            DedupeKey key = append.key();
            if (key != null) {
                Long first = session.dedupe.find(key, append.event().receivedAt());
                if (first != null) {
                    byte[] body = session.events.body(first);
                    boolean same = body == null || Body.of(body).equals(append.event().body());
                    return new Appended.AlreadySeen(new EventId(first), same);
                }
                session.dedupe.put(key, append.event().id().value(), append.keyExpiresAt());
            }
            return new Appended.Stored(stored.store(session));
        }
    }

    /// Creates further deliveries of old events.
    static final class Replay extends Operation<List<Delivery>> {
        private final List<Redelivery> redeliveries;
        private final Instant now;

        Replay(List<Redelivery> redeliveries, Instant now) {
            this.redeliveries = List.copyOf(redeliveries);
            this.now = now;
        }

        @Override
        boolean refusable() {
            return true;
        }

        @Override
        List<Delivery> apply(WriteSession session) throws SQLException {
            List<Delivery> created = new ArrayList<>();
            for (Redelivery redelivery : redeliveries) {
                EventId event = redelivery.event();
                if (session.events.exists(event.value())) {
                    int last =
                            Math.max(
                                    session.work.lastOrdinal(event.value()),
                                    session.finished.lastOrdinal(event.value()));
                    created.add(
                            create(
                                    session,
                                    new DeliveryId(event, last + 1),
                                    redelivery.delivery(),
                                    now));
                }
            }
            return created;
        }
    }

    /// Keeps a rejected request.
    static final class Rejecting extends Operation<Boolean> {
        private final Reject reject;

        Rejecting(Reject reject) {
            this.reject = reject;
        }

        @Override
        boolean refusable() {
            return true;
        }

        @Override
        Boolean apply(WriteSession session) throws SQLException {
            session.rejects.insert(reject);
            return true;
        }
    }

    /// Retention.
    static final class Purge extends Operation<Integer> {
        private final Instant deliveredBefore;
        private final Instant deadBefore;
        private final Instant now;
        private final int limit;

        Purge(Instant deliveredBefore, Instant deadBefore, Instant now, int limit) {
            this.deliveredBefore = deliveredBefore;
            this.deadBefore = deadBefore;
            this.now = now;
            this.limit = limit;
        }

        @Override
        Integer apply(WriteSession session) throws SQLException {
            session.rejects.purge(deliveredBefore);
            session.dedupe.purge(now);
            return session.purging.purge(deliveredBefore, deadBefore, limit);
        }
    }

    /// Changes declarations.
    static final class Declare extends Operation<Boolean> {
        private final List<Declaration> put;
        private final List<Declaration.Key> remove;

        Declare(List<Declaration> put, List<Declaration.Key> remove) {
            this.put = List.copyOf(put);
            this.remove = List.copyOf(remove);
        }

        @Override
        Boolean apply(WriteSession session) throws SQLException {
            session.catalog.change(put, remove);
            return true;
        }
    }

    /// Changes a standing.
    static final class Stand extends Operation<Boolean> {
        private final String destination;
        private final Standing standing;

        Stand(String destination, Standing standing) {
            this.destination = destination;
            this.standing = standing;
        }

        @Override
        Boolean apply(WriteSession session) throws SQLException {
            session.catalog.setStanding(destination, standing);
            return true;
        }
    }
}
