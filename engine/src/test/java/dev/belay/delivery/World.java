package dev.belay.delivery;

import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.CatalogStore;
import dev.belay.catalog.Destination;
import dev.belay.catalog.EventValidation;
import dev.belay.catalog.RateLimit;
import dev.belay.catalog.RetryPolicy;
import dev.belay.catalog.Subscription;
import dev.belay.event.Body;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.signal.Signal;
import dev.belay.signature.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A dispatcher among doubles, moved on by hand.
final class World {
    final HandTime time = new HandTime();
    final HandQueue queue = new HandQueue();
    final HandTransport transport = new HandTransport();
    final List<Signal> signals = new ArrayList<>();
    final List<Notices.Happening> happenings = new ArrayList<>();
    final Map<String, CatalogStore.Standing> standings = new HashMap<>();
    final Dispatcher dispatcher;
    private final Map<String, Destination> destinations = new LinkedHashMap<>();
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    private volatile Catalog catalog = Catalog.empty();
    private long nextEvent = 1;
    private long nextToken = 1;

    /// What other nodes were told.
    final List<Wakeup> published = new ArrayList<>();

    private final Wakeups wakeups =
            new Wakeups() {
                @Override
                public void publish(Wakeup wakeup) {
                    published.add(wakeup);
                }

                @Override
                public void listen(Consumer<Wakeup> listener) {
                    throw new UnsupportedOperationException("the dispatcher does not listen");
                }
            };

    /// What runs the reads of the store; at once, unless told otherwise.
    Executor reads = Runnable::run;

    Notices notices =
            happening -> {
                happenings.add(happening);
                return List.of();
            };

    World() {
        this(DispatcherLimits.DEFAULT);
    }

    World(DispatcherLimits limits) {
        this(limits, null);
    }

    World(DispatcherLimits limits, @Nullable Sharing sharing) {
        dispatcher =
                new Dispatcher(
                        new DispatcherParts(
                                () -> catalog,
                                queue,
                                transport,
                                happening -> notices.of(happening),
                                time,
                                new SplittableRandom(7),
                                () -> nextToken++,
                                signals::add,
                                new HandStandings(standings),
                                wakeups,
                                task -> reads.execute(task),
                                sharing),
                        limits);
        dispatcher.turn();
    }

    static Destination.Handler destination(String name) {
        return new Destination.Handler(
                name, Duration.ofSeconds(10), 32, null, BreakerPolicy.DEFAULT);
    }

    static Destination.Handler limited(String name, int concurrency, @Nullable RateLimit rate) {
        return new Destination.Handler(
                name, Duration.ofSeconds(10), concurrency, rate, BreakerPolicy.DEFAULT);
    }

    World with(Destination destination) {
        return with(destination, RetryPolicy.DEFAULT, null);
    }

    World with(Destination destination, RetryPolicy retry, @Nullable EventValidation validation) {
        destinations.put(destination.name(), destination);
        subscriptions.put(
                destination.name(),
                new Subscription(
                        destination.name(),
                        Event.BUILT_IN_SOURCE,
                        List.of(),
                        null,
                        destination.name(),
                        retry,
                        validation));
        return rebuilt();
    }

    World without(String destination) {
        destinations.remove(destination);
        subscriptions.remove(destination);
        return rebuilt();
    }

    private World rebuilt() {
        catalog =
                Catalog.of(
                        List.of(),
                        List.copyOf(destinations.values()),
                        List.copyOf(subscriptions.values()));
        return this;
    }

    Event event() {
        return new Event(
                new EventId(nextEvent++),
                Event.BUILT_IN_SOURCE,
                "test",
                null,
                time.now(),
                Headers.empty(),
                Body.of("{}".getBytes(StandardCharsets.UTF_8)));
    }

    /// An event arrives for a destination, is stored and handed over.
    DeliveryId arrives(String destination) {
        Event event = event();
        DeliveryState state = dispatcher.firstState(destination, event.body().length());
        Delivery delivery =
                queue.add(
                        event,
                        delivery(
                                event,
                                destination,
                                state instanceof DeliveryState.Leased ? 1 : 0,
                                state));
        dispatcher.handOver(event, List.of(delivery));
        return delivery.id();
    }

    /// A delivery lies in the store, unknown to the dispatcher.
    DeliveryId lies(String destination, int attempts, Instant dueAt) {
        Event event = event();
        return queue.add(
                        event, delivery(event, destination, attempts, new DeliveryState.Due(dueAt)))
                .id();
    }

    Delivery delivery(Event event, String destination, int attempts, DeliveryState state) {
        return new Delivery(
                new DeliveryId(event.id(), 0),
                destination,
                destination,
                time.now(),
                attempts,
                0,
                null,
                state);
    }

    /// Does what is to be done now.
    void settle() {
        for (int i = 0; dispatcher.turn().isZero(); i++) {
            if (i > 100_000) {
                throw new AssertionError("there is always more to do");
            }
        }
    }

    /// Lets time pass, and the dispatcher have its turns when it wants them.
    void pass(Duration duration) {
        Instant until = time.now().plus(duration);
        while (true) {
            settle();
            Duration wait = dispatcher.turn();
            if (time.now().plus(wait).isAfter(until)) {
                time.move(Duration.between(time.now(), until));
                settle();
                return;
            }
            time.move(wait);
        }
    }

    <T extends Signal> List<T> heard(Class<T> kind) {
        return signals.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    DeliveryState state(DeliveryId id) {
        return queue.row(id).state();
    }

    /// Standings kept in a map.
    record HandStandings(Map<String, Standing> standings) implements CatalogStore {
        @Override
        public List<Declaration> declarations() {
            return List.of();
        }

        @Override
        public void change(List<Declaration> put, List<Declaration.Key> remove) {
            throw new UnsupportedOperationException("the dispatcher declares nothing");
        }

        @Override
        public void setStanding(String destination, Standing standing) {
            standings.put(destination, standing);
        }
    }
}
