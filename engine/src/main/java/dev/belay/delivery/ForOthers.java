package dev.belay.delivery;

import dev.belay.catalog.Destination;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Tells the other nodes of deliveries that this one has stored and has no share for: so many
/// events, one wake-up a destination for all that came within a moment.
final class ForOthers {
    /// How long they are collected.
    static final Duration MOMENT = Duration.ofMillis(50);

    private final Lanes lanes;
    private final Set<String> collecting = ConcurrentHashMap.newKeySet();

    ForOthers(Lanes lanes) {
        this.lanes = lanes;
    }

    /// A delivery was stored as due.
    void stored(String name) {
        Destination destination = lanes.parts.catalog().get().destination(name);
        if (destination == null
                || lanes.share(destination).concurrency() > 0
                || !collecting.add(name)) {
            return;
        }
        lanes.at(
                lanes.now().plus(MOMENT),
                () -> {
                    collecting.remove(name);
                    lanes.parts.wakeups().publish(new Wakeup.WorkDue(name));
                });
    }
}
