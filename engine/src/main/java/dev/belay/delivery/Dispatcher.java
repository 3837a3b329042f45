package dev.belay.delivery;

import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.catalog.Destination;
import dev.belay.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// Brings deliveries to their destinations. New ones are handed over in memory after their commit;
/// the store is asked only for retries, rescues and what a restart left.
///
/// Has no thread: hand-overs and answers move it on, and somebody calls [#turn()] when
/// [#onWork(Runnable)] or the last turn's answer says so. Given a store and a transport whose
/// futures are complete at once, everything happens in order on the calling thread. Safe for use by
/// many threads.
public final class Dispatcher implements AutoCloseable {
    /// Tasks one turn runs before it answers, so that a turn ends even when work keeps coming.
    private static final int TASKS_A_TURN = 10_000;

    private static final long CLOSING_LOOK_MILLIS = 50;

    private final Lanes lanes;
    private final Sweep sweep;
    private final ReentrantLock turning = new ReentrantLock();

    /// Reads the standings from the store; sends nothing before the first hand-over or turn.
    public Dispatcher(DispatcherParts parts, DispatcherLimits limits) {
        lanes = new Lanes(withSharedRandom(parts), limits);
        parts.standings().standings().forEach((name, standing) -> lanes.lane(name).stand(standing));
        sweep = new Sweep(lanes);
        sweep.start();
    }

    /// The state in which a delivery is to be created now: leased to this node when it can be begun
    /// at once or soon, due otherwise. A leased one must be handed over once it is stored.
    ///
    /// @param bodyBytes length of the event's body
    public DeliveryState firstState(String destination, int bodyBytes) {
        Instant now = lanes.now();
        Destination declared = lanes.parts.catalog().get().destination(destination);
        if (declared == null
                || lanes.outstanding.closing()
                || !lanes.attempts().roomFor(bodyBytes)
                || !lanes.lane(destination).takesFresh(lanes.share(declared), now)) {
            return new DeliveryState.Due(now);
        }
        return new DeliveryState.Leased(
                new Lease(lanes.parts.ids().getAsLong(), now.plus(lanes.limits.lease())));
    }

    /// Takes over deliveries that have just been stored. Begins what can be begun, on this thread
    /// but without waiting for anything.
    public void handOver(Event event, List<Delivery> stored) {
        Set<Lane> touched = new LinkedHashSet<>();
        Instant now = lanes.now();
        for (Delivery delivery : stored) {
            Lane lane = lanes.lane(delivery.destination());
            switch (delivery.state()) {
                case DeliveryState.Leased(Lease lease) -> {
                    Waiting waiting = lanes.attempts().hold(delivery, lease, event);
                    if (lane.offer(waiting)) {
                        touched.add(lane);
                    } else {
                        lanes.writes().giveBack(lane, List.of(waiting), now);
                    }
                }
                case DeliveryState.Due(Instant at) -> {
                    lanes.noteDue(delivery.destination(), at);
                    lanes.forOthers().stored(delivery.destination());
                }
                case DeliveryState.Held _,
                        DeliveryState.Delivered _,
                        DeliveryState.Dead _,
                        DeliveryState.Cancelled _ -> {
                    // Nothing to do for it.
                }
            }
        }
        touched.forEach(lanes::pump);
    }

    /// Something stored falls due then, such as a replay.
    public void noteDue(String destination, Instant at) {
        lanes.noteDue(destination, at);
    }

    /// Does what is to be done by now, and answers how long nothing else needs doing; zero when
    /// there is more. Never throws, whatever breaks. To be called by one thread at a time; another
    /// one's call answers at once.
    public Duration turn() {
        if (!turning.tryLock()) {
            return Duration.ofMillis(CLOSING_LOOK_MILLIS);
        }
        try {
            Instant now = lanes.now();
            for (int i = 0; i < TASKS_A_TURN; i++) {
                Runnable task = lanes.agenda().take(now);
                if (task == null) {
                    break;
                }
                run(task);
            }
            Instant next = lanes.agenda().next();
            Instant after = lanes.now();
            return next == null
                    ? lanes.limits.sweep()
                    : next.isAfter(after) ? Duration.between(after, next) : Duration.ZERO;
        } finally {
            turning.unlock();
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            lanes.voice.trouble("turn", e);
        }
    }

    /// Sets what is called, on any thread, when a turn is needed sooner than the last one said. It
    /// must be quick.
    public void onWork(Runnable wake) {
        lanes.onWork(wake);
    }

    /// A destination's circuit and queue.
    public CircuitView circuit(String destination) {
        return lanes.lane(destination).view(lanes.now());
    }

    /// Sets a destination's standing here; storing it is the caller's business. A destination that
    /// is not active is not tried, and its deliveries wait in the store.
    public void standing(String destination, Standing standing) {
        Lane lane = lanes.lane(destination);
        lane.stand(standing);
        lanes.pump(lane);
    }

    /// Sets all standings here as the store has them: who is not among them is active. Those that
    /// this dispatcher has decided and not stored yet stay.
    public void standings(Map<String, Standing> stored) {
        stored.keySet().forEach(lanes::lane);
        for (Lane lane : lanes.all()) {
            Standing standing = stored.getOrDefault(lane.name(), Standing.ACTIVE);
            if (!lane.stands(standing) && !lanes.attempts().decides(lane.name())) {
                lane.stand(standing);
                lanes.noteDue(lane.name(), lanes.now());
            }
        }
    }

    /// A destination is declared, for the first time or again: what waits for it is delivered, and
    /// no longer buried.
    public void declared(String destination) {
        lanes.burials().declared(destination);
        noteDue(destination, lanes.now());
    }

    /// Asks the store now what is due, as the sweep does every few seconds. Does not wait for it.
    public void look() {
        if (!lanes.outstanding.closing()) {
            sweep.look();
        }
    }

    /// Makes dead letters of everything that waits for a destination, and says how many. Attempts
    /// under way end as they end; what comes to wait for it later, such as a claim given back, is
    /// buried too, until it is declared again. Fails with [StoreFailure].
    public CompletableFuture<Integer> bury(String destination, DeadReason reason) {
        return lanes.burials().bury(destination, reason);
    }

    /// From now on, whatever is found waiting for a destination that is not declared becomes dead
    /// letters.
    public void buryUndeclared(DeadReason reason) {
        lanes.burials().buryUndeclared(reason);
    }

    /// Begins nothing more and gives back what waits. The future completes when the attempts under
    /// way have ended and are stored; turns must go on until then. Does not wait.
    public CompletableFuture<Void> drain() {
        if (!lanes.outstanding.closing()) {
            lanes.outstanding.startClosing();
            for (Lane lane : new ArrayList<>(lanes.all())) {
                lanes.pump(lane);
            }
            lanes.outstanding.end();
        }
        return lanes.outstanding.drained();
    }

    /// Drains and waits for it, at most until the leases of the attempts under way are over: what
    /// has not ended by then is tried again after a restart. Needs no turns from outside.
    @Override
    public void close() {
        CompletableFuture<Void> drained = drain();
        Instant until = lanes.now().plus(lanes.limits.lease());
        while (!drained.isDone() && lanes.now().isBefore(until)) {
            long wait = Math.clamp(turn().toMillis(), 1, CLOSING_LOOK_MILLIS);
            try {
                drained.get(wait, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Not yet: another turn, for what is to be tried again.
            } catch (ExecutionException e) {
                throw new AssertionError("draining does not fail", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// Generators are not safe for use by many threads, and settlements are made on any.
    private static DispatcherParts withSharedRandom(DispatcherParts parts) {
        RandomGenerator one = parts.random();
        ReentrantLock lock = new ReentrantLock();
        RandomGenerator shared =
                () -> {
                    lock.lock();
                    try {
                        return one.nextLong();
                    } finally {
                        lock.unlock();
                    }
                };
        return new DispatcherParts(
                parts.catalog(),
                parts.queue(),
                parts.transport(),
                parts.notices(),
                parts.time(),
                shared,
                parts.ids(),
                parts.signals(),
                parts.standings(),
                parts.wakeups(),
                parts.reads(),
                parts.sharing());
    }
}
