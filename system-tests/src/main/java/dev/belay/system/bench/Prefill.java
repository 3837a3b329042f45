package dev.belay.system.bench;

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
import dev.belay.event.Ids;
import dev.belay.ingest.DedupeKey;
import dev.belay.ingest.EventJournal.Append;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.signal.SignalListener;
import dev.belay.signature.Headers;
import dev.belay.store.SqliteStore;
import dev.belay.store.StoreOptions;
import dev.belay.time.SystemTime;
import dev.belay.time.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A store with history, written by the store itself: events received and delivered at the first
/// attempt, as the gateway leaves them behind.
final class Prefill {
    private static final int UNDER_WAY = 2_000;
    private static final Duration LEASE = Duration.ofMinutes(3);
    private static final Duration KEY_KEPT = Duration.ofDays(7);

    private final SqliteStore store;
    private final Time time = new SystemTime();
    private final byte[] body;
    private final Headers headers =
            Headers.of(
                    "Host", "hooks.example.com",
                    "User-Agent", "Example-Hooks/2.7",
                    "Accept", "*/*",
                    "Content-Type", "application/json; charset=utf-8",
                    "X-Webhook-Topic", "order.completed",
                    "X-Request-Start", "t=1767225600000",
                    "X-Forwarded-For", "203.0.113.7",
                    "X-Forwarded-Proto", "https");

    private Prefill(SqliteStore store, int bodyBytes) {
        this.store = store;
        this.body = new byte[bodyBytes];
        java.util.Arrays.fill(body, (byte) 'x');
    }

    /// Writes that many events into the store in this directory.
    static void write(Path directory, int events, int bodyBytes) throws InterruptedException {
        Time time = new SystemTime();
        StoreOptions fast = StoreOptions.DEFAULT.withSync(StoreOptions.Sync.NORMAL);
        try (SqliteStore store = SqliteStore.open(directory, fast, time, SignalListener.NONE)) {
            new Prefill(store, bodyBytes).write(events);
        }
    }

    private void write(int events) throws InterruptedException {
        Ids ids = new Ids(time, 0, store.highestId());
        Semaphore room = new Semaphore(UNDER_WAY);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        for (int i = 0; i < events; i++) {
            room.acquire();
            long id = ids.next();
            var _ =
                    store.append(append(id, time.now()))
                            .thenCompose(appended -> settle(id, appended))
                            .whenComplete(
                                    (result, problem) -> {
                                        if (problem != null) {
                                            failure.compareAndSet(null, problem);
                                        }
                                        room.release();
                                    });
        }
        room.acquire(UNDER_WAY);
        Throwable problem = failure.get();
        if (problem != null) {
            throw new IllegalStateException("the history could not be written", problem);
        }
    }

    private Append append(long id, Instant now) {
        String externalId = "before-" + id;
        NewDelivery delivery =
                new NewDelivery(
                        "sink",
                        "sink",
                        null,
                        new DeliveryState.Leased(new Lease(id, now.plus(LEASE))));
        return new Append(
                new Event(
                        new EventId(id),
                        "bench",
                        "order.completed",
                        externalId,
                        now,
                        headers,
                        Body.of(body)),
                DedupeKey.of("bench", externalId),
                now.plus(KEY_KEPT),
                List.of(delivery));
    }

    private CompletableFuture<?> settle(long id, Appended appended) {
        if (!(appended instanceof Appended.Stored(var deliveries))) {
            throw new IllegalStateException("a fresh id was taken for known: " + id);
        }
        Delivery delivery = deliveries.getFirst();
        Attempt attempt =
                new Attempt(
                        delivery.id(),
                        1,
                        time.now(),
                        Duration.ofMillis(1),
                        new AttemptOutcome.Acknowledged(200),
                        new Attempt.Response(
                                Headers.of("Content-Length", "0"), Body.of(new byte[0]), false));
        return store.settle(
                new Settle(delivery, id, attempt, new Settlement.Complete(), List.of()));
    }
}
