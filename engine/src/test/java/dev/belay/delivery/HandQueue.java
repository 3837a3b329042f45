package dev.belay.delivery;

import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A queue in memory that answers at once, counts what is asked of it and fails when told to.
final class HandQueue implements DeliveryQueue {
    final Map<DeliveryId, Delivery> rows = new LinkedHashMap<>();
    final Map<DeliveryId, List<Attempt>> attempts = new HashMap<>();
    final Map<EventId, Event> events = new HashMap<>();
    final Map<DeliveryId, Integer> lost = new HashMap<>();
    final List<Notice> notices = new ArrayList<>();
    final List<Integer> claimLimits = new ArrayList<>();
    int settles;
    int releases;
    int reads;

    /// How many of the next settles fail, and how.
    int failSettles;

    int failClaims;
    int failReads;
    int failReleases;
    StoreFailure.Kind failure = StoreFailure.Kind.UNAVAILABLE;

    /// Whether a failing settle is made all the same.
    boolean failAfterMaking;

    /// What is cut off each lease that a claim gives.
    Duration leaseCut = Duration.ZERO;

    synchronized Delivery add(Event event, Delivery delivery) {
        events.put(event.id(), event);
        rows.put(delivery.id(), delivery);
        return delivery;
    }

    synchronized Delivery row(DeliveryId id) {
        Delivery row = rows.get(id);
        if (row == null) {
            throw new AssertionError("no such delivery: " + id);
        }
        return row;
    }

    synchronized long count(Class<? extends DeliveryState> state) {
        return rows.values().stream().filter(row -> state.isInstance(row.state())).count();
    }

    @Override
    public synchronized CompletableFuture<List<Delivery>> claim(
            String destination, int limit, Instant now, Lease lease) {
        claimLimits.add(limit);
        if (failClaims > 0) {
            failClaims--;
            return failed();
        }
        Lease given = new Lease(lease.token(), lease.until().minus(leaseCut));
        List<Delivery> due =
                rows.values().stream()
                        .filter(row -> row.destination().equals(destination))
                        .filter(row -> !dueOr(row, Instant.MAX).isAfter(now))
                        .sorted(Comparator.comparing(row -> dueOr(row, Instant.MAX)))
                        .limit(limit)
                        .toList();
        List<Delivery> claimed = new ArrayList<>();
        for (Delivery row : due) {
            claimed.add(put(row, row.attempts() + 1, 0, new DeliveryState.Leased(given)));
        }
        return done(claimed);
    }

    private static Instant dueOr(Delivery row, Instant otherwise) {
        return row.state() instanceof DeliveryState.Due(Instant at) ? at : otherwise;
    }

    private static @Nullable Instant dueAt(Delivery row) {
        return row.state() instanceof DeliveryState.Due(Instant at) ? at : null;
    }

    private Delivery put(Delivery row, int attempts, int throttled, DeliveryState state) {
        Delivery changed =
                new Delivery(
                        row.id(),
                        row.destination(),
                        row.subscription(),
                        row.createdAt(),
                        attempts,
                        row.throttled() + throttled,
                        row.replayOf(),
                        state);
        rows.put(row.id(), changed);
        return changed;
    }

    @Override
    public synchronized CompletableFuture<SettleResult> settle(Settle settle) {
        settles++;
        boolean fails = failSettles > 0;
        if (fails) {
            failSettles--;
        }
        if (fails && !failAfterMaking) {
            return failed();
        }
        Delivery row = row(settle.delivery().id());
        if (!holds(row, settle.token())) {
            return done(SettleResult.FENCED);
        }
        attempts.computeIfAbsent(row.id(), id -> new ArrayList<>()).add(settle.attempt());
        notices.addAll(settle.notices());
        lost.remove(row.id());
        switch (settle.settlement()) {
            case Settlement.Complete _ ->
                    put(row, row.attempts(), 0, new DeliveryState.Delivered(Instant.EPOCH));
            case Settlement.RetryAt(Instant at, boolean counted) ->
                    put(row, row.attempts(), counted ? 0 : 1, new DeliveryState.Due(at));
            case Settlement.GiveUp(DeadReason reason) ->
                    put(row, row.attempts(), 0, new DeliveryState.Dead(Instant.EPOCH, reason));
        }
        return fails ? failed() : done(SettleResult.SETTLED);
    }

    private static boolean holds(Delivery row, long token) {
        return row.state() instanceof DeliveryState.Leased(Lease lease) && lease.token() == token;
    }

    @Override
    public synchronized CompletableFuture<Void> release(List<Release> all) {
        if (failReleases > 0) {
            failReleases--;
            return failed();
        }
        for (Release release : all) {
            Delivery row = row(release.delivery());
            if (holds(row, release.token())) {
                releases++;
                put(row, row.attempts() - 1, 0, new DeliveryState.Due(release.dueAt()));
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletableFuture<List<Rescued>> rescue(
            Instant now, int poisonAfter, int limit, DeadNotices notices) {
        List<Rescued> rescued = new ArrayList<>();
        for (Delivery row : List.copyOf(rows.values())) {
            if (row.state() instanceof DeliveryState.Leased(Lease lease)
                    && !lease.until().isAfter(now)
                    && rescued.size() < limit) {
                boolean dead = lost.merge(row.id(), 1, Integer::sum) >= poisonAfter;
                put(
                        row,
                        row.attempts(),
                        0,
                        dead
                                ? new DeliveryState.Dead(now, DeadReason.POISON)
                                : new DeliveryState.Due(now));
                if (dead) {
                    this.notices.addAll(notices.of(row(row.id()), DeadReason.POISON));
                }
                rescued.add(new Rescued(row.id(), row.destination(), dead));
            }
        }
        return done(rescued);
    }

    @Override
    public synchronized CompletableFuture<Integer> bury(
            String destination, DeadReason reason, Instant now, int limit, DeadNotices notices) {
        int buried = 0;
        for (Delivery row : List.copyOf(rows.values())) {
            if (row.destination().equals(destination) && dueAt(row) != null && buried < limit) {
                put(row, row.attempts(), 0, new DeliveryState.Dead(now, reason));
                this.notices.addAll(notices.of(row(row.id()), reason));
                buried++;
            }
        }
        return done(buried);
    }

    @Override
    public synchronized Map<String, Instant> nextDue() {
        Map<String, Instant> next = new HashMap<>();
        for (Delivery row : rows.values()) {
            Instant at = dueAt(row);
            if (at != null) {
                next.merge(row.destination(), at, (a, b) -> a.isBefore(b) ? a : b);
            }
        }
        return next;
    }

    @Override
    public synchronized Optional<Event> event(EventId id) {
        reads++;
        if (failReads > 0) {
            failReads--;
            throw new StoreFailure(failure, "told to fail");
        }
        return Optional.ofNullable(events.get(id));
    }

    private <T> CompletableFuture<T> failed() {
        return CompletableFuture.failedFuture(new StoreFailure(failure, "told to fail"));
    }

    private static <T> CompletableFuture<T> done(T answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
