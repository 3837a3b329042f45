package dev.belay;

import dev.belay.delivery.StoreFailure;
import dev.belay.event.EventId;

/// What became of a published event.
public sealed interface Published {
    /// Durably stored with all its deliveries.
    record Accepted(EventId event) implements Published {}

    /// The idempotency key was used for the same body before: this is that event.
    record Duplicate(EventId first) implements Published {}

    /// The idempotency key was used for another body before: nothing was stored.
    record KeyReused(EventId first) implements Published {}

    /// The store did not take it; nothing was accepted.
    record Unavailable(StoreFailure.Kind kind) implements Published {}
}
