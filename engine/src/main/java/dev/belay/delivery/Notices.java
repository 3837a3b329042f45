package dev.belay.delivery;

import java.util.List;

/// Makes the operational events that tell of what the dispatcher did, routed to whoever subscribed
/// to the built-in source. Needed by the dispatcher, supplied by what is above it.
@FunctionalInterface
public interface Notices {
    /// No notices.
    Notices NONE = happening -> List.of();

    /// The notice of a happening, or none where nobody subscribed. The deliveries of a notice are
    /// due at once. A dead letter of a notice makes no further notice.
    List<DeliveryQueue.Notice> of(Happening happening);

    /// Something worth telling.
    sealed interface Happening {
        /// A delivery became a dead letter: `delivery.dead`.
        record DeliveryDead(Delivery delivery, DeadReason reason, String outcome)
                implements Happening {}

        /// A circuit opened: `destination.circuit_opened`.
        record CircuitOpened(String destination, int failures, String outcome)
                implements Happening {}

        /// A circuit closed: `destination.circuit_closed`.
        record CircuitClosed(String destination) implements Happening {}

        /// A destination was disabled: `destination.disabled`.
        record DestinationDisabled(String destination, String reason) implements Happening {}
    }
}
