package dev.belay;

import dev.belay.delivery.Delivery;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The circumstances of one call of an [EventHandler].
///
/// @param delivery what is being delivered
/// @param attributes what the enrichment added; empty where there is none
public record EventContext(Delivery delivery, Map<String, Object> attributes) {
    public EventContext {
        attributes = Map.copyOf(attributes);
    }

    /// Which try this is, counted from 1.
    public int attempt() {
        return delivery.attempts();
    }

    /// Whether the delivery repeats an older one.
    public boolean isReplay() {
        return delivery.replayOf() != null;
    }

    /// What the enrichment added under this name, or null.
    public @Nullable Object attribute(String name) {
        return attributes.get(name);
    }
}
