package dev.belay.catalog;

import dev.belay.event.Event;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the operator declared: one immutable snapshot of sources, destinations and subscriptions.
/// The running gateway holds one and swaps it whole.
public final class Catalog {
    private static final Catalog EMPTY = new Catalog(Map.of(), Map.of(), Map.of());

    private final Map<String, Source> sources;
    private final Map<String, Destination> destinations;
    private final Map<String, Subscription> subscriptions;
    private final Map<String, List<Subscription>> bySource;

    private Catalog(
            Map<String, Source> sources,
            Map<String, Destination> destinations,
            Map<String, Subscription> subscriptions) {
        this.sources = Map.copyOf(sources);
        this.destinations = Map.copyOf(destinations);
        this.subscriptions = Map.copyOf(subscriptions);
        Map<String, List<Subscription>> lists = new java.util.HashMap<>();
        subscriptions.values().stream()
                .sorted(java.util.Comparator.comparing(Subscription::name))
                .forEach(
                        s ->
                                lists.computeIfAbsent(s.source(), k -> new java.util.ArrayList<>())
                                        .add(s));
        lists.replaceAll((source, list) -> List.copyOf(list));
        this.bySource = Map.copyOf(lists);
    }

    /// Nothing declared.
    public static Catalog empty() {
        return EMPTY;
    }

    /// A snapshot of these entries.
    ///
    /// @throws IllegalArgumentException when two entries of a kind share a name, a subscription
    ///   names a destination or source that is not there, or a source has the name of a built-in
    ///   one
    public static Catalog of(
            List<Source> sources,
            List<Destination> destinations,
            List<Subscription> subscriptions) {
        Map<String, Source> sourcesByName = byName(sources, Source::name);
        Map<String, Destination> destinationsByName = byName(destinations, Destination::name);
        for (String name : sourcesByName.keySet()) {
            if (Event.isBuiltInSource(name)) {
                throw new IllegalArgumentException("the source %s is built in".formatted(name));
            }
        }
        for (Subscription subscription : subscriptions) {
            if (!destinationsByName.containsKey(subscription.destination())) {
                throw new IllegalArgumentException(
                        "subscription %s names an unknown destination, %s"
                                .formatted(subscription.name(), subscription.destination()));
            }
            if (!sourcesByName.containsKey(subscription.source())
                    && !Event.isBuiltInSource(subscription.source())) {
                throw new IllegalArgumentException(
                        "subscription %s names an unknown source, %s"
                                .formatted(subscription.name(), subscription.source()));
            }
        }
        return new Catalog(
                sourcesByName, destinationsByName, byName(subscriptions, Subscription::name));
    }

    private static <T> Map<String, T> byName(
            List<T> entries, java.util.function.Function<T, String> name) {
        Map<String, T> map = new java.util.LinkedHashMap<>();
        for (T entry : entries) {
            if (map.put(name.apply(entry), entry) != null) {
                throw new IllegalArgumentException("declared twice: " + name.apply(entry));
            }
        }
        return map;
    }

    /// The source with this name, or null.
    public @Nullable Source source(String name) {
        return sources.get(name);
    }

    /// The destination with this name, or null.
    public @Nullable Destination destination(String name) {
        return destinations.get(name);
    }

    /// The subscription with this name, or null.
    public @Nullable Subscription subscription(String name) {
        return subscriptions.get(name);
    }

    /// The subscriptions to a source, by name.
    public List<Subscription> subscriptionsTo(String source) {
        return bySource.getOrDefault(source, List.of());
    }

    /// Every source, by name.
    public Map<String, Source> sources() {
        return sources;
    }

    /// Every destination, by name.
    public Map<String, Destination> destinations() {
        return destinations;
    }

    /// Every subscription, by name.
    public Map<String, Subscription> subscriptions() {
        return subscriptions;
    }
}
