package dev.belay.system.simulation;

import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.catalog.Destination;
import dev.belay.catalog.RetryPolicy;
import dev.belay.catalog.Subscription;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.Transport.Sending;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.testkit.MemoryStore;
import dev.belay.time.Time;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// Looks at each attempt as it leaves one process, and at each answer as it comes back.
final class SendAudit {
    private final Plan plan;
    private final Ledger ledger;
    private final MemoryStore memory;
    private final Time time;
    private final int process;
    private final Scheduler.Owner owner;
    private final Map<String, CircuitModel> circuits = new HashMap<>();
    private final Map<String, Standing> standings = new HashMap<>();

    /// @param time the process's steady clock, untouched by any planted bug
    SendAudit(
            Plan plan,
            Ledger ledger,
            MemoryStore memory,
            Time time,
            int process,
            Scheduler.Owner owner) {
        this.plan = plan;
        this.ledger = ledger;
        this.memory = memory;
        this.time = time;
        this.process = process;
        this.owner = owner;
        standings.putAll(memory.standings());
    }

    /// The process was told how a destination stands.
    void standing(String destination, Standing standing) {
        standings.put(destination, standing);
    }

    /// An attempt leaves.
    void sending(Sending sending) {
        Delivery delivery = sending.delivery();
        DeliveryId id = delivery.id();
        Track track = ledger.track(id);
        Destination declared = plan.destination(delivery.destination());
        Instant now = time.now();
        int number = delivery.attempts();
        Instant leaseUntil = leased(delivery, declared, now);
        ledger.require(
                number > track.lastNumber,
                Invariant.NUMBERS_GROW,
                id,
                "is sent as attempt %d after attempt %d",
                number,
                track.lastNumber);
        for (Track.Flight flight : track.flights.values()) {
            ledger.require(
                    flight.isOver().getAsBoolean(),
                    Invariant.ONE_ATTEMPT_AT_A_TIME,
                    id,
                    "is sent as attempt %d while %s is under way",
                    number,
                    flight);
        }
        Instant notBefore = track.notBefore;
        ledger.require(
                notBefore == null || track.notBeforeNumber != number || !now.isBefore(notBefore),
                Invariant.NO_EARLY_RETRY,
                id,
                "is sent at %s and due at %s",
                now,
                notBefore);
        bounded(delivery, track);
        ledger.require(
                track.worked <= track.excused,
                Invariant.DUPLICATES_HAVE_A_CAUSE,
                id,
                "is sent again as attempt %d although attempt %d did the work",
                number,
                track.worked);
        bytes(sending);
        Track.Flight before = track.flights.get(process);
        if (before != null) {
            lostSight(before);
        }
        heldBack(delivery, declared, now);
        track.sends++;
        track.lastNumber = number;
        track.lastProcess = process;
        track.flights.put(
                process,
                new Track.Flight(
                        process,
                        number,
                        delivery.destination(),
                        leaseUntil,
                        () -> owner.isDead() || !leaseUntil.isAfter(time.now()),
                        circuit(delivery.destination()).generation()));
    }

    private Instant leased(Delivery delivery, Destination declared, Instant now) {
        Delivery onDisk = memory.delivery(delivery.id()).orElse(null);
        if (onDisk == null) {
            ledger.violated(
                    Invariant.FINAL_STAYS_FINAL, delivery.id() + " is sent and is not on disk");
            return now;
        }
        ledger.require(
                onDisk.attempts() >= delivery.attempts(),
                Invariant.COUNTED_BEFORE_SENT,
                delivery.id(),
                "is sent as attempt %d, the disk counts %d",
                delivery.attempts(),
                onDisk.attempts());
        return switch (onDisk.state()) {
            case DeliveryState.Leased(Lease lease) -> {
                ledger.require(
                        lease.until().isAfter(now.plus(declared.timeout())),
                        Invariant.LEASE_COVERS_ATTEMPT,
                        delivery.id(),
                        "is sent at %s with a deadline of %s under a lease until %s",
                        now,
                        declared.timeout(),
                        lease.until());
                ledger.require(
                        !(delivery.state() instanceof DeliveryState.Leased(Lease own))
                                || own.token() == lease.token(),
                        Invariant.ONE_HOLDER_AT_A_TIME,
                        delivery.id(),
                        "is sent as %s while it stands as %s",
                        delivery,
                        onDisk);
                yield lease.until();
            }
            case DeliveryState.Due _, DeliveryState.Held _ -> {
                ledger.violated(
                        Invariant.LEASE_COVERS_ATTEMPT,
                        delivery.id() + " is sent while it stands as " + onDisk.state());
                yield now;
            }
            case DeliveryState.Delivered _, DeliveryState.Dead _, DeliveryState.Cancelled _ -> {
                ledger.violated(
                        Invariant.FINAL_STAYS_FINAL,
                        delivery.id() + " is sent while it stands as " + onDisk.state());
                yield now;
            }
        };
    }

    private void bounded(Delivery delivery, Track track) {
        Subscription subscription = plan.subscription(delivery.subscription());
        RetryPolicy policy = subscription == null ? RetryPolicy.DEFAULT : subscription.retry();
        int most = policy.attempts();
        if (ledger.wasUndeclared(delivery)) {
            most = Math.max(most, RetryPolicy.DEFAULT.attempts());
        }
        ledger.require(
                track.sends - track.throttled < most,
                Invariant.POLICY_BOUNDS_ATTEMPTS,
                delivery.id(),
                "was sent %d times, %d of them uncounted, and the policy allows %d",
                track.sends,
                track.throttled,
                most);
    }

    private void bytes(Sending sending) {
        Event event = sending.event();
        String id = event.externalId();
        if (id == null) {
            return;
        }
        ledger.require(
                ledger.messages(event.source(), id).stream()
                        .anyMatch(said -> said.body().equals(event.body())),
                Invariant.EXACT_BYTES,
                sending.delivery().id(),
                "is sent with a body that nobody sent as %s",
                id);
    }

    private void heldBack(Delivery delivery, Destination declared, Instant now) {
        String name = delivery.destination();
        int flying = 1;
        for (Track track : ledger.tracks()) {
            Track.Flight other = track.flights.get(process);
            if (other != null && other.destination().equals(name)) {
                if (other.leaseUntil().isAfter(now)) {
                    flying++;
                } else {
                    lostSight(other);
                }
            }
        }
        ledger.require(
                flying <= declared.concurrency(),
                Invariant.CONCURRENCY_IS_KEPT,
                name,
                "has %d attempts in flight, %s is the last",
                flying,
                delivery.id());
        Standing standing = standings.getOrDefault(name, Standing.ACTIVE);
        ledger.require(
                standing.mode() == Standing.Mode.ACTIVE,
                Invariant.STANDING_IS_KEPT,
                delivery.id(),
                "is sent to %s, which is %s",
                name,
                standing);
        String wrong = circuit(name).sent(now);
        if (wrong != null) {
            ledger.violated(
                    Invariant.CIRCUIT_HOLDS_BACK, delivery.id() + " to " + name + " " + wrong);
        }
    }

    private CircuitModel circuit(String destination) {
        return circuits.computeIfAbsent(
                destination, name -> new CircuitModel(plan.destination(name).breaker()));
    }

    private void lostSight(Track.Flight flight) {
        circuit(flight.destination()).lostSight();
    }

    /// An answer comes back, before the engine has it.
    void answered(DeliveryId id, int number, AttemptOutcome outcome) {
        Track track = ledger.track(id);
        Track.Flight flight = track.flights.get(process);
        if (flight == null || flight.number() != number) {
            return;
        }
        Instant now = time.now();
        track.flights.remove(process);
        if (track.answer == null || track.answer.number() < number) {
            track.answer = new Track.Answer(number, outcome, now);
        }
        if (!flight.leaseUntil().isAfter(now)) {
            lostSight(flight);
            return;
        }
        circuit(flight.destination()).ended(flight.generation(), outcome, now);
        if (outcome instanceof AttemptOutcome.Refused(int status, _) && status == 410) {
            standings.put(
                    flight.destination(), new Standing(Standing.Mode.DISABLED, "answered 410"));
        }
    }
}
