package dev.belay;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.CatalogStore;
import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.catalog.Destination;
import dev.belay.delivery.CircuitView;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Dispatcher;
import dev.belay.delivery.DispatcherParts;
import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.Wakeup;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.event.Ids;
import dev.belay.history.HistoryIndex;
import dev.belay.history.Replays;
import dev.belay.history.Retention;
import dev.belay.ingest.InboundRequest;
import dev.belay.ingest.Ingest;
import dev.belay.ingest.IngestParts;
import dev.belay.ingest.OperationalNotices;
import dev.belay.ingest.Receipt;
import dev.belay.signal.Signal;
import dev.belay.signal.SignalListener;
import dev.belay.signature.Headers;
import dev.belay.time.SystemTimers;
import dev.belay.time.Time;
import dev.belay.transport.HandlerTransport;
import dev.belay.transport.HttpTransport;
import dev.belay.transport.PublishedKeys;
import dev.belay.transport.Publishers;
import dev.belay.transport.RoutingTransport;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The gateway: receives, keeps, delivers, dead-letters and replays events. Safe for use by many
/// threads; calls that store something block until it is durable.
///
/// ```java
/// try (Gateway gateway = Gateway.open(GatewayConfig.at(Path.of("data")).catalog(catalog).build())) {
///     gateway.on("stripe", "invoice.payment_failed", (event, context) -> remind(event));
///     …
/// }
/// ```
public final class Gateway implements AutoCloseable {
    private static final Headers JSON = Headers.of("content-type", "application/json");

    /// What the operator declared, what the application registered, and both as one.
    private record Snapshot(Catalog declared, HandlerEntries handlers, Catalog merged) {
        static Snapshot of(Catalog declared, HandlerEntries handlers) {
            return new Snapshot(declared, handlers, handlers.mergedInto(declared));
        }
    }

    private final AtomicReference<Snapshot> snapshot;
    private final Stores stores;
    private final SignalListener signals;
    private final Time time;
    private final SystemTimers timers = new SystemTimers();
    private final HttpTransport http;
    private final HandlerTransport handlers;
    private final ExecutorService reads;
    private final Dispatcher dispatcher;
    private final Ingest ingest;
    private final Replays replays;
    private final Loop dispatching;
    private final Loop retaining;
    private final Following following;
    private volatile boolean closing;

    /// The wiring: every part is made here, of nothing but the configuration and the store.
    private Gateway(GatewayConfig config, Stores stores) {
        this.stores = stores;
        time = config.time();
        signals = config.signals().guarded();
        snapshot = new AtomicReference<>(Snapshot.of(config.catalog(), HandlerEntries.NONE));
        Integer given = stores.node();
        int node = given == null ? config.node() : given;
        Ids ids = new Ids(time, node, stores.journal().highestId());

        http = new HttpTransport(HttpTransport.Parts.production(time, timers, config.version()));
        handlers = new HandlerTransport(timers);
        reads = Executors.newVirtualThreadPerTaskExecutor();
        var notices = new OperationalNotices(this::catalog, ids::next, time, signals);
        dispatcher =
                new Dispatcher(
                        new DispatcherParts(
                                this::catalog,
                                stores.queue(),
                                new RoutingTransport(http, handlers),
                                notices,
                                time,
                                config.random(),
                                ids::next,
                                signals,
                                stores.catalog(),
                                stores.wakeups(),
                                reads,
                                stores.sharing()),
                        stores.isShared() ? config.dispatcher().shared() : config.dispatcher());
        Publishers publishers = Publishers.over(http, config.keysAllowPrivate());
        ingest =
                new Ingest(
                        new IngestParts(
                                this::catalog,
                                stores.journal(),
                                new ToDispatcher(dispatcher),
                                notices,
                                ids::next,
                                time,
                                signals,
                                new PublishedKeys(publishers, time),
                                publishers::visit),
                        config.ingest());
        replays =
                new Replays(
                        new Replays.Parts(
                                stores.history(),
                                stores.journal(),
                                this::catalog,
                                this::replayed,
                                time,
                                signals));
        dispatching = new Loop("belay-dispatch", dispatcher::turn);
        dispatcher.onWork(dispatching::wake);
        Retention retention = new Retention(stores.history(), config.retention(), time, signals);
        retaining = new Loop("belay-retention", retention::turn);
        following =
                new Following(
                        new Following.Parts(
                                stores.catalog(),
                                dispatcher,
                                this::obeyStandings,
                                config.dispatcher().sweep(),
                                time,
                                signals));
    }

    /// Opens the data directory, or the database where one is configured, and begins to deliver
    /// what waits there.
    ///
    /// @throws StoreFailure when another process holds the directory, its files cannot be used, or
    ///   the database cannot be; the message is for the operator
    /// @throws IllegalArgumentException when the node's number is out of range
    public static Gateway open(GatewayConfig config) {
        return open(config, StoreOpening.open(config));
    }

    /// Brings the store's schema to the newest this version knows, without opening a gateway.
    /// [#open] does the same; by itself it is for operators who want to choose the moment.
    ///
    /// @return the schema's number
    /// @throws StoreFailure as [#open(GatewayConfig)] does
    public static int migrate(GatewayConfig config) {
        return StoreOpening.migrate(config);
    }

    /// Opens a gateway over a store of the caller's, which the gateway then owns. The configured
    /// data directory is not touched.
    public static Gateway open(GatewayConfig config, Stores stores) {
        Gateway gateway;
        try {
            gateway = new Gateway(config, stores);
        } catch (RuntimeException failed) {
            stores.close().run();
            throw failed;
        }
        gateway.dispatching.start();
        gateway.retaining.start();
        if (stores.isShared()) {
            gateway.following.start();
            stores.wakeups().listen(gateway.following::heard);
        }
        return gateway;
    }

    /// Judges a request at an inbound URL, stores what it brings and says how to answer. Blocks
    /// until that is durable; never throws.
    public Receipt receive(InboundRequest request) {
        return closing
                ? new Receipt.Unavailable(StoreFailure.Kind.CLOSED)
                : ingest.receive(request).join();
    }

    /// Publishes an event of the application's own, with a JSON body; see [#publish(String,
    /// Headers, Body, String)].
    public Published publish(String type, Body body, @Nullable String idempotencyKey) {
        return publish(type, JSON, body, idempotencyKey);
    }

    /// Publishes an event of the application's own: it comes from the built-in source
    /// [Event#PUBLISHED_SOURCE], to which subscriptions subscribe by that name. Blocks until it is
    /// durable.
    ///
    /// @param headers of the event, such as its content type
    /// @param body delivered as it is
    /// @param idempotencyKey a second call with the same key, within 7 days, stores nothing; null:
    ///   every call is a new event
    /// @throws IllegalArgumentException when the type or the key is empty, too long or holds a
    ///   control character
    public Published publish(
            String type, Headers headers, Body body, @Nullable String idempotencyKey) {
        if (closing) {
            return new Published.Unavailable(StoreFailure.Kind.CLOSED);
        }
        return switch (ingest.publish(type, headers, body, idempotencyKey).join()) {
            case Ingest.Kept.Accepted(EventId event) -> new Published.Accepted(event);
            case Ingest.Kept.Seen(EventId first, boolean sameBody) when sameBody ->
                    new Published.Duplicate(first);
            case Ingest.Kept.Seen(EventId first, _) -> new Published.KeyReused(first);
            case Ingest.Kept.Failed(StoreFailure.Kind kind) -> new Published.Unavailable(kind);
        };
    }

    /// Has a handler called for each event of a source and type, with the default options; see
    /// [#on(String, String, HandlerOptions, EventHandler)].
    public Gateway on(String source, String type, EventHandler handler) {
        return on(source, type, HandlerOptions.DEFAULT, handler);
    }

    /// Has a handler called for each event of a source and type: a destination and a subscription
    /// of that name, beside those declared. What an earlier process left for a destination of this
    /// name is delivered too, so register the same handlers at each start.
    ///
    /// @param source name of a source, declared or built in
    /// @param type exact, or ending in `*`
    /// @return this
    /// @throws IllegalArgumentException when there is no such source, or a destination or
    ///   subscription of the handler's name
    public synchronized Gateway on(
            String source, String type, HandlerOptions options, EventHandler handler) {
        Snapshot now = snapshot.get();
        if (!Event.isBuiltInSource(source) && now.declared().source(source) == null) {
            throw new IllegalArgumentException("there is no source " + source);
        }
        HandlerEntries.Entry entry = HandlerEntries.Entry.of(source, type, options);
        Snapshot next = Snapshot.of(now.declared(), now.handlers().with(entry));
        String name = entry.destination().name();
        handlers.register(
                name,
                (event, call) ->
                        handler.handle(event, new EventContext(call.delivery(), call.attributes())),
                options.enrichment()::of);
        snapshot.set(next);
        dispatcher.noteDue(name, time.now());
        return this;
    }

    /// What is in force: declared entries and registered handlers.
    public Catalog catalog() {
        return snapshot.get().merged();
    }

    /// Puts another declaration in force, as a whole. Registered handlers stay. What waits for a
    /// destination that is no longer declared is buried; see [#bury]. Where several nodes share the
    /// store it waits on: other nodes may still declare that destination.
    ///
    /// @throws IllegalArgumentException when an entry has the name of a registered handler's
    public synchronized void apply(Catalog declared) {
        Snapshot before = snapshot.get();
        Snapshot next = Snapshot.of(declared, before.handlers());
        snapshot.set(next);
        for (String name : before.merged().destinations().keySet()) {
            if (next.merged().destination(name) == null && !stores.isShared()) {
                bury(name);
            }
        }
        next.merged().destinations().keySet().stream()
                .filter(name -> before.merged().destination(name) == null)
                .forEach(dispatcher::declared);
    }

    /// Turns what waits for destinations that are neither declared nor registered into dead
    /// letters, now and whenever more of it turns up: what a declaration that was changed while the
    /// gateway was down has left. To be called once everything is declared and registered.
    ///
    /// Where several nodes share the store it does nothing: what this one does not know, another
    /// may have declared since. Such deliveries wait, and are told as a trouble.
    ///
    /// @return the names of those destinations, as far as they are known by now
    public List<String> buryUndeclared() {
        if (stores.isShared()) {
            return List.of();
        }
        dispatcher.buryUndeclared(DeadReason.DESTINATION_REMOVED);
        Catalog now = catalog();
        TreeSet<String> names = new TreeSet<>();
        for (String name : stores.queue().nextDue().keySet()) {
            if (now.destination(name) == null) {
                names.add(name);
                bury(name);
            }
        }
        return List.copyOf(names);
    }

    /// Turns what waits for a destination that is gone for good into dead letters, and what comes
    /// to wait for it later, until it is declared again, here or in [#declarations] by any node.
    /// That is under way, and signalled if it fails, when this returns.
    public void bury(String destination) {
        var _ =
                dispatcher
                        .bury(destination, DeadReason.DESTINATION_REMOVED)
                        .whenComplete(
                                (count, failure) -> {
                                    if (failure != null) {
                                        signals.on(
                                                new Signal.Trouble(
                                                        "removal of " + destination,
                                                        String.valueOf(failure)));
                                    }
                                });
    }

    /// Has a task run now, and whenever another node may have changed what is in [#declarations]:
    /// to read and [#apply] them, and return. Within milliseconds as a rule, within a sweep of the
    /// dispatcher in any case; on a thread of the gateway's. Where no other node can, never.
    public void onDeclarations(Runnable task) {
        following.onDeclarations(task);
    }

    /// Where declarations are kept that outlive the process. Changing them changes nothing in force
    /// until [#apply].
    public CatalogStore declarations() {
        return stores.catalog();
    }

    /// What happened.
    public HistoryIndex history() {
        return stores.history();
    }

    /// Makes new deliveries of old events.
    public Replays replays() {
        return replays;
    }

    /// How a destination stands, or null when there is none of this name.
    public @Nullable DestinationStatus destination(String name) {
        Destination declared = catalog().destination(name);
        if (declared == null) {
            return null;
        }
        Standing standing = stores.catalog().standings().getOrDefault(name, Standing.ACTIVE);
        CircuitView circuit = dispatcher.circuit(name);
        return new DestinationStatus(declared, standing, circuit);
    }

    /// Has a destination left alone until [#resume], also over restarts; what is for it waits.
    ///
    /// @throws StoreFailure when that could not be stored
    public void pause(String name) {
        stand(name, new Standing(Standing.Mode.PAUSED, "paused by a person"));
    }

    /// Has a destination tried again that was paused or disabled.
    ///
    /// @throws StoreFailure when that could not be stored
    public void resume(String name) {
        stand(name, Standing.ACTIVE);
        dispatcher.noteDue(name, time.now());
    }

    private synchronized void stand(String name, Standing standing) {
        stores.catalog().setStanding(name, standing);
        dispatcher.standing(name, standing);
    }

    private synchronized void obeyStandings() {
        dispatcher.standings(stores.catalog().standings());
    }

    private void replayed(String destination, Instant at) {
        dispatcher.noteDue(destination, at);
        stores.wakeups().publish(new Wakeup.WorkDue(destination));
    }

    /// Whether the gateway takes events.
    public Health health() {
        if (closing) {
            return new Health(false, "closing");
        }
        String failure = stores.failure().get();
        return failure == null
                ? new Health(true, stores.warning())
                : new Health(false, "the store failed: " + failure);
    }

    /// Takes nothing more, lets the attempts under way end, and closes the store. What is not
    /// delivered is delivered after the next start.
    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
        }
        if (stores.isShared()) {
            following.close();
        }
        retaining.close();
        dispatcher.close();
        dispatching.close();
        reads.close();
        http.close();
        timers.close();
        stores.close().run();
    }

    /// The dispatcher as the ingest sees it.
    private record ToDispatcher(Dispatcher dispatcher) implements IngestParts.HandOver {
        @Override
        public DeliveryState of(String destination, int bodyBytes) {
            return dispatcher.firstState(destination, bodyBytes);
        }

        @Override
        public void handOver(Event event, List<Delivery> stored) {
            dispatcher.handOver(event, stored);
        }
    }
}
