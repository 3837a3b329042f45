package dev.belay.store;

import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import dev.belay.signal.Signal;
import dev.belay.time.Time;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The one thread that writes. It takes whatever waits, applies it in one transaction, syncs once,
/// and hands the group to [Completions], so that it is at the next group while callers go on.
///
/// Failures: an operation that fails for a reason of its own fails alone (the group is taken back
/// and its operations are committed one by one). A full disk fails the group, and the store goes on
/// with a new session: SQLite has ended the transaction and the driver the statement it was at. Any
/// trouble with reading, writing or syncing the files fails the group with an unknown outcome and
/// the store for good: after a failed sync nothing can be known of what the disk holds, and trying
/// again may falsely succeed.
final class Writer implements AutoCloseable {
    private final Renewal renewal;
    private final StoreOptions.Group limits;
    private final Completions completions;
    private final Checkpoints checkpoints;
    private final Time time;
    private final Spacing spacing;
    private final Thread thread;

    private final Queue<Operation<?>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean idle;

    /// Touched by the thread alone once it runs.
    private WriteSession session;

    /// Whether the session is to be renewed before the next group.
    private boolean stale;

    private volatile long highestId;
    private volatile boolean closing;

    /// Whether the thread takes no more.
    private volatile boolean ended;

    private volatile @Nullable String failed;

    Writer(
            WriteSession session,
            Renewal renewal,
            StoreOptions.Group limits,
            Completions completions,
            Checkpoints checkpoints,
            Time time) {
        this.session = session;
        this.renewal = renewal;
        highestId = session.highestId();
        this.limits = limits;
        this.completions = completions;
        this.checkpoints = checkpoints;
        this.time = time;
        spacing = new Spacing(limits.spacing(), time);
        thread = Thread.ofPlatform().name("belay-store-writer").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Hands an operation in. Never blocks.
    <T> CompletableFuture<T> submit(Operation<T> operation) {
        StoreFailure refusal = refusal(operation);
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        waiting.add(operation);
        if (ended) {
            refuseWaiting();
        } else if (idle) {
            LockSupport.unpark(thread);
        }
        return operation.future();
    }

    /// The highest id of any event there has been.
    long highestId() {
        return highestId;
    }

    /// Why the store does not work, null while it does.
    @Nullable String failed() {
        return failed;
    }

    private @Nullable StoreFailure refusal(Operation<?> operation) {
        int times = operation.refusable() ? 1 : 4;
        int number = count.incrementAndGet();
        long weight = bytes.addAndGet(operation.bytes());
        StoreFailure refusal = null;
        if (failed != null) {
            refusal = new StoreFailure(Kind.UNAVAILABLE, "the store has failed: " + failed);
        } else if (closing) {
            refusal = new StoreFailure(Kind.CLOSED, "the store is closed");
        } else if (number > limits.waitingOperations() * times
                || weight > limits.waitingBytes() * times) {
            refusal = new StoreFailure(Kind.OVERLOADED, "too many operations wait to be stored");
        }
        if (refusal != null) {
            forget(operation);
        }
        return refusal;
    }

    private void refuseWaiting() {
        for (Operation<?> late = waiting.poll(); late != null; late = waiting.poll()) {
            forget(late);
            late.fail(new StoreFailure(Kind.CLOSED, "the store is closed"));
            late.complete();
        }
    }

    private void forget(Operation<?> operation) {
        count.decrementAndGet();
        bytes.addAndGet(-operation.bytes());
    }

    private void run() {
        List<Operation<?>> group = new ArrayList<>(limits.operations());
        while (true) {
            rest();
            take(group);
            if (group.isEmpty()) {
                if (closing) {
                    // Whoever adds from here on sees the flag; whoever added before is refused.
                    ended = true;
                    refuseWaiting();
                    return;
                }
                await();
                continue;
            }
            try {
                commit(group);
            } catch (Error e) {
                // Out of memory, most likely: the transaction may be in any state.
                fail(group, new StoreFailure(Kind.UNKNOWN, "commit: " + e));
                breakDown(e.toString());
            }
            completions.complete(group);
            group = new ArrayList<>(limits.operations());
        }
    }

    private void rest() {
        long rest = closing ? 0 : spacing.rest(count.get());
        if (rest > 0) {
            LockSupport.parkNanos(this, rest);
        }
    }

    private void take(List<Operation<?>> group) {
        long weight = 0;
        while (group.size() < limits.operations() && weight < limits.bytes()) {
            Operation<?> next = waiting.poll();
            if (next == null) {
                break;
            }
            forget(next);
            weight += next.bytes();
            group.add(next);
        }
        spacing.took(group.size());
    }

    private void await() {
        idle = true;
        // Looked at again after the flag is up: whoever added before saw it down.
        if (waiting.isEmpty() && !closing) {
            LockSupport.park(this);
        }
        idle = false;
    }

    private void commit(List<Operation<?>> group) {
        if (failed != null) {
            fail(group, new StoreFailure(Kind.UNAVAILABLE, "the store has failed: " + failed));
            return;
        }
        long began = time.nanos();
        try {
            renewIfStale();
            for (Operation<?> operation : group) {
                operation.run(session);
            }
        } catch (SQLException | RuntimeException e) {
            takeBack(group, e, false);
            return;
        }
        try {
            session.commit();
        } catch (SQLException | RuntimeException e) {
            takeBack(group, e, true);
            return;
        }
        session.committed();
        highestId = Math.max(highestId, session.highestId());
        Duration took = Duration.ofNanos(time.nanos() - began);
        completions.signal(new Signal.Committed(group.size(), took));
        try {
            checkpoints.afterCommit();
        } catch (SQLException e) {
            // The group is safe: it was committed before. What comes after it is not.
            breakDown("checkpoint: " + e.getMessage());
        }
    }

    private void takeBack(List<Operation<?>> group, Exception cause, boolean committing) {
        Failure failure = Failure.of(cause);
        if (failure == Failure.FULL) {
            stale = true;
        } else {
            try {
                session.rollback();
            } catch (SQLException e) {
                failure = Failure.BROKEN;
            }
        }
        switch (failure) {
            case FULL -> fail(group, new StoreFailure(Kind.FULL, "no room: " + cause.getMessage()));
            case BROKEN -> {
                fail(group, new StoreFailure(Kind.UNKNOWN, "commit: " + cause.getMessage()));
                breakDown(String.valueOf(cause.getMessage()));
            }
            case OWN -> {
                if (group.size() == 1 && !committing) {
                    fail(
                            group,
                            new StoreFailure(
                                    Kind.UNAVAILABLE, "not stored: " + cause.getMessage()));
                    completions.signal(
                            new Signal.Trouble("store", "not stored: " + cause.getMessage()));
                } else if (group.size() == 1) {
                    fail(group, new StoreFailure(Kind.UNKNOWN, "commit: " + cause.getMessage()));
                } else {
                    group.forEach(operation -> commit(List.of(operation)));
                }
            }
        }
    }

    private void renewIfStale() throws SQLException {
        if (stale) {
            session.close();
            session = renewal.session();
            stale = false;
        }
    }

    private static void fail(List<Operation<?>> group, StoreFailure failure) {
        group.forEach(operation -> operation.fail(failure));
    }

    private void breakDown(String why) {
        if (failed == null) {
            failed = why;
            completions.signal(
                    new Signal.Trouble(
                            "store", "the store has failed and must be opened anew: " + why));
        }
    }

    /// Commits what waits, then stops and closes the session.
    @Override
    public void close() throws SQLException {
        closing = true;
        LockSupport.unpark(thread);
        Threads.joinUninterruptibly(thread);
        session.close();
    }

    /// Makes a session in place of one that is closed.
    @FunctionalInterface
    interface Renewal {
        WriteSession session() throws SQLException;
    }
}
