package dev.belay.testkit;

import dev.belay.catalog.CatalogStore;
import dev.belay.delivery.Attempt;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.Settlement;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex;
import dev.belay.ingest.DedupeKey;
import dev.belay.ingest.EventJournal;
import dev.belay.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Every storage port without a disk: what the real stores promise, minus durability. The futures
/// it gives are complete already, so a test needs no second thread, and the same calls give the
/// same answers. Safe for use by many threads.
public final class MemoryStore implements EventJournal, DeliveryQueue, HistoryIndex, CatalogStore {
    final TreeMap<EventId, Event> events = new TreeMap<>();
    final TreeMap<DeliveryId, MemoryDelivery> deliveries = new TreeMap<>();
    private final Map<DedupeKey, Seen> keys = new HashMap<>();
    private final MemoryRejects rejects;
    private final MemoryHistory past = new MemoryHistory(this);
    private final TreeMap<Declaration.Key, Declaration> declarations =
            new TreeMap<>(
                    Comparator.comparing(Declaration.Key::kind)
                            .thenComparing(Declaration.Key::name));
    private final TreeMap<String, Standing> standings = new TreeMap<>();
    private final Time time;
    private long highestId;

    /// @param time what `stats` and the sampling of rejected requests go by
    public MemoryStore(Time time) {
        this.time = time;
        rejects = new MemoryRejects(time);
    }

    /// Ends every lease, as opening a store after a crash does.
    public void endLeases(Instant now) {
        endLeases(now, _ -> true);
    }

    /// Ends the leases of some deliveries, as opening a shared store does with those of the process
    /// before.
    public synchronized void endLeases(Instant now, Predicate<DeliveryId> which) {
        for (MemoryDelivery entry : deliveries.values()) {
            if (entry.delivery.state() instanceof DeliveryState.Leased(Lease lease)
                    && which.test(entry.delivery.id())) {
                Instant until = lease.until().isBefore(now) ? lease.until() : now;
                entry.state(new DeliveryState.Leased(new Lease(0, until)));
            }
        }
    }

    @Override
    public synchronized CompletableFuture<Appended> append(Append append) {
        Event event = append.event();
        DedupeKey key = append.key();
        if (key != null) {
            Seen seen = keys.get(key);
            if (seen != null && seen.expires.isAfter(event.receivedAt())) {
                Event first = events.get(seen.event);
                boolean same = first == null || first.body().equals(event.body());
                return CompletableFuture.completedFuture(
                        new Appended.AlreadySeen(seen.event, same));
            }
        }
        if (events.containsKey(event.id())) {
            return storedAlready(event);
        }
        if (key != null) {
            keys.put(key, new Seen(event.id(), append.keyExpiresAt()));
        }
        return CompletableFuture.completedFuture(
                new Appended.Stored(store(event, append.deliveries())));
    }

    @Override
    public synchronized CompletableFuture<List<Delivery>> replay(
            List<Redelivery> redeliveries, Instant now) {
        for (Redelivery redelivery : redeliveries) {
            DeliveryId replayOf = redelivery.delivery().replayOf();
            if (replayOf != null && !replayOf.event().equals(redelivery.event())) {
                return refused("%s is of another event".formatted(replayOf));
            }
        }
        List<Delivery> created = new ArrayList<>();
        for (Redelivery redelivery : redeliveries) {
            if (events.containsKey(redelivery.event())) {
                List<Delivery> before = deliveriesOf(redelivery.event());
                int ordinal = before.isEmpty() ? 0 : before.getLast().id().ordinal() + 1;
                DeliveryId id = new DeliveryId(redelivery.event(), ordinal);
                created.add(create(id, redelivery.delivery(), now));
            }
        }
        return CompletableFuture.completedFuture(List.copyOf(created));
    }

    @Override
    public synchronized void reject(Reject reject) {
        rejects.add(reject);
    }

    @Override
    public synchronized long highestId() {
        return highestId;
    }

    @Override
    public synchronized CompletableFuture<List<Delivery>> claim(
            String destination, int limit, Instant now, Lease lease) {
        List<MemoryDelivery> due = new ArrayList<>();
        for (MemoryDelivery entry : deliveries.values()) {
            if (entry.delivery.destination().equals(destination)
                    && entry.delivery.state() instanceof DeliveryState.Due(Instant at)
                    && !at.isAfter(now)) {
                due.add(entry);
            }
        }
        // Sorting keeps the order of ids among those due at the same time.
        due.sort(Comparator.comparing(MemoryDelivery::dueAt));
        List<Delivery> claimed = new ArrayList<>();
        for (MemoryDelivery entry : due.subList(0, Math.min(limit, due.size()))) {
            entry.attempts(1);
            entry.state(new DeliveryState.Leased(lease));
            entry.changedAt = now;
            claimed.add(entry.delivery);
        }
        return CompletableFuture.completedFuture(List.copyOf(claimed));
    }

    @Override
    public synchronized CompletableFuture<SettleResult> settle(Settle settle) {
        MemoryDelivery entry = leased(settle.delivery().id(), settle.token());
        if (entry == null) {
            return CompletableFuture.completedFuture(SettleResult.FENCED);
        }
        for (Notice notice : settle.notices()) {
            if (events.containsKey(notice.event().id())) {
                return storedAlready(notice.event());
            }
        }
        Attempt attempt = settle.attempt();
        Instant ended = millis(attempt.startedAt().plus(attempt.duration()));
        entry.history.add(attempt);
        entry.changedAt = ended;
        switch (settle.settlement()) {
            case Settlement.Complete() -> entry.state(new DeliveryState.Delivered(ended));
            case Settlement.GiveUp(DeadReason reason) ->
                    entry.state(new DeliveryState.Dead(ended, reason));
            case Settlement.RetryAt(Instant at, boolean counted) -> {
                entry.lost = 0;
                entry.throttled(counted ? 0 : 1);
                entry.state(new DeliveryState.Due(at));
            }
        }
        for (Notice notice : settle.notices()) {
            store(notice.event(), notice.deliveries());
        }
        return CompletableFuture.completedFuture(SettleResult.SETTLED);
    }

    @Override
    public synchronized CompletableFuture<Void> release(List<Release> releases) {
        for (Release release : releases) {
            MemoryDelivery entry = leased(release.delivery(), release.token());
            if (entry != null) {
                entry.attempts(-1);
                entry.state(new DeliveryState.Due(release.dueAt()));
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<List<Rescued>> rescue(
            Instant now, int poisonAfter, int limit, DeadNotices notices) {
        return rescue(now, poisonAfter, limit, notices, (_, lease) -> !lease.until().isAfter(now));
    }

    /// As the other one, of claims that are over by another rule: that of a store which several
    /// nodes share.
    public synchronized CompletableFuture<List<Rescued>> rescue(
            Instant now,
            int poisonAfter,
            int limit,
            DeadNotices notices,
            BiPredicate<DeliveryId, Lease> over) {
        List<MemoryDelivery> ended =
                deliveries.values().stream()
                        .filter(
                                entry ->
                                        entry.delivery.state()
                                                        instanceof DeliveryState.Leased(Lease lease)
                                                && over.test(entry.delivery.id(), lease))
                        .limit(limit)
                        .toList();
        DeliveryState poison = new DeliveryState.Dead(now, DeadReason.POISON);
        List<Notice> told = new ArrayList<>();
        for (MemoryDelivery entry : ended) {
            if (entry.lost + 1 >= poisonAfter) {
                told.addAll(notices.of(entry.as(poison), DeadReason.POISON));
            }
        }
        if (told.stream().anyMatch(notice -> events.containsKey(notice.event().id()))) {
            return storedAlready(told.getFirst().event());
        }
        List<Rescued> rescued = new ArrayList<>();
        for (MemoryDelivery entry : ended) {
            Duration took = Duration.between(entry.changedAt, now);
            entry.history.add(
                    new Attempt(
                            entry.delivery.id(),
                            entry.delivery.attempts(),
                            entry.changedAt,
                            took.isNegative() ? Duration.ZERO : took,
                            new AttemptOutcome.LeaseLost(),
                            null));
            entry.lost++;
            boolean dead = entry.lost >= poisonAfter;
            entry.state(dead ? poison : new DeliveryState.Due(now));
            entry.changedAt = now;
            rescued.add(new Rescued(entry.delivery.id(), entry.delivery.destination(), dead));
        }
        told.forEach(notice -> store(notice.event(), notice.deliveries()));
        return CompletableFuture.completedFuture(List.copyOf(rescued));
    }

    @Override
    public synchronized CompletableFuture<Integer> bury(
            String destination, DeadReason reason, Instant now, int limit, DeadNotices notices) {
        List<MemoryDelivery> due =
                deliveries.values().stream()
                        .filter(entry -> entry.delivery.destination().equals(destination))
                        .filter(entry -> entry.delivery.state() instanceof DeliveryState.Due)
                        .sorted(Comparator.comparing(MemoryDelivery::dueAt))
                        .limit(limit)
                        .toList();
        DeliveryState dead = new DeliveryState.Dead(now, reason);
        List<Notice> told = new ArrayList<>();
        due.forEach(entry -> told.addAll(notices.of(entry.as(dead), reason)));
        if (told.stream().anyMatch(notice -> events.containsKey(notice.event().id()))) {
            return storedAlready(told.getFirst().event());
        }
        due.forEach(entry -> entry.state(dead));
        told.forEach(notice -> store(notice.event(), notice.deliveries()));
        return CompletableFuture.completedFuture(due.size());
    }

    @Override
    public synchronized Map<String, Instant> nextDue() {
        Map<String, Instant> next = new TreeMap<>();
        for (MemoryDelivery entry : deliveries.values()) {
            if (entry.delivery.state() instanceof DeliveryState.Due(Instant at)) {
                next.merge(entry.delivery.destination(), at, (a, b) -> a.isBefore(b) ? a : b);
            }
        }
        return next;
    }

    @Override
    public synchronized Optional<Event> event(EventId id) {
        return Optional.ofNullable(events.get(id));
    }

    @Override
    public synchronized Page<EventSummary> events(
            EventQuery query, int limit, @Nullable String cursor) {
        return past.events(query, limit, cursor);
    }

    @Override
    public synchronized Page<Delivery> deliveries(
            DeliveryQuery query, int limit, @Nullable String cursor) {
        return past.deliveries(query, limit, cursor);
    }

    @Override
    public synchronized Optional<Delivery> delivery(DeliveryId id) {
        MemoryDelivery entry = deliveries.get(id);
        return entry == null ? Optional.empty() : Optional.of(entry.delivery);
    }

    @Override
    public synchronized List<Delivery> deliveriesOf(EventId event) {
        return deliveries
                .subMap(
                        new DeliveryId(event, 0),
                        true,
                        new DeliveryId(event, DeliveryId.MAX_ORDINAL),
                        true)
                .values()
                .stream()
                .map(entry -> entry.delivery)
                .toList();
    }

    @Override
    public synchronized List<Attempt> attempts(DeliveryId delivery) {
        MemoryDelivery entry = deliveries.get(delivery);
        return entry == null ? List.of() : List.copyOf(entry.history);
    }

    @Override
    public synchronized List<Reject> rejects(String source, int limit) {
        return rejects.latest(source, limit);
    }

    @Override
    public synchronized Stats stats() {
        return past.stats(time.now());
    }

    @Override
    public synchronized int purge(
            Instant deliveredBefore, Instant deadBefore, Instant now, int limit) {
        rejects.purge(deliveredBefore);
        keys.values().removeIf(seen -> !seen.expires.isAfter(now));
        List<EventId> removable = new ArrayList<>();
        for (Event event : events.values()) {
            if (removable.size() < limit && past.removable(event, deliveredBefore, deadBefore)) {
                removable.add(event.id());
            }
        }
        for (EventId id : removable) {
            deliveriesOf(id).forEach(delivery -> deliveries.remove(delivery.id()));
            events.remove(id);
        }
        return removable.size();
    }

    @Override
    public synchronized List<Declaration> declarations() {
        return List.copyOf(declarations.values());
    }

    @Override
    public synchronized void change(List<Declaration> put, List<Declaration.Key> remove) {
        remove.forEach(declarations::remove);
        put.forEach(declaration -> declarations.put(declaration.key(), declaration));
    }

    @Override
    public synchronized Map<String, Standing> standings() {
        return new TreeMap<>(standings);
    }

    @Override
    public synchronized void setStanding(String destination, Standing standing) {
        if (standing.mode() == Standing.Mode.ACTIVE) {
            standings.remove(destination);
        } else {
            standings.put(destination, standing);
        }
    }

    private List<Delivery> store(Event event, List<NewDelivery> wanted) {
        events.put(event.id(), event);
        highestId = Math.max(highestId, event.id().value());
        List<Delivery> created = new ArrayList<>();
        for (NewDelivery made : wanted) {
            DeliveryId id = new DeliveryId(event.id(), created.size());
            created.add(create(id, made, event.receivedAt()));
        }
        return List.copyOf(created);
    }

    private Delivery create(DeliveryId id, NewDelivery made, Instant now) {
        int attempts = made.state() instanceof DeliveryState.Leased ? 1 : 0;
        Delivery delivery =
                new Delivery(
                        id,
                        made.destination(),
                        made.subscription(),
                        now,
                        attempts,
                        0,
                        made.replayOf(),
                        made.state());
        deliveries.put(id, new MemoryDelivery(delivery, now));
        return delivery;
    }

    private static <T> CompletableFuture<T> storedAlready(Event event) {
        return refused("stored already: " + event.id());
    }

    private static <T> CompletableFuture<T> refused(String why) {
        return CompletableFuture.failedFuture(
                new StoreFailure(StoreFailure.Kind.UNAVAILABLE, "not stored: " + why));
    }

    /// Times are kept to the millisecond, as real stores keep them.
    private static Instant millis(Instant instant) {
        return Instant.ofEpochMilli(instant.toEpochMilli());
    }

    private @Nullable MemoryDelivery leased(DeliveryId id, long token) {
        MemoryDelivery entry = deliveries.get(id);
        return entry != null
                        && entry.delivery.state() instanceof DeliveryState.Leased(Lease lease)
                        && lease.token() == token
                ? entry
                : null;
    }

    private record Seen(EventId event, Instant expires) {}
}
