package dev.belay;

import dev.belay.event.DeliveryId;
import java.util.Map;

/// The circumstances of one call of an [EventHandler].
///
/// @param delivery which delivery this is
/// @param attempt counted from 1
/// @param replay whether someone asked for this event to be delivered again
/// @param attributes what the enrichment added
public record EventContext(
        DeliveryId delivery, int attempt, boolean replay, Map<String, Object> attributes) {
    public EventContext {
        attributes = Map.copyOf(attributes);
    }
}
