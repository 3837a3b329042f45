package dev.belay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.Destination;
import dev.belay.catalog.RetryPolicy;
import dev.belay.catalog.Subscription;
import dev.belay.event.Body;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.signature.Headers;
import dev.belay.time.SystemTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Many receivers, answers on other threads, a driver that sleeps between turns.
class DispatcherThreadsTest {
    private static final int RECEIVERS = 8;
    private static final int EACH = 2_000;
    private static final int CONCURRENCY = 5;

    private final HandQueue queue = new HandQueue();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final Map<DeliveryId, Integer> sent = new ConcurrentHashMap<>();

    private static Catalog catalog() {
        List<Destination> destinations = new ArrayList<>();
        List<Subscription> subscriptions = new ArrayList<>();
        for (String name : List.of("one", "two")) {
            destinations.add(
                    new Destination.Handler(
                            name,
                            Duration.ofSeconds(10),
                            CONCURRENCY,
                            null,
                            new BreakerPolicy(1_000_000, Duration.ofSeconds(1), 1)));
            subscriptions.add(
                    new Subscription(
                            name,
                            Event.BUILT_IN_SOURCE,
                            List.of(),
                            null,
                            name,
                            new RetryPolicy(
                                    3, Duration.ofMillis(20), 1, Duration.ofMillis(20), 0.1),
                            null));
        }
        return Catalog.of(List.of(), destinations, subscriptions);
    }

    private Transport.Sent answer(Transport.Sending sending) {
        int times = sent.merge(sending.delivery().id(), 1, Integer::sum);
        inFlight.decrementAndGet();
        boolean fails = times == 1 && sending.delivery().id().event().value() % 7 == 0;
        return new Transport.Sent(
                fails ? new AttemptOutcome.Refused(500, null) : HandTransport.OK, null);
    }

    @Test
    @Timeout(60)
    void each_delivery_goes_out_as_often_as_it_must_and_never_too_many_at_once() throws Exception {
        Catalog catalog = catalog();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Transport transport =
                    sending -> {
                        most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                        return CompletableFuture.supplyAsync(() -> answer(sending), threads);
                    };
            Dispatcher dispatcher =
                    new Dispatcher(
                            new DispatcherParts(
                                    () -> catalog,
                                    queue,
                                    transport,
                                    Notices.NONE,
                                    new SystemTime(),
                                    new SplittableRandom(3),
                                    ids::incrementAndGet,
                                    signal -> {},
                                    new World.HandStandings(new ConcurrentHashMap<>()),
                                    Wakeups.NONE,
                                    threads),
                            DispatcherLimits.DEFAULT);
            Thread driver =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        while (!Thread.currentThread().isInterrupted()) {
                                            LockSupport.parkNanos(dispatcher.turn().toNanos());
                                        }
                                    });
            dispatcher.onWork(() -> LockSupport.unpark(driver));
            List<Future<?>> receivers = new ArrayList<>();
            for (int i = 0; i < RECEIVERS; i++) {
                receivers.add(threads.submit(() -> receive(dispatcher)));
            }
            for (Future<?> receiver : receivers) {
                receiver.get();
            }
            while (queue.count(DeliveryState.Delivered.class) < RECEIVERS * EACH) {
                LockSupport.parkNanos(1_000_000);
            }
            dispatcher.close();
            driver.interrupt();
            driver.join();
        }
        assertThat(most.get()).isBetween(2, 2 * CONCURRENCY);
        sent.forEach(
                (id, times) ->
                        assertThat(times)
                                .as(id.toString())
                                .isEqualTo(id.event().value() % 7 == 0 ? 2 : 1));
        assertThat(queue.lost).isEmpty();
    }

    private void receive(Dispatcher dispatcher) {
        SystemTime time = new SystemTime();
        for (int i = 0; i < EACH; i++) {
            Event event =
                    new Event(
                            new EventId(ids.incrementAndGet()),
                            Event.BUILT_IN_SOURCE,
                            null,
                            null,
                            time.now(),
                            Headers.empty(),
                            Body.of(new byte[100]));
            String destination = i % 2 == 0 ? "one" : "two";
            DeliveryState state = dispatcher.firstState(destination, 100);
            Delivery delivery =
                    queue.add(
                            event,
                            new Delivery(
                                    new DeliveryId(event.id(), 0),
                                    destination,
                                    destination,
                                    time.now(),
                                    state instanceof DeliveryState.Leased ? 1 : 0,
                                    0,
                                    null,
                                    state));
            dispatcher.handOver(event, List.of(delivery));
        }
    }
}
