package dev.belay.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// This destination wants those events.
///
/// @param name unique among subscriptions
/// @param source name of the source; [dev.belay.event.Event#BUILT_IN_SOURCE] for operational events
/// @param types event types wanted, exact or ending in `*`; empty: all
/// @param filter further condition, null: none
/// @param destination name of the destination
/// @param retry when failures are tried again
/// @param validation what an event must hold before it is tried, null: nothing
public record Subscription(
        String name,
        String source,
        List<String> types,
        @Nullable Filter filter,
        String destination,
        RetryPolicy retry,
        @Nullable EventValidation validation) {
    public Subscription {
        types = List.copyOf(types);
    }
}
