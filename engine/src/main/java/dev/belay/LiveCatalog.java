package dev.belay;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.Destination;
import dev.belay.catalog.Subscription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The snapshot in force: what was declared, and the handlers that the application registered.
/// Swapped whole; readers never wait.
final class LiveCatalog {
    private final Map<String, Registration> handlers = new LinkedHashMap<>();
    private Catalog declared;
    private volatile Catalog snapshot;

    private record Registration(Destination.Handler destination, Subscription subscription) {}

    LiveCatalog(Catalog declared) {
        this.declared = declared;
        this.snapshot = declared;
    }

    Catalog snapshot() {
        return snapshot;
    }

    /// Declares anew and names the destinations that are gone.
    synchronized List<String> replace(Catalog next) {
        Catalog before = snapshot;
        Catalog merged = merge(next, handlers);
        declared = next;
        snapshot = merged;
        List<String> removed = new ArrayList<>(before.destinations().keySet());
        removed.removeAll(merged.destinations().keySet());
        return removed;
    }

    synchronized void addHandler(String name, String source, String type, HandlerOptions options) {
        Map<String, Registration> more = new LinkedHashMap<>(handlers);
        more.put(
                name,
                new Registration(
                        new Destination.Handler(
                                name,
                                options.timeout(),
                                options.concurrency(),
                                null,
                                options.breaker()),
                        new Subscription(
                                name,
                                source,
                                List.of(type),
                                null,
                                name,
                                options.retry(),
                                options.validation())));
        snapshot = merge(declared, more);
        handlers.putAll(more);
    }

    private static Catalog merge(Catalog declared, Map<String, Registration> handlers) {
        List<Destination> destinations = new ArrayList<>(declared.destinations().values());
        List<Subscription> subscriptions = new ArrayList<>(declared.subscriptions().values());
        for (Registration handler : handlers.values()) {
            destinations.add(handler.destination());
            subscriptions.add(handler.subscription());
        }
        return Catalog.of(List.copyOf(declared.sources().values()), destinations, subscriptions);
    }
}
