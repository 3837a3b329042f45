package dev.belay.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// What a lane has in hand. New deliveries and claimed ones wait apart and take turns, so that
/// neither a backlog of retries nor a flood of news starves the other. Not safe for use by several
/// threads.
final class InHand {
    private final ArrayDeque<Waiting> fresh = new ArrayDeque<>();
    private final ArrayDeque<Waiting> claimed = new ArrayDeque<>();
    private boolean freshTurn = true;

    int fresh() {
        return fresh.size();
    }

    int claimed() {
        return claimed.size();
    }

    int all() {
        return fresh.size() + claimed.size();
    }

    boolean isEmpty() {
        return fresh.isEmpty() && claimed.isEmpty();
    }

    void addFresh(Waiting waiting) {
        fresh.add(waiting);
    }

    void addClaimed(List<Waiting> waiting) {
        claimed.addAll(waiting);
    }

    Waiting takeNext() {
        boolean takeFresh = claimed.isEmpty() || (freshTurn && !fresh.isEmpty());
        freshTurn = !takeFresh;
        return takeFresh ? fresh.remove() : claimed.remove();
    }

    List<Waiting> takeAll() {
        List<Waiting> all = new ArrayList<>(claimed);
        all.addAll(fresh);
        claimed.clear();
        fresh.clear();
        return all;
    }

    /// Removes those whose lease no longer covers an attempt. Leases end in the order of the queue.
    List<Waiting> takeStale(Duration timeout, Instant now) {
        List<Waiting> stale = new ArrayList<>(0);
        for (ArrayDeque<Waiting> queue : List.of(claimed, fresh)) {
            Waiting first = queue.peek();
            while (first != null && !first.covers(timeout, now)) {
                stale.add(queue.remove());
                first = queue.peek();
            }
        }
        return stale;
    }
}
