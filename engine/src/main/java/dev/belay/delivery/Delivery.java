package dev.belay.delivery;

import dev.belay.event.DeliveryId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One event to one destination.
///
/// @param id its id, which names the event
/// @param destination name of the destination
/// @param subscription name of the subscription that wanted it
/// @param createdAt when it was created
/// @param attempts attempts begun so far, the running one included
/// @param throttled how many of them do not count, because the destination asked for a later try
/// @param replayOf the delivery this one repeats, null for an original
/// @param state where it stands
public record Delivery(
        DeliveryId id,
        String destination,
        String subscription,
        Instant createdAt,
        int attempts,
        int throttled,
        @Nullable DeliveryId replayOf,
        DeliveryState state) {
    /// Attempts that count against the retry policy.
    public int counted() {
        return attempts - throttled;
    }
}
