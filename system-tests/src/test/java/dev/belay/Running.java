package dev.belay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.AllowedRange;
import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.Destination;
import dev.belay.catalog.RetryPolicy;
import dev.belay.catalog.Source;
import dev.belay.catalog.Subscription;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DispatcherLimits;
import dev.belay.event.Body;
import dev.belay.event.EventId;
import dev.belay.ingest.InboundRequest;
import dev.belay.ingest.Receipt;
import dev.belay.signal.Signal;
import dev.belay.signature.Headers;
import dev.belay.signature.Providers;
import dev.belay.signature.Secret;
import dev.belay.testkit.SettableTime;
import dev.belay.time.SystemTime;
import dev.belay.time.Time;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A gateway on a real SQLite file. Its clock stands still until the test moves it, and what it
/// does then it does at once: its dispatcher looks at the clock every few milliseconds.
final class Running implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final Secret SIGNING = Secret.of("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final Source SHOP = Source.of("shop", Providers.named("none").orElseThrow());

    private static final Time REAL = new SystemTime();

    final SettableTime time = new SettableTime(NOW);
    final Path data;
    Gateway gateway;

    // Guarded by itself.
    private final List<Signal> signals = new ArrayList<>();

    Running(Path data, Catalog catalog) {
        this.data = data;
        gateway = Gateway.open(config(data, catalog));
    }

    /// The configuration of every gateway here.
    GatewayConfig config(Path directory, Catalog catalog) {
        DispatcherLimits usual = DispatcherLimits.DEFAULT;
        return GatewayConfig.at(directory)
                .catalog(catalog)
                .time(time)
                .random(() -> 0)
                .signals(this::hear)
                .dispatcher(
                        new DispatcherLimits(
                                usual.lease(),
                                usual.laneCapacity(),
                                usual.handOverBytes(),
                                Duration.ofMillis(5),
                                usual.poisonAfter(),
                                usual.maxRetryAfter(),
                                usual.maxThrottled()))
                .build();
    }

    /// Closes the gateway and opens another one on the same data.
    void reopen(Catalog catalog) {
        gateway.close();
        gateway = Gateway.open(config(data, catalog));
    }

    static Destination.Http http(String name, URI url, BreakerPolicy breaker) {
        return new Destination.Http(
                name,
                url,
                List.of(AllowedRange.parse("127.0.0.1/32").orElseThrow()),
                List.of(SIGNING),
                Headers.of("X-Extra", "yes"),
                Duration.ofSeconds(10),
                4,
                null,
                breaker);
    }

    static Destination.Http http(String name, URI url) {
        return http(name, url, BreakerPolicy.DEFAULT);
    }

    /// A subscription of the destination's name to everything of a source.
    static Subscription all(String source, String destination) {
        return new Subscription(
                destination, source, List.of(), null, destination, RetryPolicy.DEFAULT, null);
    }

    /// The source `shop`, and these destinations with everything of it.
    static Catalog shopTo(Destination... destinations) {
        List<Subscription> subscriptions = new ArrayList<>();
        for (Destination destination : destinations) {
            subscriptions.add(all("shop", destination.name()));
        }
        return Catalog.of(List.of(SHOP), List.of(destinations), subscriptions);
    }

    static Body body(String text) {
        return Body.of(text.getBytes(StandardCharsets.UTF_8));
    }

    static InboundRequest request(String id, String text) {
        return new InboundRequest(
                "shop",
                "POST",
                "",
                Headers.of("X-Webhook-Id", id, "Content-Type", "application/json"),
                body(text),
                "192.0.2.7");
    }

    /// Has an event of the source `shop` accepted.
    EventId accepted(String id, String text) {
        return accepted(request(id, text));
    }

    EventId accepted(InboundRequest request) {
        Receipt receipt = gateway.receive(request);
        assertThat(receipt).isInstanceOf(Receipt.Accepted.class);
        return ((Receipt.Accepted) receipt).event();
    }

    private void hear(Signal signal) {
        synchronized (signals) {
            signals.add(signal);
            signals.notifyAll();
        }
    }

    /// What was heard so far of this kind.
    <T extends Signal> List<T> heard(Class<T> kind) {
        synchronized (signals) {
            return signals.stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }

    /// Waits until so many signals of a kind fit, and returns them.
    <T extends Signal> List<T> await(Class<T> kind, int count, Predicate<T> fits)
            throws InterruptedException {
        long until = REAL.nanos() + PATIENCE.toNanos();
        synchronized (signals) {
            while (true) {
                List<T> found = heard(kind).stream().filter(fits).toList();
                if (found.size() >= count) {
                    return found;
                }
                long left = until - REAL.nanos();
                assertThat(left).as("%d of %s in %s", count, kind, signals).isPositive();
                TimeUnit.NANOSECONDS.timedWait(signals, left);
            }
        }
    }

    <T extends Signal> List<T> await(Class<T> kind, int count) throws InterruptedException {
        return await(kind, count, signal -> true);
    }

    /// The next of a queue.
    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).as("something within %s", PATIENCE).isNotNull();
        return next;
    }

    List<Delivery> deliveries(EventId event) {
        return gateway.history().deliveriesOf(event);
    }

    /// The states of an event's deliveries.
    List<String> states(EventId event) {
        return deliveries(event).stream().map(delivery -> delivery.state().word()).toList();
    }

    /// The outcomes of the attempts of an event's first delivery.
    List<String> outcomes(EventId event) {
        return gateway.history().attempts(deliveries(event).getFirst().id()).stream()
                .map(attempt -> attempt.outcome().word())
                .toList();
    }

    @Override
    public void close() {
        gateway.close();
    }
}
