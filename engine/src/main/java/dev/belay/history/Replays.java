package dev.belay.history;

import dev.belay.catalog.Catalog;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.history.HistoryIndex.Page;
import dev.belay.ingest.EventJournal;
import dev.belay.ingest.EventJournal.Redelivery;
import dev.belay.ingest.Router;
import dev.belay.signal.Signal;
import dev.belay.signal.SignalListener;
import dev.belay.time.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes new deliveries of old events: same event id, same destination and subscription, due now,
/// marked as a replay. What happened before stays as it was. Calls block until durable and throw
/// [StoreFailure].
public final class Replays {
    /// Most deliveries looked at by one call of [#run] or [#count].
    public static final int MAX_BATCH = 10_000;

    private static final int PAGE = 500;

    private final Parts parts;

    public Replays(Parts parts) {
        this.parts = parts;
    }

    /// What replays work with.
    ///
    /// @param noteDue hears that something became due at a destination
    public record Parts(
            HistoryIndex history,
            EventJournal journal,
            Supplier<Catalog> catalog,
            BiConsumer<String, Instant> noteDue,
            Time time,
            SignalListener signals) {}

    /// Replays one delivery, whether or not it was replayed before.
    public Replayed delivery(DeliveryId id) {
        Delivery old = parts.history().delivery(id).orElse(null);
        if (old == null) {
            return new Replayed.NotFound();
        }
        if (!isOver(old)) {
            return new Replayed.Unfinished();
        }
        if (parts.catalog().get().destination(old.destination()) == null) {
            return new Replayed.DestinationGone();
        }
        return done(create(List.of(again(old, parts.time().now()))));
    }

    /// Replays an event: one new delivery for each destination and subscription it went to before,
    /// or, where it went nowhere, for each subscription that wants it now.
    public Replayed event(EventId id) {
        Event event = parts.history().event(id).orElse(null);
        if (event == null) {
            return new Replayed.NotFound();
        }
        Instant now = parts.time().now();
        Catalog catalog = parts.catalog().get();
        List<Delivery> before = parts.history().deliveriesOf(id);
        if (before.isEmpty()) {
            return done(
                    create(
                            new Router(Router.FirstState.due(now), parts.signals())
                                    .route(catalog, event).stream()
                                            .map(delivery -> new Redelivery(id, delivery))
                                            .toList()));
        }
        Map<Pair, Delivery> latest = new LinkedHashMap<>();
        before.forEach(delivery -> latest.put(Pair.of(delivery), delivery));
        List<Redelivery> redeliveries = new ArrayList<>();
        boolean unfinished = false;
        for (Delivery delivery : latest.values()) {
            if (!isOver(delivery)) {
                unfinished = true;
            } else if (catalog.destination(delivery.destination()) != null) {
                redeliveries.add(again(delivery, now));
            }
        }
        if (redeliveries.isEmpty()) {
            return unfinished ? new Replayed.Unfinished() : new Replayed.DestinationGone();
        }
        return done(create(redeliveries));
    }

    /// How many deliveries [#run] would make, counted over at most [#MAX_BATCH] matches a call.
    ///
    /// @param cursor null to begin, [Progress#nextCursor] to go on
    public Progress count(DeliveryQuery query, @Nullable String cursor) {
        return walk(query, cursor, MAX_BATCH, false);
    }

    /// Replays what matches, newest event first, and says where to go on. Passes over what is not
    /// over yet, what was replayed since, and what became of a replay of this run, so that running
    /// it again, or going on after a crash, makes nothing twice.
    ///
    /// @param cursor null to begin, [Progress#nextCursor] to go on
    /// @param limit most deliveries looked at, 1 to [#MAX_BATCH]
    public Progress run(DeliveryQuery query, @Nullable String cursor, int limit) {
        return walk(query, cursor, Math.clamp(limit, 1, MAX_BATCH), true);
    }

    private Progress walk(DeliveryQuery query, @Nullable String cursor, int limit, boolean create) {
        Position position = Position.read(cursor, parts.time().now());
        String next = position.cursor();
        int looked = 0;
        int replayed = 0;
        int skipped = 0;
        do {
            Page<Delivery> page =
                    parts.history().deliveries(query, Math.min(PAGE, limit - looked), next);
            List<Redelivery> redeliveries = select(page.items(), position.startedAt());
            looked += page.items().size();
            skipped += page.items().size() - redeliveries.size();
            replayed += create ? create(redeliveries).size() : redeliveries.size();
            next = page.nextCursor();
        } while (next != null && looked < limit);
        return new Progress(replayed, skipped, position.at(next));
    }

    private List<Redelivery> select(List<Delivery> matches, Instant startedAt) {
        Catalog catalog = parts.catalog().get();
        Instant now = parts.time().now();
        Map<EventId, Set<DeliveryId>> replayedByEvent = new HashMap<>();
        List<Redelivery> redeliveries = new ArrayList<>(matches.size());
        for (Delivery match : matches) {
            boolean wanted =
                    isOver(match)
                            && isOlder(match, startedAt)
                            && catalog.destination(match.destination()) != null
                            && !replayedByEvent
                                    .computeIfAbsent(match.id().event(), this::replayed)
                                    .contains(match.id());
            if (wanted) {
                redeliveries.add(again(match, now));
            }
        }
        return redeliveries;
    }

    /// Whether it was there when the run began, and is no replay that the run itself has made.
    private static boolean isOlder(Delivery match, Instant startedAt) {
        return match.createdAt().isBefore(startedAt)
                || (match.replayOf() == null && match.createdAt().equals(startedAt));
    }

    private Set<DeliveryId> replayed(EventId event) {
        Set<DeliveryId> replayed = new HashSet<>();
        for (Delivery delivery : parts.history().deliveriesOf(event)) {
            DeliveryId origin = delivery.replayOf();
            if (origin != null) {
                replayed.add(origin);
            }
        }
        return replayed;
    }

    private List<Delivery> create(List<Redelivery> redeliveries) {
        if (redeliveries.isEmpty()) {
            return List.of();
        }
        Instant now = parts.time().now();
        List<Delivery> created;
        try {
            created = parts.journal().replay(redeliveries, now).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StoreFailure failure ? failure : e;
        }
        for (Delivery delivery : created) {
            parts.signals()
                    .on(
                            new Signal.Replayed(
                                    delivery.id().event(), delivery.id(), delivery.destination()));
            parts.noteDue().accept(delivery.destination(), now);
        }
        return created;
    }

    private static Redelivery again(Delivery old, Instant now) {
        return new Redelivery(
                old.id().event(),
                new NewDelivery(
                        old.destination(),
                        old.subscription(),
                        old.id(),
                        new DeliveryState.Due(now)));
    }

    private static boolean isOver(Delivery delivery) {
        return switch (delivery.state()) {
            case DeliveryState.Delivered _, DeliveryState.Dead _, DeliveryState.Cancelled _ -> true;
            case DeliveryState.Due _, DeliveryState.Leased _, DeliveryState.Held _ -> false;
        };
    }

    private static Replayed done(List<Delivery> created) {
        return new Replayed.Done(created.stream().map(Delivery::id).toList());
    }

    private record Pair(String destination, String subscription) {
        static Pair of(Delivery delivery) {
            return new Pair(delivery.destination(), delivery.subscription());
        }
    }

    /// Where a run stands: when it began, and the store's own cursor.
    private record Position(Instant startedAt, @Nullable String cursor) {
        static Position read(@Nullable String text, Instant now) {
            if (text == null) {
                return new Position(now, null);
            }
            int dot = text.indexOf('.');
            try {
                long millis = Long.parseLong(text, 0, Math.max(dot, 0), 36);
                return new Position(Instant.ofEpochMilli(millis), text.substring(dot + 1));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("not a cursor of a replay", e);
            }
        }

        @Nullable String at(@Nullable String next) {
            return next == null ? null : Long.toString(startedAt.toEpochMilli(), 36) + "." + next;
        }
    }

    /// How far a run came.
    ///
    /// @param replayed deliveries made, or that would be made
    /// @param skipped matches passed over: unfinished, replayed already, or without a destination
    /// @param nextCursor where to go on, null at the end
    public record Progress(int replayed, int skipped, @Nullable String nextCursor) {}

    /// What became of a request to replay one thing.
    public sealed interface Replayed {
        /// New deliveries were made; none when no subscription wants the event.
        record Done(List<DeliveryId> deliveries) implements Replayed {
            public Done {
                deliveries = List.copyOf(deliveries);
            }
        }

        /// There is no such thing.
        record NotFound() implements Replayed {}

        /// It is still being tried.
        record Unfinished() implements Replayed {}

        /// The destination it went to is no longer declared.
        record DestinationGone() implements Replayed {}
    }
}
