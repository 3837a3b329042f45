package dev.belay.ingest;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.Filter;
import dev.belay.catalog.Subscription;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.NewDelivery;
import dev.belay.event.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides which destinations get an event. Pure but for the first state of each delivery.
final class Router {
    private Router() {}

    /// One delivery for each subscription that wants the event. A filter that cannot be evaluated
    /// loses nothing: its delivery is made as a dead letter, to be seen and replayed.
    static List<NewDelivery> route(
            Catalog catalog, Event event, IngestParts.FirstState firstState) {
        List<Subscription> subscriptions = catalog.subscriptionsTo(event.source());
        if (subscriptions.isEmpty()) {
            return List.of();
        }
        List<NewDelivery> deliveries = new ArrayList<>(subscriptions.size());
        for (Subscription subscription : subscriptions) {
            if (!wantsType(subscription.types(), event.type())) {
                continue;
            }
            Filter filter = subscription.filter();
            switch (filter == null ? new Filter.Result.Match() : filter.test(event)) {
                case Filter.Result.Match _ ->
                        deliveries.add(
                                delivery(
                                        subscription,
                                        firstState.of(
                                                subscription.destination(),
                                                event.body().length())));
                case Filter.Result.NoMatch _ -> {}
                case Filter.Result.Failed _ ->
                        deliveries.add(
                                delivery(
                                        subscription,
                                        new DeliveryState.Dead(
                                                event.receivedAt(), DeadReason.FILTER_FAILED)));
            }
        }
        return deliveries;
    }

    private static NewDelivery delivery(Subscription subscription, DeliveryState state) {
        return new NewDelivery(subscription.destination(), subscription.name(), null, state);
    }

    /// Whether a type is among those wanted: exact, or a beginning followed by `*`.
    static boolean wantsType(List<String> wanted, @Nullable String type) {
        if (wanted.isEmpty()) {
            return true;
        }
        if (type == null) {
            return false;
        }
        for (String want : wanted) {
            boolean matches =
                    want.endsWith("*")
                            ? type.startsWith(want.substring(0, want.length() - 1))
                            : type.equals(want);
            if (matches) {
                return true;
            }
        }
        return false;
    }
}
