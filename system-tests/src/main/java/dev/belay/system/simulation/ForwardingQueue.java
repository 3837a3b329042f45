package dev.belay.system.simulation;

import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.delivery.Lease;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A queue that does what another does; what is overridden is the mistake.
class ForwardingQueue implements DeliveryQueue {
    final DeliveryQueue real;

    ForwardingQueue(DeliveryQueue real) {
        this.real = real;
    }

    @Override
    public CompletableFuture<List<Delivery>> claim(
            String destination, int limit, Instant now, Lease lease) {
        return real.claim(destination, limit, now, lease);
    }

    @Override
    public CompletableFuture<SettleResult> settle(Settle settle) {
        return real.settle(settle);
    }

    @Override
    public CompletableFuture<Void> release(List<Release> releases) {
        return real.release(releases);
    }

    @Override
    public CompletableFuture<List<Rescued>> rescue(
            Instant now, int poisonAfter, int limit, DeadNotices notices) {
        return real.rescue(now, poisonAfter, limit, notices);
    }

    @Override
    public CompletableFuture<Integer> bury(
            String destination, DeadReason reason, Instant now, int limit, DeadNotices notices) {
        return real.bury(destination, reason, now, limit, notices);
    }

    @Override
    public Map<String, Instant> nextDue() {
        return real.nextDue();
    }

    @Override
    public Optional<Event> event(EventId id) {
        return real.event(id);
    }
}
