package dev.belay.delivery;

import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.catalog.Destination;
import dev.belay.catalog.RateLimit;
import dev.belay.event.DeliveryId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One destination's queue in memory and what holds it back: concurrency, rate, circuit, a
/// `Retry-After`, a person's pause. Decides what is to be done next and does nothing itself: its
/// lock is never held while anything else is called.
final class Lane {
    /// Fewest deliveries worth a claim of their own while more can be begun than that.
    private static final int LEAST_CLAIM = 64;

    /// A pause up to this long is waited out with deliveries in hand; for a longer one they are
    /// given back.
    private static final Duration SHORT_PAUSE = Duration.ofSeconds(5);

    /// How long nothing is claimed after leases have grown too short in hand.
    private static final Duration STALE_PAUSE = Duration.ofSeconds(1);

    /// How far ahead a rate-limited lane takes deliveries in hand.
    private static final int RATE_SECONDS_AHEAD = 20;

    private final String name;
    private final int capacity;
    private final InHand hand = new InHand();
    private final Map<DeliveryId, Flight> flights = new LinkedHashMap<>();
    private final DueTimes due = new DueTimes();
    private final @Nullable ProbeLeave leave;
    private CircuitBreaker circuit = CircuitBreaker.unmarked();
    private RateGate gate = RateGate.FULL;
    private Standing standing = Standing.ACTIVE;
    private Instant pausedUntil = Instant.MIN;
    private Instant noClaimBefore = Instant.MIN;
    private boolean claiming;
    private int claimSize = LEAST_CLAIM;
    private int unsettled;
    private Instant calledFor = Instant.MAX;

    /// @param sharedCircuit whether a probe needs leave
    Lane(String name, int capacity, boolean sharedCircuit) {
        this.name = name;
        this.capacity = capacity;
        leave = sharedCircuit ? new ProbeLeave() : null;
    }

    String name() {
        return name;
    }

    /// Whether a new delivery would be begun soon, so that it is worth holding in memory.
    synchronized boolean takesFresh(Share share, Instant now) {
        if (standing.mode() != Standing.Mode.ACTIVE
                || share.concurrency() == 0
                || !(circuit instanceof CircuitBreaker.Closed)
                || pausedUntil.isAfter(now)
                || hand.fresh() >= capacity) {
            return false;
        }
        RateLimit rate = share.rate();
        return rate == null || (hand.fresh() < ahead(rate) && soon(rate, now));
    }

    /// Takes a new delivery in hand; false when there is no room even for what was promised.
    synchronized boolean offer(Waiting waiting) {
        // Many receivers may have seen the same free place before any of them commits.
        if (hand.fresh() >= 2 * capacity) {
            return false;
        }
        hand.addFresh(waiting);
        return true;
    }

    /// What is to be done next.
    ///
    /// @param destination as declared, null when it is not
    /// @param share this node's part of the destination's limits
    /// @param closing whether nothing may begin any more
    synchronized Step next(
            @Nullable Destination destination, Share share, boolean closing, Instant now) {
        if (destination == null
                || closing
                || standing.mode() != Standing.Mode.ACTIVE
                || share.concurrency() == 0) {
            return hand.isEmpty() ? new Step.Rest(null) : new Step.GiveBack(hand.takeAll());
        }
        boolean open =
                circuit instanceof CircuitBreaker.Open(_, Instant until, _) && now.isBefore(until);
        if (!hand.isEmpty() && (open || pausedUntil.isAfter(now.plus(SHORT_PAUSE)))) {
            return new Step.GiveBack(hand.takeAll());
        }
        List<Waiting> stale = hand.takeStale(destination.timeout(), now);
        if (!stale.isEmpty()) {
            // Claimed too much, or too slowly: smaller claims, and none at once, or the same ones
            // would go back and forth.
            claimSize = LEAST_CLAIM;
            noClaimBefore = later(noClaimBefore, now.plus(STALE_PAUSE));
            return new Step.GiveBack(stale);
        }
        if (open || pausedUntil.isAfter(now)) {
            return new Step.Rest(restsUntil(share, now));
        }
        if (leave != null
                && Share.isShared(destination)
                && !(circuit instanceof CircuitBreaker.Closed)
                && !leave.covers(circuit, now)) {
            return withoutLeave(leave, destination, share, now);
        }
        int claim = claimable(destination, share, now);
        if (claim > 0) {
            claiming = true;
            due.takeUpTo(now);
            return new Step.Claim(claim);
        }
        Step.Begin begin = begin(destination, share, now);
        return begin != null ? begin : new Step.Rest(restsUntil(share, now));
    }

    private Step withoutLeave(
            ProbeLeave wanted, Destination destination, Share share, Instant now) {
        boolean probing = circuit instanceof CircuitBreaker.HalfOpen half && half.probing() > 0;
        boolean useful = !hand.isEmpty() || (due.anyBy(now) && !noClaimBefore.isAfter(now));
        if (probing || !useful) {
            return new Step.Rest(probing ? null : restsUntil(share, now));
        }
        return wanted.ask(circuit, now)
                ? new Step.AskToProbe(destination)
                : new Step.Rest(wanted.askAgainAt());
    }

    private Step.@Nullable Begin begin(Destination destination, Share share, Instant now) {
        RateLimit rate = share.rate();
        if (hand.isEmpty()
                || flights.size() >= share.concurrency()
                || unsettled >= capacity
                || (rate != null && gate.opensAt(rate).isAfter(now))) {
            return null;
        }
        CircuitBreaker.Admission admission =
                circuit.permit(destination.breaker(), now, flights.size());
        if (admission == null) {
            return null;
        }
        boolean halfOpened =
                circuit instanceof CircuitBreaker.Open
                        && admission.next() instanceof CircuitBreaker.HalfOpen;
        circuit = admission.next();
        if (rate != null) {
            gate = gate.begun(rate, now);
        }
        Flight flight = new Flight(this, hand.takeNext(), destination, admission.permit(), now);
        flights.put(flight.delivery().id(), flight);
        return new Step.Begin(flight, halfOpened);
    }

    /// How many due deliveries to claim now, 0 for none.
    private int claimable(Destination destination, Share share, Instant now) {
        if (claiming || noClaimBefore.isAfter(now) || !due.anyBy(now) || unsettled >= capacity) {
            return 0;
        }
        int size = Math.min(claimSize, capacity);
        if (hand.claimed() > size / 2) {
            return 0;
        }
        int limit = size - hand.claimed();
        RateLimit rate = share.rate();
        if (rate != null) {
            limit = soon(rate, now) ? Math.min(limit, ahead(rate) - hand.claimed()) : 0;
        }
        int room = circuit.room(destination.breaker(), now, flights.size());
        // A probe or a ramp takes no more in hand than it may begin.
        return Math.max(
                0, room == Integer.MAX_VALUE ? limit : Math.min(limit, room - hand.claimed()));
    }

    /// The deliveries a rate-limited lane takes in hand: few enough to be begun within their lease.
    private static int ahead(RateLimit rate) {
        return (int) Math.min(1_000_000, Math.max(1, rate.perSecond() * RATE_SECONDS_AHEAD));
    }

    private boolean soon(RateLimit rate, Instant now) {
        return !gate.opensAt(rate).isAfter(now.plusSeconds(RATE_SECONDS_AHEAD));
    }

    /// When time alone brings something to do; null when only an event can, such as an answer.
    private @Nullable Instant restsUntil(Share share, Instant now) {
        Instant at = hand.isEmpty() ? due.earliest() : now;
        if (at == null) {
            return null;
        }
        if (hand.isEmpty()) {
            at = later(at, noClaimBefore);
        }
        at = later(at, pausedUntil);
        Instant opens = circuit.opensAt(now);
        if (opens != null) {
            at = later(at, opens);
        }
        RateLimit rate = share.rate();
        if (rate != null) {
            at = later(at, gate.opensAt(rate));
        }
        if (at.isAfter(now)) {
            return at;
        }
        Instant earliest = due.earliest();
        return earliest != null && earliest.isAfter(now) ? earliest : null;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /// Whether a turn must be asked for so that the lane is looked at by this time; false when one
    /// is asked for already.
    synchronized boolean callFor(Instant time) {
        if (!time.isBefore(calledFor)) {
            return false;
        }
        calledFor = time;
        return true;
    }

    /// Whether the call for this time is the one that counts; if so it is answered.
    synchronized boolean answerCall(Instant time) {
        if (!time.equals(calledFor)) {
            return false;
        }
        calledFor = Instant.MAX;
        return true;
    }

    /// Notes that something falls due.
    synchronized void noteDue(Instant at, Instant now) {
        due.add(at, now);
    }

    /// Takes claimed deliveries in hand.
    ///
    /// @param limit what was asked for: as many as that mean that more is due
    synchronized void claimed(List<Waiting> deliveries, int limit, Instant now) {
        claiming = false;
        hand.addClaimed(deliveries);
        if (deliveries.size() < limit) {
            claimSize = LEAST_CLAIM;
        } else {
            due.add(now, now);
            // Only a claim that filled its whole size says that larger ones pay.
            if (limit >= claimSize / 2) {
                claimSize = Math.min(capacity, claimSize * 2);
            }
        }
    }

    /// A claim failed: none is tried before the time given.
    synchronized void claimFailed(Instant retryAt, Instant now) {
        claiming = false;
        due.add(now, now);
        noClaimBefore = retryAt;
    }

    /// An attempt ended.
    ///
    /// @param pause how long the destination asked to be left alone, null where it did not
    /// @return the circuit before and after, or null when the attempt was given up before
    synchronized @Nullable CircuitChange ended(
            Flight flight, AttemptOutcome outcome, @Nullable Duration pause, Instant now) {
        if (!flights.remove(flight.delivery().id(), flight)) {
            return null;
        }
        unsettled++;
        if (pause != null) {
            pausedUntil = later(pausedUntil, now.plus(pause));
        }
        CircuitBreaker before = circuit;
        circuit = after(flight, outcome, now);
        return new CircuitChange(before, circuit);
    }

    /// What was never sent says nothing of the destination, however it ended.
    private CircuitBreaker after(Flight flight, AttemptOutcome outcome, Instant now) {
        return flight.sent
                ? circuit.after(flight.permit, outcome, flight.destination.breaker(), now)
                : circuit.unused(flight.permit);
    }

    /// Whether an attempt that was begun and is not sent yet may still be: reading its event takes
    /// time, and meanwhile the circuit may have opened or a person may have paused the destination.
    synchronized boolean stillAdmits(Flight flight) {
        return standing.mode() == Standing.Mode.ACTIVE
                && circuit.generation() == flight.permit.generation();
    }

    /// Nothing was sent, and the delivery goes back to the store. False when the attempt was given
    /// up before.
    synchronized boolean notBegun(Flight flight) {
        boolean mine = flights.remove(flight.delivery().id(), flight);
        if (mine) {
            circuit = circuit.unused(flight.permit);
        }
        return mine;
    }

    /// A result was stored or lost. Says whether the lane had stopped for lack of that.
    synchronized boolean settled() {
        return unsettled-- >= capacity;
    }

    /// Gives up the attempts that outlived their lease: their place and, where they were probes,
    /// their probe are free again.
    synchronized List<Flight> takeLost(Instant now) {
        List<Flight> lost = new ArrayList<>(0);
        flights.values()
                .removeIf(
                        flight -> {
                            boolean over = !flight.waiting.lease().until().isAfter(now);
                            if (over) {
                                lost.add(flight);
                            }
                            return over;
                        });
        for (Flight flight : lost) {
            circuit = after(flight, new AttemptOutcome.LeaseLost(), now);
        }
        return lost;
    }

    /// Whether a sweep should look at it.
    synchronized boolean stirring(Instant now) {
        return !hand.isEmpty() || due.anyBy(now);
    }

    /// Sets the standing and says whether that changed its mode.
    synchronized boolean stand(Standing to) {
        boolean changed = standing.mode() != to.mode();
        standing = to;
        return changed;
    }

    synchronized boolean stands(Standing as) {
        return standing.equals(as);
    }

    synchronized List<Waiting> drain() {
        return hand.takeAll();
    }

    synchronized CircuitBreaker circuit() {
        return circuit;
    }

    /// The leave to probe was given or denied.
    synchronized void mayProbe(CircuitBoard.Leave answer, Instant now) {
        if (leave != null) {
            leave.answered(answer, now);
        }
    }

    /// Another node has opened the circuit.
    ///
    /// @param news whether this node did not know; if it did, only a closed circuit opens
    /// @return whether it was not open here
    synchronized boolean openedElsewhere(boolean news, Instant until, int failures) {
        CircuitBreaker before = circuit;
        if (news || before instanceof CircuitBreaker.Closed) {
            circuit = before.openedElsewhere(until, failures);
        }
        return circuit instanceof CircuitBreaker.Open && !(before instanceof CircuitBreaker.Open);
    }

    /// Another node has closed the circuit.
    ///
    /// @return whether it was not closed here
    synchronized boolean closedElsewhere(Instant now) {
        CircuitBreaker before = circuit;
        circuit = before.closedElsewhere(now);
        return circuit.generation() != before.generation();
    }

    synchronized CircuitView view(Instant now) {
        return new CircuitView(
                circuit.word(),
                circuit.failures(),
                circuit instanceof CircuitBreaker.Open(_, Instant until, _) ? until : null,
                pausedUntil.isAfter(now) ? pausedUntil : null,
                flights.size(),
                hand.all());
    }

    /// A circuit before and after an attempt.
    record CircuitChange(CircuitBreaker before, CircuitBreaker after) {}
}
