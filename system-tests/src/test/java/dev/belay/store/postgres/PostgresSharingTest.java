package dev.belay.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.belay.Gateway;
import dev.belay.GatewayConfig;
import dev.belay.Published;
import dev.belay.Stores;
import dev.belay.catalog.AllowedRange;
import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.Destination;
import dev.belay.catalog.RetryPolicy;
import dev.belay.catalog.Subscription;
import dev.belay.delivery.DispatcherLimits;
import dev.belay.delivery.Wakeups;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.signal.Signal;
import dev.belay.signature.Headers;
import dev.belay.time.SystemTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two gateways on one database that keep a destination's limit and circuit together. Their clock
/// is moved by hand; the database's and their signs of life go by themselves.
class PostgresSharingTest {
    private static final SystemTime REAL = new SystemTime();
    private static final long PATIENCE = Duration.ofSeconds(60).toNanos();
    private static final Duration STEP = Duration.ofMillis(20);

    private final Fixture fixture = new Fixture();
    private final Receiver receiver = new Receiver();
    private final List<Node> nodes = new ArrayList<>();
    @TempDir private Path directory;

    @AfterEach
    void closes() {
        receiver.close();
        nodes.forEach(node -> node.gateway.close());
        fixture.close();
    }

    @Test
    void a_limit_of_one_is_kept_while_a_second_node_arrives_and_both_deliver() throws Exception {
        List<String> names = List.of("a", "b", "c", "d", "e", "f");
        Catalog catalog = catalog(names, 1, BreakerPolicy.DEFAULT);
        Node one = open("one", catalog);
        publish(one, 5);
        Node two = open("two", catalog);
        publish(one, 5);
        publish(two, 5);
        until(() -> receiver.answered.get() == names.size() * 15);
        assertThat(receiver.most.values()).containsOnly(1);
        until(() -> one.sent() > 0 && two.sent() > 0);
        assertThat(one.sent() + two.sent()).isEqualTo(names.size() * 15);
    }

    @Test
    void a_circuit_opened_on_one_node_is_open_on_the_other_one_probes_and_both_close()
            throws Exception {
        BreakerPolicy policy = new BreakerPolicy(2, Duration.ofMinutes(1), 1);
        Catalog catalog = catalog(List.of("hook"), 8, policy);
        Node one = open("one", catalog);
        Node two = open("two", catalog);
        // The second may only deliver, and so probe, when the first has made room for it.
        passSeconds(60);
        receiver.status = 500;
        publish(one, 2);
        until(() -> circuit(one).equals("open") && circuit(two).equals("open"));
        assertThat(two.sent()).isZero();

        receiver.status = 200;
        receiver.holds = true;
        publish(two, 4);
        // The reset, by the nodes' clock and by the database's.
        passSeconds(59);
        assertThat(receiver.answered.get()).isEqualTo(2);
        fixture.run("UPDATE belay.circuit SET opens_at = clock_timestamp()");
        passSeconds(2);
        until(() -> receiver.inFlight.get() == 1);
        int begun = one.sent() + two.sent();
        // Time enough for the other to have asked for leave, and to have looked, many times.
        passSeconds(5);
        assertThat(one.sent() + two.sent()).isEqualTo(begun);
        assertThat(List.of(circuit(one), circuit(two)))
                .containsExactlyInAnyOrder("open", "half_open");

        receiver.release();
        until(() -> circuit(one).equals("closed") && circuit(two).equals("closed"));
        until(() -> receiver.answered.get() == 2 + 6);
    }

    private String circuit(Node node) {
        return node.gateway.destination("hook").circuit().state();
    }

    /// A gateway and what it has sent.
    private static final class Node {
        final PostgresStore store;
        final List<Signal.AttemptStarted> started = Collections.synchronizedList(new ArrayList<>());
        Gateway gateway;

        Node(PostgresStore store) {
            this.store = store;
        }

        int sent() {
            return started.size();
        }
    }

    private Node open(String name, Catalog catalog) {
        PostgresOptions options = fixture.options();
        PostgresOptions.Limits usual = options.limits();
        PostgresStore store =
                fixture.open(
                        options.withLimits(
                                new PostgresOptions.Limits(
                                        usual.connect(),
                                        usual.statement(),
                                        usual.lock(),
                                        usual.idle(),
                                        usual.socket(),
                                        Duration.ofMillis(10))),
                        name);
        Node node = new Node(store);
        DispatcherLimits limits = DispatcherLimits.DEFAULT;
        GatewayConfig config =
                GatewayConfig.at(directory.resolve(name))
                        .catalog(catalog)
                        .time(fixture.time)
                        .signals(
                                signal -> {
                                    if (signal instanceof Signal.AttemptStarted started) {
                                        node.started.add(started);
                                    }
                                })
                        .dispatcher(
                                new DispatcherLimits(
                                        limits.lease(),
                                        limits.laneCapacity(),
                                        limits.handOverBytes(),
                                        Duration.ofMillis(5),
                                        limits.poisonAfter(),
                                        limits.maxRetryAfter(),
                                        limits.maxThrottled()))
                        .build();
        node.gateway =
                Gateway.open(
                        config,
                        new Stores(
                                store,
                                store,
                                store,
                                store,
                                Wakeups.NONE,
                                store::failure,
                                store::close,
                                store.node(),
                                "",
                                store.sharing()));
        nodes.add(node);
        return node;
    }

    private Catalog catalog(List<String> names, int concurrency, BreakerPolicy breaker) {
        List<Destination> destinations = new ArrayList<>();
        List<Subscription> subscriptions = new ArrayList<>();
        for (String name : names) {
            destinations.add(
                    new Destination.Http(
                            name,
                            receiver.uri("/" + name),
                            List.of(AllowedRange.parse("127.0.0.1/32").orElseThrow()),
                            List.of(),
                            Headers.empty(),
                            Duration.ofSeconds(30),
                            concurrency,
                            null,
                            breaker));
            subscriptions.add(
                    new Subscription(
                            name,
                            Event.PUBLISHED_SOURCE,
                            List.of(),
                            null,
                            name,
                            RetryPolicy.DEFAULT,
                            null));
        }
        return Catalog.of(List.of(), destinations, subscriptions);
    }

    private static void publish(Node node, int events) {
        for (int i = 0; i < events; i++) {
            assertThat(
                            node.gateway.publish(
                                    "order.paid",
                                    Body.of("{}".getBytes(StandardCharsets.UTF_8)),
                                    null))
                    .isInstanceOf(Published.Accepted.class);
        }
    }

    /// Lets time pass, in steps short enough for every node to give signs of life meanwhile.
    private void passSeconds(int seconds) {
        for (int i = 0; i < seconds; i++) {
            fixture.time.advance(Duration.ofSeconds(1));
            seen();
        }
    }

    private void until(BooleanSupplier condition) {
        long deadline = REAL.nanos() + PATIENCE;
        while (!condition.getAsBoolean()) {
            assertThat(REAL.nanos()).as("patience").isLessThan(deadline);
            fixture.time.advance(STEP);
            seen();
            LockSupport.parkNanos(1_000_000);
        }
    }

    /// Waits until every node has given a sign of life at the present time.
    private void seen() {
        long now = fixture.time.nanos();
        long deadline = REAL.nanos() + PATIENCE;
        for (Node node : nodes) {
            while (node.store.sharing().members().get().signAt() < now) {
                assertThat(REAL.nanos()).as("patience").isLessThan(deadline);
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /// Counts the requests that are under way at once.
    private static final class Receiver {
        final Map<String, AtomicInteger> now = new ConcurrentHashMap<>();
        final Map<String, Integer> most = new ConcurrentHashMap<>();
        final AtomicInteger inFlight = new AtomicInteger();
        final AtomicInteger answered = new AtomicInteger();
        volatile int status = 200;
        volatile boolean holds;
        private final Semaphore held = new Semaphore(0);
        private final HttpServer server;

        Receiver() {
            try {
                server =
                        HttpServer.create(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", this::handle);
            server.start();
        }

        private void handle(HttpExchange exchange) throws IOException {
            String path = exchange.getRequestURI().getPath();
            AtomicInteger count = now.computeIfAbsent(path, _ -> new AtomicInteger());
            most.merge(path, count.incrementAndGet(), Math::max);
            inFlight.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            if (holds) {
                held.acquireUninterruptibly();
            } else {
                // Long enough to be met by another, had it been sent.
                LockSupport.parkNanos(5_000_000);
            }
            inFlight.decrementAndGet();
            count.decrementAndGet();
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
            answered.incrementAndGet();
        }

        void release() {
            holds = false;
            held.release(1_000);
        }

        URI uri(String path) {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
        }

        void close() {
            release();
            server.stop(0);
        }
    }
}
