package dev.belay.delivery;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/// Counts what is under way (pumps, attempts, writes), so that closing can tell when all is done.
final class Outstanding {
    private final AtomicLong count = new AtomicLong();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean closing;

    void begin() {
        count.incrementAndGet();
    }

    void end() {
        if (count.decrementAndGet() == 0 && closing) {
            drained.complete(null);
        }
    }

    boolean closing() {
        return closing;
    }

    /// From here on nothing new may begin. Whoever began before is counted and will be waited for;
    /// whoever begins after sees [#closing()].
    void startClosing() {
        begin();
        closing = true;
    }

    CompletableFuture<Void> drained() {
        return drained;
    }
}
