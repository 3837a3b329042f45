package dev.belay.delivery;

import java.time.Instant;

/// Where a delivery stands. `Due` → `Leased` → `Delivered`, `Due` again or `Dead`; `Cancelled` from
/// `Due`; `Held` where a rule or a person holds it. The last three of the list are final.
public sealed interface DeliveryState {
    /// Waits to be claimed, not before this time.
    record Due(Instant at) implements DeliveryState {}

    /// Claimed by a node or a consumer.
    record Leased(Lease lease) implements DeliveryState {}

    /// Waits until a rule or a person lets it go on.
    record Held(String reason) implements DeliveryState {}

    /// The destination has taken it.
    record Delivered(Instant at) implements DeliveryState {}

    /// Will not be tried again by itself: a dead letter.
    record Dead(Instant at, DeadReason reason) implements DeliveryState {}

    /// Called off before it was tried again.
    record Cancelled(Instant at, String reason) implements DeliveryState {}

    /// The word for this state in the API and in stores.
    default String word() {
        return switch (this) {
            case Due _ -> "due";
            case Leased _ -> "leased";
            case Held _ -> "held";
            case Delivered _ -> "delivered";
            case Dead _ -> "dead";
            case Cancelled _ -> "cancelled";
        };
    }
}
