package dev.belay.store.contract;

import dev.belay.delivery.Attempt;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.Settle;
import dev.belay.delivery.DeliveryQueue.SettleResult;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.Settlement;
import dev.belay.event.Body;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.event.Ids;
import dev.belay.ingest.DedupeKey;
import dev.belay.ingest.EventJournal.Append;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.signature.Headers;
import dev.belay.testkit.SettableTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A store under test with its clock, and short ways to put something in.
public final class Stock {
    /// What the clock says first.
    public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    /// How long keys are remembered.
    public static final Duration KEY_KEPT = Duration.ofDays(7);

    /// How long a lease is.
    public static final Duration LEASE = Duration.ofMinutes(3);

    private final SettableTime time;
    private final Ids ids;
    private Ports ports;
    private long tokens = 1_000;

    public Stock(SettableTime time, Ports ports) {
        this.time = time;
        this.ports = ports;
        ids = new Ids(time, 0, 0);
    }

    /// The ports of the same store, opened again.
    public void reopened(Ports again) {
        ports = again;
    }

    public Ports ports() {
        return ports;
    }

    public Instant now() {
        return time.now();
    }

    public void advance(Duration duration) {
        time.advance(duration);
    }

    /// A token that no lease has had.
    public Lease lease() {
        return new Lease(++tokens, now().plus(LEASE));
    }

    public EventId id() {
        return new EventId(ids.next());
    }

    /// An event of the source `shop`.
    public Event event(@Nullable String externalId, String body) {
        return event("shop", "order.paid", externalId, body);
    }

    public Event event(
            String source, @Nullable String type, @Nullable String externalId, String body) {
        return new Event(
                id(),
                source,
                type,
                externalId,
                now(),
                Headers.of("content-type", "application/json"),
                Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    /// An append under the key of the external id, if there is one.
    public static Append append(Event event, NewDelivery... deliveries) {
        String externalId = event.externalId();
        return new Append(
                event,
                externalId == null ? null : DedupeKey.of(event.source(), externalId),
                event.receivedAt().plus(KEY_KEPT),
                List.of(deliveries));
    }

    /// Stores an event that has to be new.
    public List<Delivery> store(Event event, NewDelivery... deliveries) {
        return stored(ports.journal().append(append(event, deliveries)).join());
    }

    public static List<Delivery> stored(Appended appended) {
        return switch (appended) {
            case Appended.Stored(List<Delivery> deliveries) -> deliveries;
            case Appended.AlreadySeen seen -> throw new AssertionError("known already: " + seen);
        };
    }

    /// A delivery of an event of its own, due at a time.
    public Delivery due(String destination, Instant at) {
        return store(event(null, "{}"), to(destination, new DeliveryState.Due(at))).getFirst();
    }

    /// A delivery of an event of its own, claimed with a lease of its own.
    public Delivery leased(String destination) {
        DeliveryState state = new DeliveryState.Leased(lease());
        return store(event(null, "{}"), to(destination, state)).getFirst();
    }

    public Delivery held(String destination) {
        DeliveryState state = new DeliveryState.Held("order");
        return store(event(null, "{}"), to(destination, state)).getFirst();
    }

    public Delivery dead(String destination, DeadReason reason) {
        DeliveryState state = new DeliveryState.Dead(now(), reason);
        return store(event(null, "{}"), to(destination, state)).getFirst();
    }

    public Delivery delivered(String destination) {
        Delivery delivery = leased(destination);
        settle(delivery, new Settlement.Complete());
        return stands(delivery.id());
    }

    public static NewDelivery to(String destination, DeliveryState state) {
        return new NewDelivery(destination, "to-" + destination, null, state);
    }

    public List<Delivery> claim(String destination, int limit) {
        return ports.queue().claim(destination, limit, now(), lease()).join();
    }

    /// Settles a claimed delivery under its own token, as tried at this moment.
    public SettleResult settle(Delivery claimed, Settlement settlement) {
        return ports.queue().settle(settlementOf(claimed, settlement)).join();
    }

    public Settle settlementOf(Delivery claimed, Settlement settlement) {
        AttemptOutcome outcome =
                settlement instanceof Settlement.Complete
                        ? new AttemptOutcome.Acknowledged(200)
                        : new AttemptOutcome.TimedOut();
        return new Settle(
                claimed, token(claimed), attempt(claimed, outcome), settlement, List.of());
    }

    public Attempt attempt(Delivery claimed, AttemptOutcome outcome) {
        return new Attempt(
                claimed.id(), claimed.attempts(), now(), Duration.ofMillis(7), outcome, null);
    }

    public static long token(Delivery claimed) {
        return switch (claimed.state()) {
            case DeliveryState.Leased(Lease lease) -> lease.token();
            default -> throw new AssertionError("not leased: " + claimed);
        };
    }

    /// How a delivery stands in the store.
    public Delivery stands(DeliveryId id) {
        return ports.history().delivery(id).orElseThrow();
    }

    /// What the attempts on record ended with, in words.
    public List<String> outcomes(DeliveryId id) {
        return ports.history().attempts(id).stream().map(a -> a.outcome().word()).toList();
    }

    /// Waits until what was handed in before without a future has been stored or dropped.
    public void drain() {
        store(event(null, "drain"));
    }
}
