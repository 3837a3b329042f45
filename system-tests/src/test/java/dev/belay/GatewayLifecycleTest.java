package dev.belay;

import static dev.belay.Running.NOW;
import static dev.belay.Running.body;
import static dev.belay.Running.http;
import static dev.belay.Running.next;
import static dev.belay.Running.request;
import static dev.belay.Running.shopTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.catalog.Catalog;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex;
import dev.belay.ingest.Receipt;
import dev.belay.signal.Signal;
import dev.belay.testkit.FakeEndpoint;
import dev.belay.testkit.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Declaring anew, closing, opening again, crashing.
class GatewayLifecycleTest {
    private static final HandlerOptions AGENT = HandlerOptions.DEFAULT.with(o -> o.name("agent"));

    @TempDir Path data;
    @TempDir Path copy;

    private final BlockingQueue<EventId> handled = new LinkedBlockingQueue<>();

    private void register(Gateway gateway) {
        gateway.on("shop", "*", AGENT, (event, context) -> handled.add(event.id()));
    }

    private List<EventId> next(int count) throws InterruptedException {
        List<EventId> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(Running.next(handled));
        }
        return all;
    }

    @Test
    void removing_a_destination_makes_dead_letters_of_what_waits_for_it() throws Exception {
        try (FakeEndpoint endpoint = FakeEndpoint.start();
                Running running = new Running(data, shopTo(http("hook", endpoint.uri("/"))))) {
            Catalog before = running.gateway.catalog();
            running.gateway.pause("hook");
            EventId event = running.accepted("1", "{}");
            running.gateway.apply(shopTo());
            assertThat(running.gateway.destination("hook")).isNull();
            awaitState(running, event, new DeliveryState.Dead(NOW, DeadReason.DESTINATION_REMOVED));
            assertThat(running.deliveries(running.accepted("2", "{}"))).isEmpty();

            // Declared again, the dead letter can be replayed.
            running.gateway.apply(before);
            running.gateway.resume("hook");
            running.gateway.replays().event(event);
            running.await(Signal.Delivered.class, 1);
            assertThat(running.states(event)).containsExactly("dead", "delivered");
        }
    }

    /// Burying is under way when `apply` returns, and makes no signal: its commit is waited for by
    /// the next one, since the store commits in order.
    private static void awaitState(Running running, EventId event, DeliveryState state)
            throws InterruptedException {
        List<DeliveryState> seen = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            running.gateway.publish("marker", body("{}"), null);
            seen.add(running.deliveries(event).getFirst().state());
            if (seen.getLast().equals(state)) {
                return;
            }
        }
        assertThat(seen.getLast()).isEqualTo(state);
    }

    @Test
    void handlers_stay_when_something_else_is_declared() throws Exception {
        try (Running running = new Running(data, shopTo())) {
            register(running.gateway);
            running.gateway.apply(Catalog.empty());
            assertThat(running.gateway.receive(request("1", "{}")))
                    .isEqualTo(new Receipt.UnknownSource());
            running.gateway.apply(shopTo());
            EventId event = running.accepted("1", "{}");
            assertThat(Running.next(handled)).isEqualTo(event);
        }
    }

    @Test
    void a_declaration_that_takes_a_handlers_name_changes_nothing() throws Exception {
        try (FakeEndpoint endpoint = FakeEndpoint.start();
                Running running = new Running(data, shopTo())) {
            register(running.gateway);
            Catalog before = running.gateway.catalog();
            Catalog clash = shopTo(http("agent", endpoint.uri("/")));
            assertThatThrownBy(() -> running.gateway.apply(clash))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("agent");
            assertThat(running.gateway.catalog()).isSameAs(before);
            running.accepted("1", "{}");
            Running.next(handled);
            assertThat(endpoint.requests()).isEmpty();
        }
    }

    @Test
    void closing_lets_attempts_under_way_end_and_the_rest_is_delivered_after_opening()
            throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Running running = new Running(data, shopTo())) {
            running.gateway.on(
                    "shop",
                    "*",
                    AGENT.with(o -> o.concurrency(1)),
                    (event, context) -> {
                        begun.countDown();
                        if (!go.await(60, TimeUnit.SECONDS)) {
                            throw new IllegalStateException("nobody let it go on");
                        }
                        handled.add(event.id());
                    });
            List<EventId> events = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                events.add(running.accepted("e" + i, "{}"));
            }
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(running.states(events.getLast())).containsExactly("leased");

            Thread closing = Thread.ofVirtual().start(running.gateway::close);
            // Nothing more is taken from the moment closing has begun.
            Gateway gateway = running.gateway;
            while (gateway.health().ready() && closing.isAlive()) {
                Thread.onSpinWait();
            }
            assertThat(gateway.receive(request("late", "{}")))
                    .isEqualTo(new Receipt.Unavailable(StoreFailure.Kind.CLOSED));
            assertThat(gateway.publish("late", body("{}"), null))
                    .isEqualTo(new Published.Unavailable(StoreFailure.Kind.CLOSED));
            // What has not begun is given back before the attempt under way has ended.
            while (running.states(events.getLast()).contains("leased") && closing.isAlive()) {
                Thread.onSpinWait();
            }
            assertThat(closing.isAlive()).isTrue();
            go.countDown();
            assertThat(closing.join(Running.PATIENCE)).isTrue();
            assertThat(next(1)).containsExactly(events.getFirst());
            assertThat(handled).isEmpty();

            running.reopen(shopTo());
            assertThat(running.outcomes(events.getFirst())).containsExactly("delivered");
            // Given back untried, not lost: this is the first attempt.
            assertThat(running.deliveries(events.getLast()).getFirst().attempts()).isZero();
            register(running.gateway);
            assertThat(next(9)).containsExactlyInAnyOrderElementsOf(events.subList(1, 10));
            running.await(Signal.Delivered.class, 10);
            assertThat(running.outcomes(events.getLast())).containsExactly("delivered");
            assertThat(running.accepted("next", "{}")).isGreaterThan(events.getLast());
        }
    }

    @Test
    void a_retry_waits_through_a_restart_and_is_not_early() throws Exception {
        try (Running running = new Running(data, shopTo())) {
            running.gateway.on(
                    "shop",
                    "*",
                    AGENT,
                    (event, context) -> {
                        throw new IllegalStateException("planted");
                    });
            EventId event = running.accepted("1", "{}");
            running.await(Signal.Retrying.class, 1);
            running.reopen(shopTo());
            register(running.gateway);
            assertThat(running.deliveries(event).getFirst().state())
                    .isEqualTo(new DeliveryState.Due(NOW.plusSeconds(2)));
            running.time.advance(Duration.ofMillis(1_999));
            EventId marker = running.accepted("2", "{}");
            assertThat(Running.next(handled)).isEqualTo(marker);
            running.time.advance(Duration.ofMillis(1));
            assertThat(Running.next(handled)).isEqualTo(event);
        }
    }

    @Test
    void what_a_crash_leaves_is_delivered_by_whoever_opens_the_files() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        try (Running running = new Running(data, shopTo())) {
            register(running.gateway);
            EventId delivered = running.accepted("delivered", "{}");
            running.await(Signal.Delivered.class, 1);
            Running.next(handled);
            running.gateway.on(
                    "shop",
                    "*",
                    HandlerOptions.DEFAULT.with(o -> o.name("slow").concurrency(2)),
                    (event, context) -> {
                        begun.countDown();
                        go.await();
                    });
            List<EventId> events = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                events.add(running.accepted("e" + i, "{\"n\":" + i + "}"));
            }
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            running.await(Signal.Delivered.class, 6);
            copyStore();
            go.countDown();

            BlockingQueue<EventId> slow = new LinkedBlockingQueue<>();
            try (Gateway survivor = Gateway.open(running.config(copy, shopTo()))) {
                register(survivor);
                survivor.on(
                        "shop",
                        "*",
                        HandlerOptions.DEFAULT.with(o -> o.name("slow")),
                        (event, context) -> slow.add(event.id()));
                List<EventId> again = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    again.add(Running.next(slow));
                }
                assertThat(again).containsExactlyInAnyOrderElementsOf(events);
                // What was delivered to the end before the crash is not delivered again.
                assertThat(next(5)).containsExactlyInAnyOrderElementsOf(events);
                assertThat(handled).isEmpty();
                Delivery begunBefore = slowDelivery(survivor.history(), events.getFirst());
                assertThat(
                                survivor.history()
                                        .attempts(begunBefore.id())
                                        .getFirst()
                                        .outcome()
                                        .word())
                        .isEqualTo("lease_lost");
                assertThat(survivor.receive(request("delivered", "{}")))
                        .isInstanceOfSatisfying(
                                Receipt.Duplicate.class,
                                receipt -> assertThat(receipt.first()).isEqualTo(delivered));
            }
        }
    }

    private static Delivery slowDelivery(HistoryIndex history, EventId event) {
        return history.deliveriesOf(event).stream()
                .filter(delivery -> delivery.destination().equals("slow"))
                .findFirst()
                .orElseThrow();
    }

    private void copyStore() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(data)) {
            files =
                    all.filter(file -> file.getFileName().toString().startsWith("belay.db"))
                            .toList();
        }
        for (Path file : files) {
            Files.copy(file, copy.resolve(file.getFileName()));
        }
    }

    @Test
    void a_directory_belongs_to_one_gateway_until_it_is_closed() {
        try (Running running = new Running(data, shopTo())) {
            GatewayConfig same = running.config(data, shopTo());
            assertThatThrownBy(() -> Gateway.open(same))
                    .isInstanceOf(StoreFailure.class)
                    .hasMessageContaining("in use")
                    .hasMessageContaining(data.toString());
            running.accepted("1", "{}");
            running.gateway.close();
            running.gateway.close();
            assertThatThrownBy(() -> running.gateway.pause("x")).isInstanceOf(StoreFailure.class);
            try (Gateway next = Gateway.open(same)) {
                assertThat(next.health()).isEqualTo(new Health(true, ""));
                assertThat(next.receive(request("1", "{}"))).isInstanceOf(Receipt.Duplicate.class);
            }
        }
    }

    @Test
    void what_waits_for_the_undeclared_is_buried_when_asked_for() throws Exception {
        try (FakeEndpoint endpoint = FakeEndpoint.start();
                Running running =
                        new Running(
                                data,
                                shopTo(
                                        http("gone", endpoint.uri("/")),
                                        http("kept", endpoint.uri("/"))))) {
            running.gateway.pause("gone");
            running.gateway.pause("kept");
            EventId event = running.accepted("1", "{}");
            running.reopen(shopTo(http("kept", endpoint.uri("/"))));
            assertThat(running.gateway.buryUndeclared()).containsExactly("gone");
            awaitState(running, event, new DeliveryState.Dead(NOW, DeadReason.DESTINATION_REMOVED));
            assertThat(running.states(event)).containsExactly("dead", "due");
            assertThat(running.gateway.buryUndeclared()).isEmpty();
        }
    }

    @Test
    void a_destination_that_is_declared_later_gets_what_waited_for_it() throws Exception {
        try (FakeEndpoint endpoint = FakeEndpoint.start();
                Running running = new Running(data, shopTo(http("hook", endpoint.uri("/"))))) {
            running.gateway.pause("hook");
            EventId event = running.accepted("1", "{}");
            running.reopen(shopTo());
            running.gateway.resume("hook");
            assertThat(running.states(event)).containsExactly("due");
            running.gateway.apply(shopTo(http("hook", endpoint.uri("/"))));
            running.await(Signal.Delivered.class, 1);
        }
    }

    @Test
    void a_store_of_the_callers_is_used_told_of_and_closed() {
        Running running = new Running(data, shopTo());
        running.close();
        MemoryStore memory = new MemoryStore(running.time);
        CompletableFuture<String> failure = new CompletableFuture<>();
        CountDownLatch closed = new CountDownLatch(2);
        Stores stores =
                new Stores(
                        memory,
                        memory,
                        memory,
                        memory,
                        () -> failure.getNow(null),
                        closed::countDown);
        Path untouched = data.resolve("none");
        try (Gateway gateway = Gateway.open(running.config(untouched, shopTo()), stores)) {
            assertThat(gateway.receive(request("1", "{}"))).isInstanceOf(Receipt.Accepted.class);
            assertThat(memory.stats().events()).isEqualTo(1);
            failure.complete("a sync failed");
            assertThat(gateway.health().ready()).isFalse();
            assertThat(gateway.health().reason()).contains("a sync failed");
        }
        assertThat(closed.getCount()).isEqualTo(1);
        assertThat(untouched).doesNotExist();

        // A gateway that cannot be made closes it too.
        GatewayConfig wrong = GatewayConfig.at(untouched).node(-1).build();
        assertThatThrownBy(() -> Gateway.open(wrong, stores))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(closed.getCount()).isZero();
    }
}
