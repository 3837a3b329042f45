package dev.belay.delivery;

import dev.belay.delivery.DeliveryQueue.Rescued;
import dev.belay.delivery.Notices.Happening;
import dev.belay.signal.Signal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Looks, every few seconds, for what was missed: attempts that outlived their lease, claims whose
/// node died, deliveries that fell due unnoticed. Nothing here is needed while all goes well.
final class Sweep {
    private static final int RESCUE_LIMIT = 1_000;

    private final Lanes lanes;
    private final AtomicBoolean rescuing = new AtomicBoolean();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final Set<String> unknown = ConcurrentHashMap.newKeySet();

    Sweep(Lanes lanes) {
        this.lanes = lanes;
    }

    void start() {
        lanes.at(lanes.now(), this::run);
    }

    private void run() {
        Instant now = lanes.now();
        lanes.at(now.plus(lanes.limits.sweep()), this::run);
        for (Lane lane : lanes.all()) {
            giveUpLost(lane, now);
            if (lane.stirring(now)) {
                lanes.pump(lane);
            }
        }
        if (!lanes.outstanding.closing()) {
            if (rescuing.compareAndSet(false, true)) {
                rescue(now);
            }
            look();
        }
    }

    private void giveUpLost(Lane lane, Instant now) {
        CircuitBreaker before = lane.circuit();
        List<Flight> lost = lane.takeLost(now);
        if (lost.isEmpty()) {
            return;
        }
        for (Flight flight : lost) {
            lanes.attempts().forget(List.of(flight.waiting));
            lanes.outstanding.end();
        }
        // The rescue that follows stores and tells of the lost leases; there is no settlement that
        // could carry a notice.
        lanes.attempts()
                .circuitChanged(
                        lane.name(),
                        new Lane.CircuitChange(before, lane.circuit()),
                        new AttemptOutcome.LeaseLost().word(),
                        new ArrayList<Happening>());
        lanes.pump(lane);
    }

    private void rescue(Instant now) {
        lanes.outstanding.begin();
        Obituaries dead = new Obituaries(lanes.voice);
        CompletableFuture<List<Rescued>> rescue =
                Writes.attempt(
                        () ->
                                lanes.parts
                                        .queue()
                                        .rescue(
                                                now,
                                                lanes.limits.poisonAfter(),
                                                RESCUE_LIMIT,
                                                dead));
        var _ =
                rescue.whenComplete(
                        (rescued, error) -> {
                            rescued(rescued, error);
                            if (rescued != null) {
                                dead.tell(lanes);
                            }
                            lanes.outstanding.end();
                        });
    }

    private void rescued(@Nullable List<Rescued> rescued, @Nullable Throwable error) {
        rescuing.set(false);
        if (rescued == null) {
            if (error != null) {
                lanes.voice.trouble("rescue", error);
            }
            return;
        }
        Instant now = lanes.now();
        for (Rescued one : rescued) {
            lanes.voice.say(new Signal.LeaseLost(one.delivery(), one.destination()));
            if (!one.dead()) {
                lanes.noteDueLater(one.destination(), now);
            }
        }
        if (rescued.size() >= RESCUE_LIMIT) {
            lanes.at(now, this::rescueOn);
        }
    }

    private void rescueOn() {
        if (!lanes.outstanding.closing() && rescuing.compareAndSet(false, true)) {
            rescue(lanes.now());
        }
    }

    /// Asks the store what is due.
    void look() {
        if (!looking.compareAndSet(false, true)) {
            return;
        }
        try {
            lanes.parts.reads().execute(this::lookNow);
        } catch (RejectedExecutionException e) {
            looking.set(false);
            lanes.voice.trouble("reads", e);
        }
    }

    private void lookNow() {
        try {
            CircuitSharing circuits = lanes.circuits();
            if (circuits != null) {
                circuits.look();
            }
            for (Map.Entry<String, Instant> next : lanes.parts.queue().nextDue().entrySet()) {
                String destination = next.getKey();
                if (lanes.parts.catalog().get().destination(destination) != null) {
                    unknown.remove(destination);
                    lanes.burials().declared(destination);
                    lanes.noteDueLater(destination, next.getValue());
                } else if (!lanes.burials().found(destination) && unknown.add(destination)) {
                    lanes.voice.say(
                            new Signal.Trouble(
                                    "deliveries",
                                    "wait for a destination that is not declared: " + destination));
                }
            }
        } catch (RuntimeException e) {
            lanes.voice.trouble("nextDue", e);
        } finally {
            looking.set(false);
        }
    }
}
