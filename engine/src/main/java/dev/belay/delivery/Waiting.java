package dev.belay.delivery;

import dev.belay.event.Event;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A delivery that this node has claimed and not yet begun.
///
/// @param event where it is held in memory, null where it is to be read from the store
record Waiting(Delivery delivery, Lease lease, @Nullable Event event) {
    /// Whether the lease lasts as long as an attempt and the storing of its result may take.
    boolean covers(Duration timeout, Instant now) {
        return !lease.until().isBefore(now.plus(timeout).plus(DispatcherLimits.LEASE_MARGIN));
    }

    /// Bytes held in memory.
    int bytes() {
        return event == null ? 0 : event.body().length();
    }

    DeliveryQueue.Release release(Instant dueAt) {
        return new DeliveryQueue.Release(delivery.id(), lease.token(), dueAt);
    }
}
