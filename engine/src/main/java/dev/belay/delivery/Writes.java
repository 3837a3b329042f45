package dev.belay.delivery;

import dev.belay.delivery.DeliveryQueue.Notice;
import dev.belay.delivery.DeliveryQueue.Release;
import dev.belay.delivery.DeliveryQueue.Settle;
import dev.belay.delivery.DeliveryQueue.SettleResult;
import dev.belay.signal.Signal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Stores results and gives claims back, and tries again while the lease lasts when the store
/// cannot. What cannot be stored till then is taken back by the rescue and tried once more: that is
/// what "at least once" means.
final class Writes {
    private static final long FIRST_RETRY_MILLIS = 100;
    private static final int MOST_DOUBLINGS = 6;

    private final Lanes lanes;

    Writes(Lanes lanes) {
        this.lanes = lanes;
    }

    /// A result on its way to the store.
    ///
    /// @param until end of the lease
    /// @param signals to be heard once it is stored
    record Result(Lane lane, Settle settle, Instant until, List<Signal> signals) {}

    /// Stores a result.
    void settle(Result result) {
        settle(result, 0, false);
    }

    private void settle(Result result, int tries, boolean unknown) {
        CompletableFuture<SettleResult> stored =
                attempt(() -> lanes.parts.queue().settle(result.settle()));
        var _ =
                stored.whenComplete(
                        (answer, error) -> {
                            if (answer == SettleResult.SETTLED) {
                                settled(result);
                            } else if (answer == SettleResult.FENCED) {
                                fenced(result, unknown);
                            } else {
                                settleFailed(result, tries, unknown, error);
                            }
                        });
    }

    private void settled(Result result) {
        noteWhatFollows(result);
        result.signals().forEach(lanes.voice::say);
        over(result);
    }

    private void fenced(Result result, boolean unknown) {
        if (unknown) {
            // The commit whose outcome was not known has most likely spent the token.
            settled(result);
            return;
        }
        Delivery delivery = result.settle().delivery();
        lanes.voice.say(new Signal.LeaseLost(delivery.id(), delivery.destination()));
        over(result);
    }

    private void settleFailed(
            Result result, int tries, boolean unknown, @Nullable Throwable error) {
        if (error != null && tries == 0) {
            lanes.voice.trouble("settle", error);
        }
        Instant next = lanes.now().plusMillis(backoff(tries));
        if (isClosed(error) || !next.isBefore(result.until())) {
            lanes.voice.say(
                    new Signal.Trouble(
                            "settle", "result not stored: " + result.settle().delivery().id()));
            over(result);
            return;
        }
        boolean nowUnknown = unknown || mayHaveBeenMade(error);
        lanes.at(next, () -> settle(result, tries + 1, nowUnknown));
    }

    private void noteWhatFollows(Result result) {
        if (result.settle().settlement() instanceof Settlement.RetryAt(Instant at, _)) {
            lanes.noteDueLater(result.settle().delivery().destination(), at);
        }
        for (Notice notice : result.settle().notices()) {
            for (NewDelivery delivery : notice.deliveries()) {
                if (delivery.state() instanceof DeliveryState.Due(Instant at)) {
                    lanes.noteDueLater(delivery.destination(), at);
                }
            }
        }
    }

    private void over(Result result) {
        if (result.lane().settled()) {
            lanes.pumpSoon(result.lane());
        }
        lanes.outstanding.end();
    }

    /// Gives claims back untried, due at the time given.
    void giveBack(Lane lane, List<Waiting> waiting, Instant dueAt) {
        var _ = release(lane, waiting, dueAt);
    }

    /// Gives claims back untried. The future completes, in any case normally, when they are given
    /// back or their leases are over.
    CompletableFuture<Void> release(Lane lane, List<Waiting> waiting, Instant dueAt) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        lanes.outstanding.begin();
        lanes.attempts().forget(waiting);
        release(new GivingBack(lane, waiting, dueAt, done), 0);
        return done;
    }

    private record GivingBack(
            Lane lane, List<Waiting> waiting, Instant dueAt, CompletableFuture<Void> done) {
        List<Release> releases() {
            List<Release> all = new ArrayList<>(waiting.size());
            waiting.forEach(one -> all.add(one.release(dueAt)));
            return all;
        }

        Instant lastLease() {
            return waiting.stream()
                    .map(one -> one.lease().until())
                    .max(Instant::compareTo)
                    .orElse(Instant.MIN);
        }
    }

    private void release(GivingBack back, int tries) {
        CompletableFuture<Void> released =
                attempt(() -> lanes.parts.queue().release(back.releases()));
        var _ =
                released.whenComplete(
                        (_, error) -> {
                            if (error == null) {
                                lanes.noteDueLater(back.lane().name(), back.dueAt());
                                if (!back.dueAt().isAfter(lanes.now())) {
                                    lanes.parts
                                            .wakeups()
                                            .publish(new Wakeup.WorkDue(back.lane().name()));
                                }
                                released(back);
                                return;
                            }
                            if (tries == 0) {
                                lanes.voice.trouble("release", error);
                            }
                            Instant next = lanes.now().plusMillis(backoff(tries));
                            if (isClosed(error) || !next.isBefore(back.lastLease())) {
                                released(back);
                            } else {
                                lanes.at(next, () -> release(back, tries + 1));
                            }
                        });
    }

    private void released(GivingBack back) {
        back.done().complete(null);
        lanes.outstanding.end();
    }

    /// Calls the store. A store that throws instead of failing its future does no other harm.
    static <T> CompletableFuture<T> attempt(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static long backoff(int tries) {
        return FIRST_RETRY_MILLIS << Math.min(tries, MOST_DOUBLINGS);
    }

    private static boolean isClosed(@Nullable Throwable error) {
        return error instanceof StoreFailure failure && failure.kind() == StoreFailure.Kind.CLOSED;
    }

    private static boolean mayHaveBeenMade(@Nullable Throwable error) {
        return error instanceof StoreFailure failure && failure.outcomeUnknown();
    }
}
