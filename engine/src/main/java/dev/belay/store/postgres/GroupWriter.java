package dev.belay.store.postgres;

import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import dev.belay.signal.Signal;
import dev.belay.store.Completions;
import dev.belay.store.StoreOptions;
import dev.belay.store.Threads;
import dev.belay.store.postgres.Operation.Commits;
import dev.belay.store.postgres.Operation.InDoubt;
import dev.belay.time.Time;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A thread that commits. It takes whatever waits and commits what is of one kind together.
///
/// Failures: what cannot be stored for a reason of its own fails alone (its group is committed one
/// by one). When the database cannot be reached or refuses, the group fails, and the next one tries
/// again. When the connection ends during a commit, the group's outcome is unknown.
final class GroupWriter implements AutoCloseable {
    /// Tries of a group that other transactions are in the way of.
    private static final int TRIES = 4;

    /// How long an answer of the database is waited for, in milliseconds. What was asked may still
    /// be done after that.
    private static final int ANSWER_MILLIS = 8_000;

    /// So many looks at one and the same commit: the database is taken to be away.
    private static final int LOOKS = 4;

    private final Parts parts;
    private final StoreOptions.Group limits;
    private final Thread thread;

    private final Queue<Operation<?>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean idle;
    private volatile boolean closing;

    /// Number of the commit under way, 0: none.
    private volatile long underWay;

    /// The commit that takes so long that nobody is to wait behind it.
    private volatile long stuck = -1;

    private long commits;
    private long looked;
    private int looks;

    /// What a writer works with.
    record Parts(
            Database database,
            Nodes nodes,
            Partitions partitions,
            Completions completions,
            Outage outage,
            Time time) {}

    GroupWriter(String name, Parts parts, StoreOptions.Group limits) {
        this.parts = parts;
        this.limits = limits;
        thread = Thread.ofPlatform().name("belay-store-" + name).daemon().unstarted(this::run);
        thread.start();
    }

    /// Hands an operation in. Never blocks.
    <T> CompletableFuture<T> submit(Operation<T> operation) {
        StoreFailure refusal = refusal(operation);
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        waiting.add(operation);
        if (idle) {
            LockSupport.unpark(thread);
        }
        return operation.future();
    }

    private @Nullable StoreFailure refusal(Operation<?> operation) {
        int times = operation.refusable() ? 1 : 4;
        int number = count.incrementAndGet();
        long weight = bytes.addAndGet(operation.bytes());
        StoreFailure refusal = null;
        if (closing) {
            refusal = new StoreFailure(Kind.CLOSED, "the store is closed");
        } else if (operation.refusable() && stuck == underWay) {
            refusal = silent();
        } else if (number > limits.waitingOperations() * times
                || weight > limits.waitingBytes() * times) {
            refusal = new StoreFailure(Kind.OVERLOADED, "too many operations wait to be stored");
        }
        if (refusal != null) {
            forget(operation);
        }
        return refusal;
    }

    /// Whether the commit under way has taken long is seen here, by a thread that calls this every
    /// now and then and is not the writer. Then the database is away, as far as anybody can tell:
    /// what waits and could be sent elsewhere is refused, as it certainly was not stored.
    void look() {
        long now = underWay;
        looks = now != 0 && now == looked ? looks + 1 : 0;
        looked = now;
        if (looks < LOOKS) {
            return;
        }
        stuck = now;
        StoreFailure why = silent();
        parts.outage.failed(String.valueOf(why.getMessage()));
        List<Operation<?>> refused = new ArrayList<>();
        for (Operation<?> operation : List.copyOf(waiting)) {
            // Whoever takes it off the queue has it: the writer may be about to.
            if (operation.refusable() && waiting.remove(operation)) {
                forget(operation);
                operation.fail(why);
                refused.add(operation);
            }
        }
        parts.completions.run(() -> refused.forEach(Operation::complete));
    }

    private static StoreFailure silent() {
        return new StoreFailure(Kind.UNAVAILABLE, "the database: no answer for seconds");
    }

    private void forget(Operation<?> operation) {
        count.decrementAndGet();
        bytes.addAndGet(-operation.bytes());
    }

    private void run() {
        while (true) {
            Map<Commits, List<Operation<?>>> groups = take();
            if (groups.isEmpty()) {
                if (closing) {
                    return;
                }
                await();
                continue;
            }
            groups.forEach(
                    (commits, group) -> {
                        underWay = ++this.commits;
                        commit(commits, group, 1);
                        underWay = 0;
                        parts.completions.run(() -> group.forEach(Operation::complete));
                    });
        }
    }

    /// What waits, by kind; kinds nobody waits for come first, so that whoever waits for something
    /// later finds them done.
    private Map<Commits, List<Operation<?>>> take() {
        Map<Commits, List<Operation<?>>> quiet = new LinkedHashMap<>();
        Map<Commits, List<Operation<?>>> others = new LinkedHashMap<>();
        long weight = 0;
        for (int taken = 0; taken < limits.operations() && weight < limits.bytes(); taken++) {
            Operation<?> next = waiting.poll();
            if (next == null) {
                break;
            }
            forget(next);
            weight += next.bytes();
            Commits commits = next.commits();
            (commits.quiet() ? quiet : others)
                    .computeIfAbsent(commits, _ -> new ArrayList<>())
                    .add(next);
        }
        quiet.putAll(others);
        return quiet;
    }

    private void await() {
        idle = true;
        // Looked at again after the flag is up: whoever added before saw it down.
        if (waiting.isEmpty() && !closing) {
            LockSupport.park(this);
        }
        idle = false;
    }

    private void commit(Commits commits, List<Operation<?>> group, int tries) {
        long began = parts.time.nanos();
        try (Connection connection = parts.database.writing()) {
            connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
            parts.nodes.mustBeOurs();
            parts.nodes.beforeLease(connection);
            commits.commit(connection, group);
        } catch (InDoubt e) {
            parts.outage.failed("a commit of unknown outcome: " + e.getMessage());
            fail(group, new StoreFailure(Kind.UNKNOWN, "commit: " + e.getMessage()));
            return;
        } catch (SQLException | RuntimeException e) {
            takeBack(commits, group, e, tries);
            return;
        }
        parts.outage.over();
        Duration took = Duration.ofNanos(parts.time.nanos() - began);
        parts.completions.signal(new Signal.Committed(group.size(), took));
    }

    private void takeBack(
            Commits commits, List<? extends Operation<?>> whole, Exception cause, int tries) {
        List<Operation<?>> group = new ArrayList<>(whole);
        group.removeIf(Operation::isDone);
        Failure what = Failure.of(cause);
        if (Failure.noPartition(cause)) {
            parts.partitions.forget();
            what = Failure.CROSSED;
        }
        switch (what) {
            case CROSSED -> {
                if (tries < TRIES) {
                    commit(commits, group, tries + 1);
                } else {
                    fail(group, what.toStoreFailure(cause));
                }
            }
            case OWN, CORRUPT -> {
                if (group.size() == 1) {
                    String why = "not stored: " + Failure.message(cause);
                    fail(group, new StoreFailure(Kind.UNAVAILABLE, why));
                    parts.completions.signal(new Signal.Trouble("store", why));
                } else {
                    group.forEach(operation -> commit(commits, List.of(operation), 1));
                }
            }
            case FULL, OVERLOADED -> fail(group, what.toStoreFailure(cause));
            case UNAVAILABLE, UNREACHABLE, CUT -> {
                parts.outage.failed(Failure.message(cause));
                fail(group, what.toStoreFailure(cause));
            }
        }
    }

    private static void fail(List<Operation<?>> group, StoreFailure why) {
        group.forEach(operation -> operation.fail(why));
    }

    /// Commits what waits, then stops.
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        Threads.joinUninterruptibly(thread);
    }
}
