package dev.belay.delivery;

import dev.belay.catalog.Destination;
import dev.belay.delivery.CircuitBoard.Leave;
import dev.belay.delivery.CircuitBoard.Posted;
import dev.belay.signal.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Keeps the circuits of this node and of the others together: posts what happens here, takes over
/// what has happened elsewhere, and asks for leave to probe. While the board cannot be reached,
/// each circuit goes its own way, as on a node by itself.
final class CircuitSharing {
    /// Between two requests for leave to probe, at least and at most.
    private static final Duration SOON = Duration.ofMillis(50);

    private static final Duration LATER = Duration.ofSeconds(1);

    private final Lanes lanes;
    private final CircuitBoard board;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /// Orders what was posted and what was read.
    private final AtomicLong order = new AtomicLong();

    CircuitSharing(Lanes lanes, CircuitBoard board) {
        this.lanes = lanes;
        this.board = board;
    }

    /// What is known of a destination's circuit on the board.
    private static final class Known {
        /// Of the opening that this node has taken over or posted, 0: none.
        private long version;

        private boolean posting;
        private @Nullable CircuitBreaker toPost;
        private long postedAt;
    }

    private boolean isShared(String destination) {
        return Share.isShared(lanes.parts.catalog().get().destination(destination));
    }

    private Known known(String destination) {
        return known.computeIfAbsent(destination, _ -> new Known());
    }

    /// Posts a change of this node's circuit.
    void changed(String destination, CircuitBreaker to) {
        if (to instanceof CircuitBreaker.HalfOpen || !isShared(destination)) {
            return;
        }
        Known one = known(destination);
        synchronized (one) {
            one.toPost = to;
            if (one.posting) {
                return;
            }
            one.posting = true;
        }
        try {
            lanes.parts.reads().execute(() -> post(destination, one));
        } catch (RejectedExecutionException e) {
            lanes.voice.trouble("reads", e);
            next(one, null);
        }
    }

    /// One after the other, so that the last change is what stays on the board.
    private void post(String destination, Known one) {
        Long version = null;
        CircuitBreaker change = next(one, null);
        while (change != null) {
            try {
                version = post(destination, change);
                lanes.parts.wakeups().publish(new Wakeup.CircuitChanged(destination));
            } catch (RuntimeException e) {
                lanes.voice.trouble("circuit of " + destination, e);
            }
            change = next(one, version);
        }
    }

    /// Takes what is to be posted next; null ends the posting.
    private @Nullable CircuitBreaker next(Known one, @Nullable Long posted) {
        synchronized (one) {
            if (posted != null) {
                one.version = posted;
            }
            CircuitBreaker next = one.toPost;
            one.toPost = null;
            one.posting = next != null;
            one.postedAt = order.incrementAndGet();
            return next;
        }
    }

    private long post(String destination, CircuitBreaker change) {
        if (change instanceof CircuitBreaker.Open(_, Instant until, int failures)) {
            Duration reset = Duration.between(lanes.now(), until);
            return board.opened(destination, reset.isNegative() ? Duration.ZERO : reset, failures);
        }
        board.closed(destination);
        return 0;
    }

    /// Takes over what the board says, where nothing was posted since it was read. Blocks.
    void look() {
        long before = order.incrementAndGet();
        Map<String, Posted> open;
        try {
            open = board.open();
        } catch (RuntimeException e) {
            lanes.voice.trouble("circuits", e);
            return;
        }
        open.forEach(
                (destination, posted) -> {
                    if (isShared(destination)) {
                        compare(destination, posted, before);
                    }
                });
        for (String destination : known.keySet()) {
            if (!open.containsKey(destination)) {
                compare(destination, null, before);
            }
        }
    }

    private void compare(String destination, @Nullable Posted posted, long before) {
        Known one = known(destination);
        Lane lane = lanes.lane(destination);
        Instant now = lanes.now();
        boolean changed;
        synchronized (one) {
            if (one.posting || one.postedAt > before) {
                return;
            }
            boolean news = posted == null ? one.version != 0 : posted.version() != one.version;
            one.version = posted == null ? 0 : posted.version();
            changed =
                    posted == null
                            ? news && lane.closedElsewhere(now)
                            : lane.openedElsewhere(
                                    news, now.plus(posted.opensIn()), posted.failures());
        }
        if (changed) {
            lanes.voice.say(new Signal.CircuitChanged(destination, lane.circuit().word()));
        }
        // Also where it only opens at another time.
        lanes.pumpSoon(lane);
    }

    /// Asks for a lane's leave to probe.
    void ask(Lane lane, Destination destination) {
        try {
            lanes.parts.reads().execute(() -> answer(lane, destination));
        } catch (RejectedExecutionException e) {
            lanes.voice.trouble("reads", e);
            lane.mayProbe(new Leave.Denied(LATER), lanes.now());
        }
    }

    private void answer(Lane lane, Destination destination) {
        Duration expiry = destination.timeout().plus(ProbeLeave.LASTS).plus(Members.MARGIN);
        Leave leave;
        try {
            leave = board.askToProbe(lane.name(), expiry);
        } catch (RuntimeException e) {
            lanes.voice.trouble("circuit of " + lane.name(), e);
            leave = new Leave.Given();
        }
        if (leave instanceof Leave.Denied(Duration again)) {
            leave = new Leave.Denied(between(SOON, again, LATER));
        }
        lane.mayProbe(leave, lanes.now());
        lanes.pumpSoon(lane);
    }

    private static Duration between(Duration least, Duration wanted, Duration most) {
        Duration atLeast = wanted.compareTo(least) < 0 ? least : wanted;
        return atLeast.compareTo(most) > 0 ? most : atLeast;
    }
}
