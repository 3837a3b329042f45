package dev.belay.delivery;

import dev.belay.catalog.Destination;
import dev.belay.signal.Signal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The lanes of all destinations, and the pump that carries out what a lane decides. Any thread may
/// pump any lane: an answer pumps its own, a hand-over its own, a turn those whose time has come.
final class Lanes {
    /// Steps one pump takes before it leaves the rest to the next turn, so that no receiver's
    /// thread is kept busy with other receivers' work.
    private static final int STEPS = 64;

    /// How long a lane waits after a claim that the store could not make.
    private static final int CLAIM_RETRY_MILLIS = 500;

    final DispatcherParts parts;
    final DispatcherLimits limits;
    final Voice voice;
    final Outstanding outstanding = new Outstanding();
    private final Agenda agenda = new Agenda();
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    private final Writes writes;
    private final Attempts attempts;
    private final Burials burials = new Burials(this);
    private final ForOthers forOthers = new ForOthers(this);
    private final @Nullable CircuitSharing circuits;
    private volatile Runnable wake = () -> {};

    Lanes(DispatcherParts parts, DispatcherLimits limits) {
        this.parts = parts;
        this.limits = limits;
        this.voice = new Voice(parts.signals(), parts.notices());
        this.writes = new Writes(this);
        this.attempts = new Attempts(this, writes);
        Sharing sharing = parts.sharing();
        circuits = sharing == null ? null : new CircuitSharing(this, sharing.circuits());
    }

    Lane lane(String destination) {
        Lane known = lanes.get(destination);
        return known != null
                ? known
                : lanes.computeIfAbsent(
                        destination,
                        name -> new Lane(name, limits.laneCapacity(), circuits != null));
    }

    /// This node's part of a destination's limits, now.
    Share share(Destination destination) {
        Sharing sharing = parts.sharing();
        return sharing == null
                ? Share.whole(destination)
                : Share.of(destination, sharing.members().get(), parts.time().nanos());
    }

    List<Lane> all() {
        return new ArrayList<>(lanes.values());
    }

    Writes writes() {
        return writes;
    }

    Attempts attempts() {
        return attempts;
    }

    Burials burials() {
        return burials;
    }

    ForOthers forOthers() {
        return forOthers;
    }

    /// The circuits of other nodes, null where there are none.
    @Nullable CircuitSharing circuits() {
        return circuits;
    }

    Agenda agenda() {
        return agenda;
    }

    void onWork(Runnable task) {
        wake = task;
    }

    Instant now() {
        return parts.time().now();
    }

    /// Has the task run by a turn, not before the time.
    void at(Instant time, Runnable task) {
        if (agenda.add(time, task)) {
            wake.run();
        }
    }

    /// Has the lane pumped by the next turn.
    void pumpSoon(Lane lane) {
        pumpAt(lane, now());
    }

    private void pumpAt(Lane lane, Instant time) {
        if (lane.callFor(time)) {
            at(time, () -> pumpAsCalled(lane, time));
        }
    }

    private void pumpAsCalled(Lane lane, Instant time) {
        // A call for an earlier time has been answered since: this one is stale.
        if (lane.answerCall(time)) {
            pump(lane);
        }
    }

    /// Notes that something falls due, and sees to it at once if it is.
    void noteDue(String destination, Instant at) {
        Lane lane = lane(destination);
        Instant now = now();
        lane.noteDue(at, now);
        if (at.isAfter(now)) {
            pumpAt(lane, at);
        } else {
            pump(lane);
        }
    }

    /// Notes that something falls due, and leaves it to a turn: for the store's own thread, which
    /// has others to serve.
    void noteDueLater(String destination, Instant at) {
        Lane lane = lane(destination);
        Instant now = now();
        lane.noteDue(at, now);
        pumpAt(lane, at.isAfter(now) ? at : now);
    }

    /// Carries out what the lane decides until it rests.
    void pump(Lane lane) {
        outstanding.begin();
        try {
            Destination destination = parts.catalog().get().destination(lane.name());
            Share share = destination == null ? Share.NONE : share(destination);
            for (int i = 0; i < STEPS; i++) {
                Instant now = now();
                switch (lane.next(destination, share, outstanding.closing(), now)) {
                    case Step.Begin(Flight flight, boolean halfOpened) -> {
                        if (halfOpened) {
                            voice.say(new Signal.CircuitChanged(lane.name(), "half_open"));
                        }
                        attempts.begin(flight);
                    }
                    case Step.AskToProbe(Destination probed) -> {
                        if (circuits != null) {
                            circuits.ask(lane, probed);
                        }
                    }
                    case Step.Claim(int limit) -> claim(lane, limit, now);
                    case Step.GiveBack(List<Waiting> waiting) ->
                            writes.giveBack(lane, waiting, now);
                    case Step.Rest(Instant until) -> {
                        if (until != null) {
                            pumpAt(lane, until);
                        }
                        return;
                    }
                }
            }
            pumpSoon(lane);
        } finally {
            outstanding.end();
        }
    }

    private void claim(Lane lane, int limit, Instant now) {
        outstanding.begin();
        Lease lease = new Lease(parts.ids().getAsLong(), now.plus(limits.lease()));
        CompletableFuture<List<Delivery>> claim =
                Writes.attempt(() -> parts.queue().claim(lane.name(), limit, now, lease));
        var _ =
                claim.whenComplete(
                        (deliveries, error) -> {
                            claimEnded(lane, limit, lease, deliveries, error);
                            outstanding.end();
                        });
    }

    private void claimEnded(
            Lane lane,
            int limit,
            Lease lease,
            @Nullable List<Delivery> deliveries,
            @Nullable Throwable error) {
        Instant now = now();
        if (deliveries == null) {
            if (error != null) {
                voice.trouble("claim", error);
            }
            lane.claimFailed(now.plusMillis(CLAIM_RETRY_MILLIS), now);
            pumpSoon(lane);
            return;
        }
        List<Waiting> waiting = new ArrayList<>(deliveries.size());
        for (Delivery delivery : deliveries) {
            Lease held = delivery.state() instanceof DeliveryState.Leased(Lease own) ? own : lease;
            waiting.add(new Waiting(delivery, held, null));
        }
        lane.claimed(waiting, limit, now);
        // Not here: this may be the store's own thread, and it has others to serve.
        pumpSoon(lane);
    }
}
