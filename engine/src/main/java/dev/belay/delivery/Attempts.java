package dev.belay.delivery;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.catalog.EventValidation;
import dev.belay.catalog.RetryPolicy;
import dev.belay.catalog.Subscription;
import dev.belay.delivery.DeliveryQueue.Settle;
import dev.belay.delivery.Notices.Happening;
import dev.belay.delivery.Transport.Sent;
import dev.belay.event.Event;
import dev.belay.signal.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Begins attempts and ends them: event, validation, transport, settlement, circuit, notices.
final class Attempts {
    /// When a delivery is due again whose event could not be read.
    private static final Duration UNREAD_PAUSE = Duration.ofSeconds(1);

    private static final Duration STANDING_PAUSE = Duration.ofSeconds(1);
    private static final int MAX_ERROR_LENGTH = 1_000;

    private final Lanes lanes;
    private final Writes writes;

    /// Bytes of the events held in memory by what waits or runs.
    private final AtomicLong heldBytes = new AtomicLong();

    /// Destinations whose standing was decided here and is on its way to the store.
    private final Set<String> deciding = ConcurrentHashMap.newKeySet();

    Attempts(Lanes lanes, Writes writes) {
        this.lanes = lanes;
        this.writes = writes;
    }

    /// Whether a body of this length may be held in memory.
    boolean roomFor(int bodyBytes) {
        return heldBytes.get() + bodyBytes <= lanes.limits.handOverBytes();
    }

    /// A new delivery, holding its event where there is room for it.
    Waiting hold(Delivery delivery, Lease lease, Event event) {
        int length = event.body().length();
        if (!roomFor(length)) {
            return new Waiting(delivery, lease, null);
        }
        heldBytes.addAndGet(length);
        return new Waiting(delivery, lease, event);
    }

    /// Their events are no longer held in memory.
    void forget(List<Waiting> waiting) {
        waiting.forEach(one -> heldBytes.addAndGet(-one.bytes()));
    }

    /// Begins an attempt; returns soon. What must be read or checked first is done elsewhere.
    void begin(Flight flight) {
        lanes.outstanding.begin();
        Event event = flight.waiting.event();
        if (event != null && validation(flight) == null) {
            send(flight, event);
        } else {
            try {
                lanes.parts.reads().execute(() -> prepare(flight));
            } catch (RejectedExecutionException e) {
                lanes.voice.trouble("reads", e);
                giveBack(flight, lanes.now().plus(UNREAD_PAUSE));
            }
        }
        flight.inPump = false;
    }

    private void prepare(Flight flight) {
        Event event = flight.waiting.event();
        try {
            if (event == null) {
                Optional<Event> stored = lanes.parts.queue().event(flight.delivery().id().event());
                if (stored.isEmpty()) {
                    endUnsent(flight, "the stored event is missing or damaged", null);
                    return;
                }
                event = stored.get();
            }
            EventValidation validation = validation(flight);
            Optional<String> problem =
                    validation == null ? Optional.empty() : validation.problemWith(event);
            if (problem.isPresent()) {
                endUnsent(flight, problem.get(), event);
                return;
            }
        } catch (StoreFailure e) {
            lanes.voice.trouble("event " + flight.delivery().id().event(), e);
            giveBack(flight, lanes.now().plus(UNREAD_PAUSE));
            return;
        } catch (RuntimeException | StackOverflowError e) {
            lanes.voice.trouble("event " + flight.delivery().id().event(), e);
            endUnsent(flight, "the event could not be read or checked", event);
            return;
        }
        if (!flight.lane.stillAdmits(flight)) {
            giveBack(flight, lanes.now());
            return;
        }
        send(flight, event);
    }

    private void send(Flight flight, Event event) {
        Instant now = lanes.now();
        if (!flight.waiting.covers(flight.destination.timeout(), now)) {
            giveBack(flight, now);
            return;
        }
        started(flight, now);
        // A lost lease counts as an attempt and the store knows no policy: what has used up its
        // attempts that way is not sent once more.
        if (flight.delivery().counted() > retryPolicy(flight).attempts()) {
            end(flight, event, new Sent(new AttemptOutcome.LeaseLost(), null));
            return;
        }
        flight.sent = true;
        CompletableFuture<Sent> sent;
        try {
            sent =
                    lanes.parts
                            .transport()
                            .send(
                                    new Transport.Sending(
                                            flight.delivery(), event, flight.destination));
        } catch (RuntimeException | StackOverflowError e) {
            sent = CompletableFuture.failedFuture(e);
        }
        var _ =
                sent.whenComplete(
                        (answer, error) ->
                                end(flight, event, answer != null ? answer : broken(error)));
    }

    private static Sent broken(@Nullable Throwable error) {
        String text = String.valueOf(error);
        return new Sent(
                new AttemptOutcome.Threw(
                        text.substring(0, Math.min(text.length(), MAX_ERROR_LENGTH))),
                null);
    }

    private void started(Flight flight, Instant now) {
        flight.startedAt = now;
        flight.startedNanos = lanes.parts.time().nanos();
        Delivery delivery = flight.delivery();
        lanes.voice.say(
                new Signal.AttemptStarted(
                        delivery.id(), delivery.destination(), delivery.attempts()));
    }

    private void endUnsent(Flight flight, String problem, @Nullable Event event) {
        started(flight, lanes.now());
        end(flight, event, new Sent(new AttemptOutcome.Invalid(problem), null));
    }

    private void giveBack(Flight flight, Instant dueAt) {
        if (flight.lane.notBegun(flight)) {
            writes.giveBack(flight.lane, List.of(flight.waiting), dueAt);
            lanes.outstanding.end();
            pumpAfter(flight);
        }
    }

    private void pumpAfter(Flight flight) {
        if (!flight.inPump) {
            lanes.pump(flight.lane);
        }
    }

    private void end(Flight flight, @Nullable Event event, Sent sent) {
        Instant now = lanes.now();
        AttemptOutcome outcome = sent.outcome();
        Settlement.Throttle throttle = lanes.limits.throttle();
        Lane.CircuitChange change =
                flight.lane.ended(flight, outcome, Settlement.askedToWait(outcome, throttle), now);
        if (change == null) {
            // Given up when its lease ended: the rescue has spoken for it.
            return;
        }
        forget(List.of(flight.waiting));
        Delivery delivery = flight.delivery();
        Settlement settlement =
                Settlement.of(
                        outcome,
                        delivery,
                        retryPolicy(flight),
                        throttle,
                        now,
                        lanes.parts.random());
        Catalog catalog = lanes.parts.catalog().get();
        if (settlement instanceof Settlement.RetryAt
                && catalog.destination(delivery.destination()) == null) {
            settlement = new Settlement.GiveUp(DeadReason.DESTINATION_REMOVED);
        }
        List<Happening> happenings = new ArrayList<>(0);
        circuitChanged(delivery.destination(), change, outcome.word(), happenings);
        if (settlement instanceof Settlement.GiveUp(DeadReason reason)) {
            happenings.add(new Happening.DeliveryDead(delivery, reason, outcome.word()));
            if (reason == DeadReason.GONE) {
                disable(flight.lane, happenings);
            }
        }
        Duration took =
                Duration.ofNanos(Math.max(0, lanes.parts.time().nanos() - flight.startedNanos));
        Attempt attempt =
                new Attempt(
                        delivery.id(),
                        delivery.attempts(),
                        flight.startedAt,
                        took,
                        outcome,
                        sent.response());
        Settle settle =
                new Settle(
                        delivery,
                        flight.waiting.lease().token(),
                        attempt,
                        settlement,
                        lanes.voice.noticesOf(happenings));
        writes.settle(
                new Writes.Result(
                        flight.lane,
                        settle,
                        flight.waiting.lease().until(),
                        signals(attempt, delivery, settlement, sinceEvent(event, now))));
        pumpAfter(flight);
    }

    private static Duration sinceEvent(@Nullable Event event, Instant now) {
        return event == null ? Duration.ZERO : Duration.between(event.receivedAt(), now);
    }

    private static List<Signal> signals(
            Attempt attempt, Delivery delivery, Settlement settlement, Duration sinceEvent) {
        String destination = delivery.destination();
        int number = attempt.number();
        Signal failed =
                new Signal.AttemptFailed(
                        delivery.id(),
                        destination,
                        number,
                        attempt.outcome().word(),
                        attempt.duration());
        return switch (settlement) {
            case Settlement.Complete _ ->
                    List.of(
                            new Signal.Delivered(
                                    delivery.id(),
                                    destination,
                                    number,
                                    attempt.outcome()
                                                    instanceof
                                                    AttemptOutcome.Acknowledged(int status)
                                            ? status
                                            : 0,
                                    attempt.duration(),
                                    sinceEvent));
            case Settlement.RetryAt(Instant at, boolean counted) ->
                    List.of(
                            failed,
                            new Signal.Retrying(delivery.id(), destination, number, at, counted));
            case Settlement.GiveUp(DeadReason reason) ->
                    List.of(
                            failed,
                            new Signal.DeadLettered(
                                    delivery.id(), destination, number, reason.word()));
        };
    }

    /// Tells of a change of a circuit.
    void circuitChanged(
            String destination,
            Lane.CircuitChange change,
            String outcome,
            List<Happening> happenings) {
        CircuitBreaker before = change.before();
        CircuitBreaker after = change.after();
        if (before.generation() == after.generation()) {
            return;
        }
        lanes.voice.say(new Signal.CircuitChanged(destination, after.word()));
        CircuitSharing shared = lanes.circuits();
        if (shared != null) {
            shared.changed(destination, after);
        }
        // A probe that fails opens the circuit again, but that is no news.
        if (before instanceof CircuitBreaker.Closed && after instanceof CircuitBreaker.Open) {
            happenings.add(new Happening.CircuitOpened(destination, after.failures(), outcome));
        }
        if (after instanceof CircuitBreaker.Closed) {
            happenings.add(new Happening.CircuitClosed(destination));
        }
    }

    private void disable(Lane lane, List<Happening> happenings) {
        Standing disabled = new Standing(Standing.Mode.DISABLED, "answered 410 Gone");
        boolean first = deciding.add(lane.name());
        if (lane.stand(disabled)) {
            happenings.add(new Happening.DestinationDisabled(lane.name(), disabled.reason()));
            lanes.voice.say(new Signal.DestinationDisabled(lane.name(), disabled.reason()));
            storeStanding(lane.name(), disabled);
        } else if (first) {
            deciding.remove(lane.name());
        }
    }

    /// Whether a destination's standing was decided here and is not stored yet.
    boolean decides(String destination) {
        return deciding.contains(destination);
    }

    private void storeStanding(String destination, Standing standing) {
        try {
            lanes.parts
                    .reads()
                    .execute(
                            () -> {
                                try {
                                    lanes.parts.standings().setStanding(destination, standing);
                                    deciding.remove(destination);
                                } catch (RuntimeException e) {
                                    standingNotStored(destination, standing, e);
                                }
                            });
        } catch (RejectedExecutionException e) {
            standingNotStored(destination, standing, e);
        }
    }

    private void standingNotStored(String destination, Standing standing, RuntimeException e) {
        lanes.voice.trouble("standing of " + destination, e);
        // Someone may have decided otherwise meanwhile: only what still holds is stored.
        lanes.at(
                lanes.now().plus(STANDING_PAUSE),
                () -> {
                    if (lanes.lane(destination).stands(standing)) {
                        storeStanding(destination, standing);
                    } else {
                        deciding.remove(destination);
                    }
                });
    }

    private @Nullable EventValidation validation(Flight flight) {
        Subscription subscription = subscription(flight);
        return subscription == null ? null : subscription.validation();
    }

    private RetryPolicy retryPolicy(Flight flight) {
        Subscription subscription = subscription(flight);
        return subscription == null ? RetryPolicy.DEFAULT : subscription.retry();
    }

    private @Nullable Subscription subscription(Flight flight) {
        return lanes.parts.catalog().get().subscription(flight.delivery().subscription());
    }
}
