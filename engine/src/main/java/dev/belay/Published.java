package dev.belay;

import dev.belay.delivery.StoreFailure;
import dev.belay.event.EventId;

/// What became of an event that was published.
public sealed interface Published {
    /// Durably stored with all its deliveries.
    record Accepted(EventId event) implements Published {}

    /// Published before under the same idempotency key, with the same body.
    record Duplicate(EventId first) implements Published {}

    /// The idempotency key was used before with another body; nothing was stored.
    record KeyReused(EventId first) implements Published {}

    /// The store did not take it; nothing was accepted, unless the kind is `UNKNOWN`.
    record Unavailable(StoreFailure.Kind kind) implements Published {}
}
