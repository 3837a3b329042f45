package dev.belay.ingest;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.EventFacts;
import dev.belay.catalog.Filter;
import dev.belay.catalog.Subscription;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.NewDelivery;
import dev.belay.event.Event;
import dev.belay.signal.Signal;
import dev.belay.signal.SignalListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides which deliveries an event gets.
///
/// An event whose filter cannot be evaluated is not dropped for that subscription: it gets a
/// delivery that is a dead letter from the start, with [DeadReason#FILTER_FAILED], so that the
/// operator sees it and can replay it once the filter is mended. What was wrong is signalled as
/// [Signal.Trouble].
public final class Router {
    private final FirstState firstState;
    private final SignalListener signals;

    public Router(FirstState firstState, SignalListener signals) {
        this.firstState = firstState;
        this.signals = signals;
    }

    /// The deliveries of an event, in the order of the subscriptions' names.
    public List<NewDelivery> route(Catalog catalog, Event event) {
        List<Subscription> subscriptions = catalog.subscriptionsTo(event.source());
        if (subscriptions.isEmpty()) {
            return List.of();
        }
        List<NewDelivery> deliveries = new ArrayList<>(subscriptions.size());
        EventFacts facts = new EventFacts(event);
        for (Subscription subscription : subscriptions) {
            DeliveryState state = state(subscription, facts);
            if (state != null) {
                deliveries.add(
                        new NewDelivery(
                                subscription.destination(), subscription.name(), null, state));
            }
        }
        return deliveries;
    }

    private @Nullable DeliveryState state(Subscription subscription, EventFacts facts) {
        Event event = facts.event();
        if (!wantsType(subscription.types(), event.type())) {
            return null;
        }
        Filter filter = subscription.filter();
        return switch (filter == null ? Filter.Result.MATCH : filter.test(facts)) {
            case Filter.Result.Match() ->
                    firstState.of(subscription.destination(), event.body().length());
            case Filter.Result.NoMatch() -> null;
            case Filter.Result.Failed(String problem) -> {
                signals.on(
                        new Signal.Trouble(
                                "filter of " + subscription.name(), event.id() + ": " + problem));
                yield new DeliveryState.Dead(event.receivedAt(), DeadReason.FILTER_FAILED);
            }
        };
    }

    /// Whether one of the wanted types is the event's: equal, or ending in `*` and a beginning of
    /// it. No types at all want every event; an event without a type is wanted by `*` alone.
    static boolean wantsType(List<String> types, @Nullable String type) {
        if (types.isEmpty()) {
            return true;
        }
        String actual = type == null ? "" : type;
        for (String wanted : types) {
            boolean matches =
                    wanted.endsWith("*")
                            ? actual.startsWith(wanted.substring(0, wanted.length() - 1))
                            : wanted.equals(type);
            if (matches) {
                return true;
            }
        }
        return false;
    }

    /// Says in which state a wanted delivery is created.
    @FunctionalInterface
    public interface FirstState {
        /// Due at once, for whoever claims it.
        static FirstState due(Instant now) {
            return (destination, bodyBytes) -> new DeliveryState.Due(now);
        }

        /// The state.
        ///
        /// @param bodyBytes length of the event's body
        DeliveryState of(String destination, int bodyBytes);
    }
}
