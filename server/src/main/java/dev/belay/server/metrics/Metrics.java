package dev.belay.server.metrics;

import dev.belay.catalog.Catalog;
import dev.belay.delivery.DeadReason;
import dev.belay.signal.Signal;
import dev.belay.signal.SignalListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// Counts signals for Prometheus. Label values come from declared names and fixed words only: what
/// a stranger sends never becomes a label.
public final class Metrics implements SignalListener {
    /// Stands for every name that is not declared.
    private static final String OTHER = "other";

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Supplier<Catalog> catalog;
    private final Map<String, OfSource> sources = new ConcurrentHashMap<>();
    private final Map<String, OfDestination> destinations = new ConcurrentHashMap<>();
    private final Timer commitTime;
    private final DistributionSummary commitSize;
    private final Counter troubles;

    /// @param catalog names the sources and destinations that get labels of their own
    public Metrics(Supplier<Catalog> catalog) {
        this.catalog = catalog;
        commitTime =
                Timer.builder("belay.commit")
                        .description("Time of a group commit, sync included")
                        .serviceLevelObjectives(millis(1, 2, 5, 10, 20, 50, 100, 500, 2000))
                        .register(registry);
        commitSize =
                DistributionSummary.builder("belay.commit.operations")
                        .description("Operations in a group commit")
                        .serviceLevelObjectives(1, 4, 16, 64, 256, 1024, 4096)
                        .register(registry);
        troubles =
                Counter.builder("belay.troubles")
                        .description("Failures that no event is to blame for")
                        .register(registry);
    }

    /// Adds a gauge without labels, read when metrics are. What it reads is kept.
    public <T> Metrics gauge(String name, String description, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value)
                .description(description)
                .strongReference(true)
                .register(registry);
        return this;
    }

    /// Everything, as Prometheus reads it.
    public String text() {
        return registry.scrape();
    }

    @Override
    public void on(Signal signal) {
        switch (signal) {
            case Signal.Received(String source) -> source(source).received.increment();
            case Signal.Verified _ -> {}
            case Signal.Rejected(String source, String reason) ->
                    source(source).rejected(reason).increment();
            case Signal.Accepted accepted -> {
                OfSource of = source(accepted.source());
                of.accepted.increment();
                of.acceptTime.record(accepted.took());
            }
            case Signal.Duplicate(String source, _, boolean sameBody) -> {
                OfSource of = source(source);
                (sameBody ? of.duplicates : of.altered).increment();
            }
            case Signal.Undecided(String source, String reason) ->
                    source(source).undecided(reason).increment();
            case Signal.NotStored(String source, String reason) ->
                    source(source).notStored(reason).increment();
            case Signal.AttemptStarted(_, String destination, _) ->
                    destination(destination).inFlight.increment();
            case Signal.Delivered delivered -> {
                OfDestination of = destination(delivered.destination());
                of.inFlight.decrement();
                of.delivered.increment();
                of.attemptTime.record(delivered.took());
                of.deliveryTime.record(delivered.sinceEvent());
                of.attempts.record(delivered.number());
            }
            case Signal.AttemptFailed failed -> {
                OfDestination of = destination(failed.destination());
                of.inFlight.decrement();
                of.failed(failed.outcome()).increment();
                of.attemptTime.record(failed.took());
            }
            case Signal.Retrying(_, String destination, _, _, _) ->
                    destination(destination).retried.increment();
            case Signal.DeadLettered(_, String destination, int attempts, String reason) -> {
                OfDestination of = destination(destination);
                of.dead(reason).increment();
                of.attempts.record(attempts);
            }
            case Signal.LeaseLost(_, String destination) ->
                    destination(destination).leasesLost.increment();
            case Signal.Replayed(_, _, String destination) ->
                    destination(destination).replayed.increment();
            case Signal.CircuitChanged(String destination, String state) ->
                    destination(destination).circuit.set(circuit(state));
            case Signal.DestinationDisabled(String destination, _) ->
                    destination(destination).disabled.increment();
            case Signal.Committed(int operations, Duration took) -> {
                commitTime.record(took);
                commitSize.record(operations);
            }
            case Signal.Trouble _ -> troubles.increment();
        }
    }

    private static int circuit(String state) {
        return switch (state) {
            case "open" -> 2;
            case "half_open" -> 1;
            default -> 0;
        };
    }

    private OfSource source(String name) {
        OfSource of = sources.get(name);
        return of != null ? of : newSource(name);
    }

    private OfSource newSource(String name) {
        boolean declared =
                catalog.get().source(name) != null || name.equals("api") || name.equals("belay");
        String label = declared ? name : OTHER;
        return sources.computeIfAbsent(
                label, key -> new OfSource(registry, Tags.of("source", key)));
    }

    private OfDestination destination(String name) {
        OfDestination of = destinations.get(name);
        return of != null ? of : newDestination(name);
    }

    private OfDestination newDestination(String name) {
        String label = catalog.get().destination(name) != null ? name : OTHER;
        return destinations.computeIfAbsent(
                label, key -> new OfDestination(registry, Tags.of("destination", key)));
    }

    private static Duration[] millis(long... limits) {
        return java.util.Arrays.stream(limits)
                .mapToObj(Duration::ofMillis)
                .toArray(Duration[]::new);
    }

    private static Timer timer(
            MeterRegistry registry,
            String name,
            String description,
            Tags tags,
            Duration... limits) {
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(limits)
                .register(registry);
    }

    private static Counter counter(
            MeterRegistry registry, String name, String description, Tags tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    /// Counters by a word from a fixed set.
    private static Counter byWord(
            Map<String, Counter> counters,
            String word,
            java.util.function.Function<String, Counter> make) {
        Counter counter = counters.get(word);
        // Words are ours, yet a set that grows without bound must be impossible.
        return counter != null
                ? counter
                : counters.computeIfAbsent(counters.size() < 64 ? word : OTHER, make);
    }

    /// Meters of one source.
    private static final class OfSource {
        private final MeterRegistry registry;
        private final Tags tags;
        private final Counter received;
        private final Counter accepted;
        private final Counter duplicates;
        private final Counter altered;
        private final Timer acceptTime;
        private final Map<String, Counter> rejected = new ConcurrentHashMap<>();
        private final Map<String, Counter> undecided = new ConcurrentHashMap<>();
        private final Map<String, Counter> notStored = new ConcurrentHashMap<>();

        private OfSource(MeterRegistry registry, Tags tags) {
            this.registry = registry;
            this.tags = tags;
            received = counter(registry, "belay.received", "Requests at inbound URLs", tags);
            accepted = counter(registry, "belay.accepted", "Events stored", tags);
            duplicates =
                    counter(
                            registry,
                            "belay.duplicates",
                            "Events that came again",
                            tags.and("same_body", "true"));
            altered =
                    counter(
                            registry,
                            "belay.duplicates",
                            "Events that came again",
                            tags.and("same_body", "false"));
            acceptTime =
                    timer(
                            registry,
                            "belay.accept",
                            "From the request in our hands to the durable commit",
                            tags,
                            millis(1, 2, 5, 10, 20, 50, 100, 500, 2000));
        }

        private Counter rejected(String reason) {
            return byWord(
                    rejected,
                    reason,
                    word ->
                            counter(
                                    registry,
                                    "belay.rejected",
                                    "Requests that were not genuine",
                                    tags.and("reason", word)));
        }

        private Counter undecided(String reason) {
            return byWord(
                    undecided,
                    reason,
                    word ->
                            counter(
                                    registry,
                                    "belay.undecided",
                                    "Requests that could not be judged, and are to be sent again",
                                    tags.and("reason", word)));
        }

        private Counter notStored(String reason) {
            return byWord(
                    notStored,
                    reason,
                    word ->
                            counter(
                                    registry,
                                    "belay.not.stored",
                                    "Genuine events refused because the store could not take them",
                                    tags.and("reason", word)));
        }
    }

    /// Meters of one destination.
    private static final class OfDestination {
        private final MeterRegistry registry;
        private final Tags tags;
        private final Counter delivered;
        private final Counter retried;
        private final Counter replayed;
        private final Counter leasesLost;
        private final Counter disabled;
        private final Timer attemptTime;
        private final Timer deliveryTime;
        private final DistributionSummary attempts;
        private final LongAdder inFlight = new LongAdder();
        private final AtomicInteger circuit = new AtomicInteger();
        private final Map<String, Counter> failed = new ConcurrentHashMap<>();
        private final Map<String, Counter> dead = new ConcurrentHashMap<>();

        private OfDestination(MeterRegistry registry, Tags tags) {
            this.registry = registry;
            this.tags = tags;
            delivered = counter(registry, "belay.delivered", "Deliveries completed", tags);
            retried = counter(registry, "belay.retried", "Retries planned", tags);
            replayed = counter(registry, "belay.replayed", "Deliveries made by replays", tags);
            leasesLost = counter(registry, "belay.leases.lost", "Claims taken back", tags);
            disabled = counter(registry, "belay.disabled", "Times it was disabled", tags);
            Duration[] limits = millis(2, 5, 10, 20, 50, 100, 500, 1000, 5000, 10_000);
            attemptTime = timer(registry, "belay.attempt", "Time of an attempt", tags, limits);
            deliveryTime =
                    timer(
                            registry,
                            "belay.delivery",
                            "From an event's reception to its delivery",
                            tags,
                            millis(5, 10, 20, 50, 100, 500, 1000, 10_000, 60_000, 600_000));
            attempts =
                    DistributionSummary.builder("belay.delivery.attempts")
                            .description("Attempts of a delivery that ended")
                            .tags(tags)
                            .serviceLevelObjectives(1, 2, 3, 4, 5, 8, 12)
                            .register(registry);
            Gauge.builder("belay.in.flight", inFlight, LongAdder::sum)
                    .description("Attempts under way")
                    .tags(tags)
                    .register(registry);
            Gauge.builder("belay.circuit.state", circuit, AtomicInteger::get)
                    .description("0 closed, 1 half-open, 2 open")
                    .tags(tags)
                    .register(registry);
            for (DeadReason reason : DeadReason.values()) {
                dead(reason.word());
            }
        }

        private Counter failed(String outcome) {
            return byWord(
                    failed,
                    outcome,
                    word ->
                            counter(
                                    registry,
                                    "belay.failed",
                                    "Attempts that failed",
                                    tags.and("outcome", word)));
        }

        private Counter dead(String reason) {
            return byWord(
                    dead,
                    reason,
                    word ->
                            counter(
                                    registry,
                                    "belay.dead",
                                    "Dead letters",
                                    tags.and("reason", word)));
        }
    }
}
