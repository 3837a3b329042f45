package dev.belay.delivery;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Makes dead letters of what waits for destinations that are gone. Remembers which are: claims
/// that were under way when a destination was removed are given back, or rescued, after it.
final class Burials {
    private static final int LIMIT = 1_000;

    private final Lanes lanes;
    private final Map<String, DeadReason> gone = new ConcurrentHashMap<>();
    private volatile @Nullable DeadReason undeclared;

    Burials(Lanes lanes) {
        this.lanes = lanes;
    }

    /// Buries what waits for a destination, now and later, and says how many now. Stops when the
    /// destination is declared again meanwhile.
    CompletableFuture<Integer> bury(String destination, DeadReason reason) {
        gone.put(destination, reason);
        return buryNow(destination, reason);
    }

    /// Buries what is found waiting for any destination that is not declared.
    void buryUndeclared(DeadReason reason) {
        undeclared = reason;
    }

    /// The destination is there.
    void declared(String destination) {
        gone.remove(destination);
    }

    /// Something waits for a destination that is not declared. Says whether it is being buried.
    boolean found(String destination) {
        DeadReason reason = gone.get(destination);
        if (reason == null) {
            reason = undeclared;
        }
        if (reason == null) {
            return false;
        }
        var _ =
                buryNow(destination, reason)
                        .whenComplete(
                                (_, error) -> {
                                    if (error != null) {
                                        lanes.voice.trouble("removal of " + destination, error);
                                    }
                                });
        return true;
    }

    private CompletableFuture<Integer> buryNow(String destination, DeadReason reason) {
        Lane lane = lanes.lane(destination);
        List<Waiting> waiting = lane.drain();
        CompletableFuture<Integer> buried = new CompletableFuture<>();
        CompletableFuture<Void> released =
                waiting.isEmpty()
                        ? CompletableFuture.completedFuture(null)
                        : lanes.writes().release(lane, waiting, lanes.now());
        var _ =
                released.whenComplete(
                        (_, _) -> buryMore(new Burial(destination, reason, buried), 0));
        return buried;
    }

    private record Burial(
            String destination, DeadReason reason, CompletableFuture<Integer> buried) {}

    private void buryMore(Burial burial, int before) {
        int total = before;
        while (true) {
            if (lanes.parts.catalog().get().destination(burial.destination()) != null) {
                // Declared again while claims were given back or others were buried.
                burial.buried().complete(total);
                return;
            }
            int sofar = total;
            Obituaries dead = new Obituaries(lanes.voice);
            CompletableFuture<Integer> part =
                    Writes.attempt(
                            () ->
                                    lanes.parts
                                            .queue()
                                            .bury(
                                                    burial.destination(),
                                                    burial.reason(),
                                                    lanes.now(),
                                                    LIMIT,
                                                    dead));
            if (!part.isDone() || part.isCompletedExceptionally()) {
                var _ =
                        part.whenComplete(
                                (count, error) -> {
                                    if (count != null) {
                                        dead.tell(lanes);
                                    }
                                    buriedPart(burial, sofar, count, error);
                                });
                return;
            }
            // A store that answers at once must not grow the stack with each part.
            dead.tell(lanes);
            total += part.resultNow();
            if (part.resultNow() < LIMIT) {
                burial.buried().complete(total);
                return;
            }
        }
    }

    private void buriedPart(
            Burial burial, int before, @Nullable Integer count, @Nullable Throwable error) {
        if (count == null) {
            burial.buried()
                    .completeExceptionally(
                            error != null ? error : new IllegalStateException("no answer"));
        } else if (count < LIMIT) {
            burial.buried().complete(before + count);
        } else {
            buryMore(burial, before + count);
        }
    }
}
