package dev.belay.system.torture;

import dev.belay.delivery.Attempt;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.Settle;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.Settlement;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.ingest.DedupeKey;
import dev.belay.ingest.EventJournal.Append;
import dev.belay.signature.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/// Events that can be told from their id alone: what was appended under it, byte for byte.
final class Appends {
    private static final Duration LEASE = Duration.ofMinutes(3);
    private static final Duration KEY_KEPT = Duration.ofDays(7);

    private Appends() {}

    static Append append(long id, Instant now) {
        EventId event = new EventId(id);
        String externalId = "cut-" + id;
        return new Append(
                new Event(
                        event,
                        "shop",
                        "order.placed",
                        externalId,
                        now,
                        Headers.of("Content-Type", "application/octet-stream"),
                        body(id)),
                DedupeKey.of("shop", externalId),
                now.plus(KEY_KEPT),
                List.of(
                        new NewDelivery(
                                "steady",
                                "steady",
                                null,
                                new DeliveryState.Leased(new Lease(id, now.plus(LEASE))))));
    }

    /// Up to 3,000 bytes that follow from the id.
    static Body body(long id) {
        SplittableRandom random = new SplittableRandom(id);
        byte[] bytes = new byte[1 + random.nextInt(3_000)];
        random.nextBytes(bytes);
        return Body.of(bytes);
    }

    /// Its one delivery was delivered at the first attempt.
    static Settle delivered(long id, Delivery delivery, Instant now) {
        Attempt attempt =
                new Attempt(
                        delivery.id(),
                        1,
                        now,
                        Duration.ofMillis(1),
                        new AttemptOutcome.Acknowledged(200),
                        null);
        return new Settle(delivery, id, attempt, new Settlement.Complete(), List.of());
    }
}
