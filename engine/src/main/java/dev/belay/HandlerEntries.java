package dev.belay;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.Destination;
import dev.belay.catalog.Subscription;
import dev.belay.event.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the application declared by registering handlers, to be merged into whatever the operator
/// declares. Immutable.
record HandlerEntries(Map<String, Entry> entries) {
    static final HandlerEntries NONE = new HandlerEntries(Map.of());

    record Entry(Destination.Handler destination, Subscription subscription) {
        static Entry of(String source, String type, HandlerOptions options) {
            String given = options.name();
            String name = given == null ? "handler:" + source + ":" + type : given;
            return new Entry(
                    new Destination.Handler(
                            name,
                            options.timeout(),
                            options.concurrency(),
                            options.rate(),
                            options.breaker()),
                    new Subscription(
                            name,
                            source,
                            List.of(type),
                            options.filter(),
                            name,
                            options.retry(),
                            options.validation()));
        }
    }

    HandlerEntries with(Entry entry) {
        Map<String, Entry> more = new LinkedHashMap<>(entries);
        if (more.putIfAbsent(entry.destination().name(), entry) != null) {
            throw new IllegalArgumentException(
                    "a handler is already registered as " + entry.destination().name());
        }
        return new HandlerEntries(more);
    }

    /// The declared catalog with these entries. A handler whose source is not declared (any more)
    /// keeps its destination, so that what waits for it is still delivered.
    Catalog mergedInto(Catalog declared) {
        if (entries.isEmpty()) {
            return declared;
        }
        List<Destination> destinations = new ArrayList<>(declared.destinations().values());
        List<Subscription> subscriptions = new ArrayList<>(declared.subscriptions().values());
        for (Entry entry : entries.values()) {
            destinations.add(entry.destination());
            String source = entry.subscription().source();
            if (Event.isBuiltInSource(source) || declared.source(source) != null) {
                subscriptions.add(entry.subscription());
            }
        }
        return Catalog.of(List.copyOf(declared.sources().values()), destinations, subscriptions);
    }
}
