package dev.belay;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.CatalogStore;
import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Dispatcher;
import dev.belay.delivery.DispatcherParts;
import dev.belay.delivery.Handler;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.Body;
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
import dev.belay.signature.Headers;
import dev.belay.store.SqliteStore;
import dev.belay.store.StoreOptions;
import dev.belay.time.Driver;
import dev.belay.time.Randomness;
import dev.belay.time.SystemTime;
import dev.belay.time.SystemTimers;
import dev.belay.transport.HandlerTransport;
import dev.belay.transport.HttpTransport;
import dev.belay.transport.RoutingTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The gateway: receives webhooks, keeps them, and delivers them to whoever subscribed. What it has
/// accepted is delivered or is to be seen among the dead letters, whatever is killed. Safe for use
/// by many threads; one process holds a data directory at a time.
public final class Gateway implements AutoCloseable {
    /// Version of this library.
    public static final String VERSION = version();

    private final SqliteStore store;
    private final SystemTimers timers;
    private final HttpTransport http;
    private final HandlerTransport handlers;
    private final Ingest ingest;
    private final Dispatcher dispatcher;
    private final Replays replays;
    private final LiveCatalog catalog;
    private final List<Driver> drivers = new ArrayList<>();
    private volatile boolean closing;

    private Gateway(GatewayConfig config) {
        SystemTime time = new SystemTime();
        timers = new SystemTimers();
        store = SqliteStore.open(config.data(), StoreOptions.DEFAULT, time, config.signals());
        Ids ids = new Ids(time, 0, store.highestId());
        catalog = new LiveCatalog(config.catalog());
        http = new HttpTransport(HttpTransport.Parts.production(time, timers, VERSION));
        handlers = new HandlerTransport(timers);
        Executor onVirtualThread = Thread::startVirtualThread;
        OperationalNotices notices =
                new OperationalNotices(catalog::snapshot, ids::next, time, config.signals());
        dispatcher =
                new Dispatcher(
                        new DispatcherParts(
                                catalog::snapshot,
                                store,
                                new RoutingTransport(http, handlers),
                                notices,
                                time,
                                Randomness.system(),
                                ids::next,
                                config.signals(),
                                store,
                                onVirtualThread),
                        config.dispatcher());
        ingest =
                new Ingest(
                        new IngestParts(
                                catalog::snapshot,
                                store,
                                new ToDispatcher(dispatcher),
                                notices,
                                ids::next,
                                time,
                                config.signals()),
                        config.ingest());
        replays = new Replays(store, store, dispatcher::noteDue, time, config.signals());
        Retention retention = new Retention(store, config.retention(), time);
        Driver delivering = Driver.start("belay-dispatcher", dispatcher::turn);
        dispatcher.onWork(delivering::wake);
        drivers.add(delivering);
        drivers.add(
                Driver.start(
                        "belay-retention",
                        () -> {
                            try {
                                return retention.turn();
                            } catch (StoreFailure e) {
                                config.signals().on(new Signal.Trouble("retention", e.toString()));
                                return config.retention().interval();
                            }
                        }));
    }

    /// Opens the gateway: takes the data directory, recovers what a process before left, and begins
    /// to deliver.
    ///
    /// @throws StoreFailure when the data directory cannot be used; the message says why
    public static Gateway open(GatewayConfig config) {
        return new Gateway(config);
    }

    /// Takes an inbound request and waits until its outcome is durable. Meant to be called on a
    /// virtual thread.
    public Receipt receive(InboundRequest request) {
        return closing
                ? new Receipt.Unavailable(StoreFailure.Kind.CLOSED)
                : ingest.receive(request).join();
    }

    /// Publishes an event of the application's own, by the built-in source
    /// [Event#PUBLISHED_SOURCE], and waits until it is durable.
    ///
    /// @param type such as `order.completed`
    /// @param body sent to each destination as it is
    /// @param idempotencyKey events with one key are one event; null: every call is an event
    /// @throws IllegalArgumentException when the type or the key is empty, too long or holds a
    ///   control character
    public Published publish(String type, Body body, @Nullable String idempotencyKey) {
        if (closing) {
            return new Published.Unavailable(StoreFailure.Kind.CLOSED);
        }
        Headers headers = Headers.of("content-type", "application/json");
        return switch (ingest.publish(type, headers, body, idempotencyKey).join()) {
            case Ingest.Kept.Accepted(var event) -> new Published.Accepted(event);
            case Ingest.Kept.Seen(var first, boolean sameBody) ->
                    sameBody ? new Published.Duplicate(first) : new Published.KeyReused(first);
            case Ingest.Kept.Failed(var kind) -> new Published.Unavailable(kind);
        };
    }

    /// Calls application code for events of a source, with the default options.
    ///
    /// @param type event type, exact or ending in `*`
    /// @return this gateway
    public Gateway on(String source, String type, EventHandler handler) {
        return on(source, type, handler, HandlerOptions.DEFAULT);
    }

    /// Calls application code for events of a source. Replaces the handler of the same name. Events
    /// that came while no handler of that name was registered wait for it once they were routed to
    /// it.
    ///
    /// @param type event type, exact or ending in `*`
    /// @return this gateway
    /// @throws IllegalArgumentException when there is no such source
    public Gateway on(String source, String type, EventHandler handler, HandlerOptions options) {
        String name = options.name() == null ? "handler:" + source + ":" + type : options.name();
        Handler adapted =
                (event, call) ->
                        handler.handle(
                                event,
                                new EventContext(
                                        call.delivery().id(),
                                        call.delivery().attempts(),
                                        call.delivery().replayOf() != null,
                                        call.attributes()));
        handlers.register(name, adapted, options.enrichment());
        catalog.addHandler(name, source, type, options);
        dispatcher.noteDue(name, java.time.Instant.EPOCH);
        return this;
    }

    /// What is declared now.
    public Catalog catalog() {
        return catalog.snapshot();
    }

    /// Replaces what is declared; handlers stay. What waits for a destination that is no longer
    /// declared becomes dead letters, to be replayed once it is back.
    public void apply(Catalog next) {
        for (String removed : catalog.replace(next)) {
            CompletableFuture<Integer> buried =
                    dispatcher.bury(removed, DeadReason.DESTINATION_REMOVED);
            buried.join();
            stand(removed, Standing.ACTIVE);
        }
    }

    /// Where declarations are kept as text, for whoever reads and writes them.
    public CatalogStore declarations() {
        return store;
    }

    /// What happened.
    public HistoryIndex history() {
        return store;
    }

    /// Delivers old events again.
    public Replays replays() {
        return replays;
    }

    /// How a destination stands now.
    public DestinationStatus destination(String name) {
        Standing standing = store.standings().getOrDefault(name, Standing.ACTIVE);
        return new DestinationStatus(standing, dispatcher.circuit(name));
    }

    /// Stops trying a destination. What comes for it waits.
    ///
    /// @param reason for people
    public void pause(String name, String reason) {
        stand(name, new Standing(Standing.Mode.PAUSED, reason));
    }

    /// Tries a destination again that was paused or disabled.
    public void resume(String name) {
        stand(name, Standing.ACTIVE);
    }

    private void stand(String name, Standing standing) {
        store.setStanding(name, standing);
        dispatcher.standing(name, standing);
    }

    /// Whether requests are taken.
    public Health health() {
        String failure = store.failure();
        if (failure != null) {
            return new Health(false, true, failure);
        }
        return closing ? new Health(false, false, "closing") : new Health(true, false, null);
    }

    /// Takes no more requests: [#receive] answers that it is closing. Deliveries go on. The first
    /// step of an orderly stop.
    public void stopReceiving() {
        closing = true;
    }

    /// Stops in order: takes no more requests, lets attempts under way end, gives the rest back to
    /// the store, and closes it.
    @Override
    public void close() {
        stopReceiving();
        dispatcher.close();
        drivers.forEach(Driver::close);
        http.close();
        store.close();
        timers.close();
    }

    private static String version() {
        String version = Gateway.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
