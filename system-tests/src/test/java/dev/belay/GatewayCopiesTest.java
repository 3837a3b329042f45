package dev.belay;

import static dev.belay.Running.request;
import static dev.belay.Running.shopTo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.ingest.Receipt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Copies of one event that come at the same time, on a real SQLite file.
class GatewayCopiesTest {
    private static final int COPIES = 1_000;

    @TempDir Path data;

    private final AtomicInteger handled = new AtomicInteger();

    private void register(Gateway gateway) {
        gateway.on("shop", "*", (event, context) -> handled.incrementAndGet());
    }

    private static List<Receipt> atOnce(int count, Callable<Receipt> receive) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<Future<Receipt>> futures = new ArrayList<>();
        List<Receipt> receipts = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                futures.add(
                        threads.submit(
                                () -> {
                                    go.await();
                                    return receive.call();
                                }));
            }
            go.countDown();
            for (Future<Receipt> future : futures) {
                receipts.add(future.get(60, TimeUnit.SECONDS));
            }
        }
        return receipts;
    }

    private static List<EventId> duplicates(List<Receipt> receipts) {
        return receipts.stream()
                .filter(Receipt.Duplicate.class::isInstance)
                .map(receipt -> ((Receipt.Duplicate) receipt).first())
                .toList();
    }

    @Test
    void a_thousand_copies_are_one_event_and_again_after_a_restart() throws Exception {
        try (Running running = new Running(data, shopTo())) {
            register(running.gateway);
            Gateway first = running.gateway;
            List<Receipt> receipts = atOnce(COPIES, () -> first.receive(request("same", "{}")));
            List<Receipt.Accepted> accepted =
                    receipts.stream()
                            .filter(Receipt.Accepted.class::isInstance)
                            .map(Receipt.Accepted.class::cast)
                            .toList();
            assertThat(accepted).hasSize(1);
            EventId event = accepted.getFirst().event();
            assertThat(duplicates(receipts)).hasSize(COPIES - 1).containsOnly(event);
            assertThat(receipts.stream().filter(Receipt.Duplicate.class::isInstance))
                    .allMatch(receipt -> ((Receipt.Duplicate) receipt).sameBody());

            running.reopen(shopTo());
            register(running.gateway);
            Gateway second = running.gateway;
            assertThat(duplicates(atOnce(COPIES, () -> second.receive(request("same", "{}")))))
                    .hasSize(COPIES)
                    .containsOnly(event);
            assertThat(second.history().events(EventQuery.ALL, 10, null).items()).hasSize(1);
            running.await(dev.belay.signal.Signal.Delivered.class, 1);
            assertThat(running.deliveries(event)).hasSize(1);
            assertThat(handled).hasValue(1);
        }
    }

    @Test
    void a_thousand_different_events_are_a_thousand_each_delivered_once() throws Exception {
        try (Running running = new Running(data, shopTo())) {
            register(running.gateway);
            AtomicInteger number = new AtomicInteger();
            List<Receipt> receipts =
                    atOnce(
                            COPIES,
                            () ->
                                    running.gateway.receive(
                                            request("e" + number.incrementAndGet(), "{}")));
            Set<EventId> ids = new HashSet<>();
            for (Receipt receipt : receipts) {
                assertThat(receipt).isInstanceOf(Receipt.Accepted.class);
                ids.add(((Receipt.Accepted) receipt).event());
            }
            assertThat(ids).hasSize(COPIES);
            running.await(dev.belay.signal.Signal.Delivered.class, COPIES);
            assertThat(handled).hasValue(COPIES);
        }
    }

    @Test
    void of_copies_with_different_bodies_one_is_kept_and_every_other_flagged() throws Exception {
        try (Running running = new Running(data, shopTo())) {
            AtomicInteger number = new AtomicInteger();
            List<Receipt> receipts =
                    atOnce(
                            100,
                            () ->
                                    running.gateway.receive(
                                            request(
                                                    "same",
                                                    "{\"n\":%d}"
                                                            .formatted(number.incrementAndGet()))));
            assertThat(receipts).filteredOn(Receipt.Accepted.class::isInstance).hasSize(1);
            assertThat(receipts.stream().filter(Receipt.Duplicate.class::isInstance))
                    .hasSize(99)
                    .noneMatch(receipt -> ((Receipt.Duplicate) receipt).sameBody());
        }
    }
}
