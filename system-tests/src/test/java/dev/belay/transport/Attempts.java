package dev.belay.transport;

import dev.belay.catalog.AllowedRange;
import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Destination;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Transport.Sending;
import dev.belay.delivery.Transport.Sent;
import dev.belay.event.Body;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.signature.Headers;
import dev.belay.signature.Secret;
import dev.belay.time.SystemTime;
import dev.belay.time.SystemTimers;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocketFactory;

/// A real [HttpTransport], and the pieces of an attempt with usual values.
final class Attempts implements AutoCloseable {
    static final Instant RECEIVED = Instant.parse("2026-01-02T03:04:05Z");
    static final Duration SHORT = Duration.ofMillis(400);
    static final List<AllowedRange> LOOPBACK =
            List.of(AllowedRange.parse("127.0.0.1").orElseThrow());

    static final SSLSocketFactory JDK_TLS = (SSLSocketFactory) SSLSocketFactory.getDefault();

    private final SystemTimers timers = new SystemTimers();
    final HttpTransport transport;

    Attempts() {
        this(
                host -> {
                    throw new java.net.UnknownHostException(host);
                });
    }

    Attempts(Resolver resolver) {
        this(resolver, JDK_TLS);
    }

    Attempts(Resolver resolver, SSLSocketFactory tls) {
        this(resolver, tls, limits(Duration.ofSeconds(5), Duration.ofSeconds(3)));
    }

    Attempts(Resolver resolver, SSLSocketFactory tls, HttpLimits limits) {
        transport =
                new HttpTransport(
                        new HttpTransport.Parts(
                                resolver, tls, new SystemTime(), timers, limits, "Belay/test"));
    }

    /// Limits whose body time is short.
    static HttpLimits limits(Duration lookup, Duration connect) {
        return new HttpLimits(lookup, connect, Duration.ofMillis(300), Duration.ofSeconds(30), 64);
    }

    static Destination.Http to(URI url) {
        return to(url, Duration.ofSeconds(10), List.of(), Headers.empty());
    }

    static Destination.Http to(URI url, Duration timeout) {
        return to(url, timeout, List.of(), Headers.empty());
    }

    static Destination.Http to(URI url, Duration timeout, List<Secret> signing, Headers headers) {
        return new Destination.Http(
                "reviewer",
                url,
                LOOPBACK,
                signing,
                headers,
                timeout,
                Destination.DEFAULT_CONCURRENCY,
                null,
                BreakerPolicy.DEFAULT);
    }

    static Event event(Headers headers, byte[] body) {
        return new Event(
                new EventId(4711), "github", "push", "ext-1", RECEIVED, headers, Body.of(body));
    }

    static Event event() {
        return event(
                Headers.of("Content-Type", "application/json"),
                "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
    }

    static Delivery delivery(Event event, int attempts) {
        return new Delivery(
                new DeliveryId(event.id(), 0),
                "reviewer",
                "all",
                RECEIVED,
                attempts,
                0,
                null,
                new DeliveryState.Due(RECEIVED));
    }

    static Sending sending(Destination destination, Event event) {
        return new Sending(delivery(event, 1), event, destination);
    }

    CompletableFuture<Sent> start(Destination destination) {
        return transport.send(sending(destination, event()));
    }

    Sent send(Destination destination) {
        return send(destination, event());
    }

    /// Sends and waits for the future to complete by itself. The promise is the timeout and a
    /// second; four more are for a busy machine.
    Sent send(Destination destination, Event event) {
        Duration most = destination.timeout().plusSeconds(5);
        try {
            return transport
                    .send(sending(destination, event))
                    .get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no result within " + most, e);
        }
    }

    AttemptOutcome outcome(Destination destination) {
        return send(destination).outcome();
    }

    /// A resolver that leads every name to these addresses.
    static Resolver leadingTo(String... addresses) {
        List<InetAddress> all =
                java.util.Arrays.stream(addresses).map(InetAddress::ofLiteral).toList();
        return host -> all;
    }

    @Override
    public void close() {
        transport.close();
        timers.close();
    }
}
