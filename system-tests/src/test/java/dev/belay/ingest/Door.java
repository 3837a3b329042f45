package dev.belay.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.Destination;
import dev.belay.catalog.Filter;
import dev.belay.catalog.RetryPolicy;
import dev.belay.catalog.Source;
import dev.belay.catalog.Subscription;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.Ids;
import dev.belay.signal.Signal;
import dev.belay.signature.KeySource;
import dev.belay.signature.Provider;
import dev.belay.signature.Providers;
import dev.belay.signature.Samples;
import dev.belay.signature.Secret;
import dev.belay.signature.SignedRequest;
import dev.belay.testkit.MemoryStore;
import dev.belay.testkit.SettableTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// An [Ingest] with everything around it in the test's hands.
final class Door {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final Secret SECRET = Secret.of("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");

    final SettableTime time = new SettableTime(NOW);
    final HandJournal journal = new HandJournal(new MemoryStore(time));
    final List<Signal> signals = new ArrayList<>();
    final List<Delivery> handedOver = new ArrayList<>();

    /// Thrown by the next hand-overs.
    @Nullable RuntimeException handOverFails;

    /// What senders publish.
    KeySource keys = KeySource.NONE;

    /// What fetches the URLs of handshakes.
    IngestParts.Visits visits = IngestParts.Visits.NONE;

    Catalog catalog;
    private final Ids ids = new Ids(time, 0, 0);
    final Ingest ingest;

    Door(Catalog catalog) {
        this(catalog, IngestLimits.DEFAULT);
    }

    Door(Catalog catalog, IngestLimits limits) {
        this.catalog = catalog;
        IngestParts.HandOver handOver =
                new IngestParts.HandOver() {
                    @Override
                    public DeliveryState of(String destination, int bodyBytes) {
                        return new DeliveryState.Due(time.now());
                    }

                    @Override
                    public void handOver(Event event, List<Delivery> stored) {
                        if (handOverFails != null) {
                            throw handOverFails;
                        }
                        handedOver.addAll(stored);
                    }
                };
        ingest =
                new Ingest(
                        new IngestParts(
                                () -> this.catalog,
                                journal,
                                handOver,
                                new OperationalNotices(
                                        () -> this.catalog, ids::next, time, signals::add),
                                ids::next,
                                time,
                                signals::add,
                                question -> keys.keys(question),
                                url -> visits.fetch(url)),
                        limits);
    }

    static Provider provider(String name) {
        return Providers.named(name).orElseThrow();
    }

    /// A source of the provider's name.
    static Source source(String provider, Secret... secrets) {
        return Source.of(provider, provider(provider), secrets);
    }

    static Catalog catalog(Source... sources) {
        return Catalog.of(List.of(sources), List.of(), List.of());
    }

    static Destination destination(String name) {
        return new Destination.Handler(name, Duration.ofSeconds(1), 1, null, BreakerPolicy.DEFAULT);
    }

    static Subscription subscription(
            String name, String source, List<String> types, @Nullable Filter filter, String to) {
        return new Subscription(name, source, types, filter, to, RetryPolicy.DEFAULT, null);
    }

    static Body body(String text) {
        return Body.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /// A request as the provider sends it, signed now.
    InboundRequest signed(String provider, String text, Secret secret, String id) {
        SignedRequest request =
                Samples.request(
                        provider(provider),
                        null,
                        text.getBytes(StandardCharsets.UTF_8),
                        secret,
                        id,
                        time.wall());
        return new InboundRequest(
                provider, "POST", "", request.headers(), Body.of(request.body()), "192.0.2.7");
    }

    /// The same request with another body, so that its signature no longer fits.
    static InboundRequest forged(InboundRequest request, String text) {
        return new InboundRequest(
                request.source(),
                request.method(),
                request.url(),
                request.headers(),
                body(text),
                request.remoteAddress());
    }

    /// What is answered at once.
    Receipt receive(InboundRequest request) {
        CompletableFuture<Receipt> answer = ingest.receive(request);
        assertThat(answer).as("answered at once").isCompleted();
        return answer.resultNow();
    }

    Receipt.Accepted accepted(InboundRequest request) {
        Receipt receipt = receive(request);
        assertThat(receipt).isInstanceOf(Receipt.Accepted.class);
        return (Receipt.Accepted) receipt;
    }

    Receipt.Duplicate duplicate(InboundRequest request) {
        Receipt receipt = receive(request);
        assertThat(receipt).isInstanceOf(Receipt.Duplicate.class);
        return (Receipt.Duplicate) receipt;
    }

    Event stored(Receipt.Accepted receipt) {
        return journal.store.event(receipt.event()).orElseThrow();
    }

    /// What the journal was told of the rejected, oldest first.
    List<String> reasons() {
        return journal.rejects.stream().map(EventJournal.Reject::reason).toList();
    }

    <T extends Signal> List<T> heard(Class<T> kind) {
        return signals.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
