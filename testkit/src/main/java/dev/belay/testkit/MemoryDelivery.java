package dev.belay.testkit;

import dev.belay.delivery.Attempt;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A delivery and what happened to it.
final class MemoryDelivery {
    Delivery delivery;
    final List<Attempt> history = new ArrayList<>();
    int lost;
    Instant changedAt;

    MemoryDelivery(Delivery delivery, Instant changedAt) {
        this.delivery = delivery;
        this.changedAt = changedAt;
    }

    Instant dueAt() {
        return delivery.state() instanceof DeliveryState.Due(Instant at) ? at : Instant.MAX;
    }

    void state(DeliveryState state) {
        change(0, 0, state);
    }

    /// The delivery as it would be in a state.
    Delivery as(DeliveryState state) {
        return changed(0, 0, state);
    }

    void attempts(int more) {
        change(more, 0, delivery.state());
    }

    void throttled(int more) {
        change(0, more, delivery.state());
    }

    private void change(int attempts, int throttled, DeliveryState state) {
        delivery = changed(attempts, throttled, state);
    }

    private Delivery changed(int attempts, int throttled, DeliveryState state) {
        return new Delivery(
                delivery.id(),
                delivery.destination(),
                delivery.subscription(),
                delivery.createdAt(),
                delivery.attempts() + attempts,
                delivery.throttled() + throttled,
                delivery.replayOf(),
                state);
    }
}
