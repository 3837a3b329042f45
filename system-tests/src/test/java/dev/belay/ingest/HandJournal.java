package dev.belay.ingest;

import dev.belay.delivery.Delivery;
import dev.belay.testkit.MemoryStore;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The journal of a [MemoryStore], with commits that wait until the test makes them, and failures.
final class HandJournal implements EventJournal {
    private record Held(Append append, CompletableFuture<Appended> future) {}

    final MemoryStore store;
    final List<Append> appends = new ArrayList<>();
    final List<Reject> rejects = new ArrayList<>();

    /// Thrown by the next calls.
    @Nullable RuntimeException throwing;

    /// What the futures of the next appends fail with.
    @Nullable Throwable failing;

    /// Whether appends wait for [#commit].
    boolean holding;

    private final Deque<Held> held = new ArrayDeque<>();

    HandJournal(MemoryStore store) {
        this.store = store;
    }

    /// Makes what waits durable.
    void commit() {
        for (Held next = held.poll(); next != null; next = held.poll()) {
            next.future().complete(store.append(next.append()).resultNow());
        }
    }

    @Override
    public CompletableFuture<Appended> append(Append append) {
        appends.add(append);
        if (throwing != null) {
            throw throwing;
        }
        if (failing != null) {
            return CompletableFuture.failedFuture(failing);
        }
        if (holding) {
            Held waiting = new Held(append, new CompletableFuture<>());
            held.add(waiting);
            return waiting.future();
        }
        return store.append(append);
    }

    @Override
    public CompletableFuture<List<Delivery>> replay(List<Redelivery> redeliveries, Instant now) {
        return store.replay(redeliveries, now);
    }

    @Override
    public void reject(Reject reject) {
        if (throwing != null) {
            throw throwing;
        }
        rejects.add(reject);
    }

    @Override
    public long highestId() {
        return store.highestId();
    }
}
