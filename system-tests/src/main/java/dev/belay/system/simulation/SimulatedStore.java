package dev.belay.system.simulation;

import dev.belay.catalog.CatalogStore;
import dev.belay.delivery.Attempt;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.delivery.Lease;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex;
import dev.belay.ingest.EventJournal;
import dev.belay.system.simulation.StoreFaults.Fate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The store as one process sees it: operations wait, are committed in groups some time later, and
/// their callers hear of it one by one after that. A group is applied to the [Disk] in one step, so
/// what is there is durable and nothing else is; what waits dies with the process.
///
/// What blocks its caller in the real store (replays, retention, standings) is committed in a step
/// of its own at once.
final class SimulatedStore implements EventJournal, DeliveryQueue, HistoryIndex, CatalogStore {
    private final Scheduler scheduler;
    private final Scheduler.Owner process;
    private final Disk disk;
    private final StoreFaults faults;
    private final StoreAudit audit;
    private final Trace trace;
    private final Dice dice;
    private final Runnable onBreakdown;
    private final List<Waiting<?>> waiting = new ArrayList<>();
    private List<Waiting<?>> committing = List.of();
    private boolean writing;
    private boolean broken;
    private long lastHeard;

    SimulatedStore(Machine machine, Scheduler.Owner process, Disk disk, Runnable onBreakdown) {
        this.scheduler = machine.scheduler();
        this.process = process;
        this.disk = disk;
        this.faults = machine.storeFaults();
        this.audit = machine.storeAudit();
        this.trace = machine.trace();
        this.dice = machine.storeDice();
        this.onBreakdown = onBreakdown;
    }

    /// Something to be written.
    private static final class Waiting<T> {
        final String what;
        final Supplier<CompletableFuture<T>> change;
        final @Nullable DeliveryId settles;
        final CompletableFuture<T> heard = new CompletableFuture<>();
        @Nullable T result;

        Waiting(String what, Supplier<CompletableFuture<T>> change, @Nullable DeliveryId settles) {
            this.what = what;
            this.change = change;
            this.settles = settles;
        }

        void apply() {
            result = change.get().join();
        }

        void tell(@Nullable StoreFailure failure) {
            if (failure == null) {
                heard.complete(result);
            } else {
                heard.completeExceptionally(failure);
            }
        }
    }

    /// Whether nothing waits to be written or to be heard of.
    boolean isIdle() {
        return waiting.isEmpty() && committing.isEmpty() && lastHeard <= scheduler.now();
    }

    /// Whether it has failed for good.
    boolean isBroken() {
        return broken;
    }

    /// The process dies: the commit under way may reach the disk, nobody hears of it, and nothing
    /// else does.
    void crash() {
        if (!committing.isEmpty() && dice.chance(0.5)) {
            trace.note(scheduler.now(), "commit at crash", committing.size());
            committing.forEach(Waiting::apply);
        }
    }

    private <T> CompletableFuture<T> submit(
            String what, Supplier<CompletableFuture<T>> change, @Nullable DeliveryId settles) {
        if (broken) {
            if (settles != null) {
                audit.resultLost(settles);
            }
            return CompletableFuture.failedFuture(
                    new StoreFailure(StoreFailure.Kind.UNAVAILABLE, "simulated: store failed"));
        }
        Waiting<T> one = new Waiting<>(what, change, settles);
        waiting.add(one);
        if (!writing) {
            writing = true;
            scheduler.after(process, dice.between(0, 300), this::begin);
        }
        return one.heard;
    }

    private void begin() {
        int size = dice.chance(0.7) ? waiting.size() : dice.between(1, waiting.size());
        committing = new ArrayList<>(waiting.subList(0, size));
        waiting.subList(0, size).clear();
        scheduler.after(process, faults.commitMicros(), this::end);
    }

    private void end() {
        Fate fate = broken ? Fate.FAILED : faults.fate();
        List<Waiting<?>> group = committing;
        committing = List.of();
        trace.note(scheduler.now(), "commit", fate, group.size(), group.getFirst().what);
        StoreFailure failure = StoreFaults.failureOf(fate);
        boolean made =
                fate == Fate.MADE
                        || fate == Fate.UNKNOWN_BUT_MADE
                        || (fate == Fate.BROKEN && dice.chance(0.5));
        for (Waiting<?> one : group) {
            if (made) {
                one.apply();
            }
            if (failure != null && one.settles != null) {
                audit.resultLost(one.settles);
            }
            lastHeard = Math.max(lastHeard, scheduler.now() + dice.between(0, 200));
            scheduler.at(process, lastHeard, () -> one.tell(failure));
        }
        if (fate == Fate.BROKEN) {
            broken = true;
            onBreakdown.run();
        }
        writing = !waiting.isEmpty();
        if (writing) {
            scheduler.after(process, dice.between(0, 300), this::begin);
        }
    }

    /// Commits at once what blocks its caller.
    private <T> T write(String what, Supplier<T> change) {
        Fate fate = broken ? Fate.FAILED : faults.fate();
        trace.note(scheduler.now(), "write", what, fate);
        T result = null;
        if (fate == Fate.MADE || fate == Fate.UNKNOWN_BUT_MADE) {
            result = change.get();
        }
        StoreFailure failure = StoreFaults.failureOf(fate);
        if (failure != null || result == null) {
            throw failure != null ? failure : new IllegalStateException(what);
        }
        return result;
    }

    private <T> T read(Supplier<T> read) {
        StoreFailure failure = faults.readFailure();
        if (failure != null) {
            throw failure;
        }
        return read.get();
    }

    @Override
    public CompletableFuture<Appended> append(Append append) {
        return submit("append", () -> audit.append(disk, append), null);
    }

    @Override
    public CompletableFuture<List<Delivery>> replay(List<Redelivery> redeliveries, Instant now) {
        try {
            return CompletableFuture.completedFuture(
                    write("replay", () -> disk.journal().replay(redeliveries, now).join()));
        } catch (StoreFailure failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    @Override
    public void reject(Reject reject) {
        disk.journal().reject(reject);
    }

    @Override
    public long highestId() {
        return disk.journal().highestId();
    }

    @Override
    public CompletableFuture<List<Delivery>> claim(
            String destination, int limit, Instant now, Lease lease) {
        return submit("claim", () -> disk.queue().claim(destination, limit, now, lease), null);
    }

    @Override
    public CompletableFuture<SettleResult> settle(Settle settle) {
        return submit("settle", () -> audit.settle(disk, settle), settle.delivery().id());
    }

    @Override
    public CompletableFuture<Void> release(List<Release> releases) {
        return submit("release", () -> disk.queue().release(releases), null);
    }

    @Override
    public CompletableFuture<List<Rescued>> rescue(
            Instant now, int poisonAfter, int limit, DeadNotices notices) {
        return submit(
                "rescue",
                () ->
                        audit.telling(
                                notices,
                                told -> disk.queue().rescue(now, poisonAfter, limit, told)),
                null);
    }

    @Override
    public CompletableFuture<Integer> bury(
            String destination, DeadReason reason, Instant now, int limit, DeadNotices notices) {
        return submit(
                "bury",
                () ->
                        audit.telling(
                                notices,
                                told -> disk.queue().bury(destination, reason, now, limit, told)),
                null);
    }

    @Override
    public Map<String, Instant> nextDue() {
        return read(() -> disk.queue().nextDue());
    }

    @Override
    public Optional<Event> event(EventId id) {
        return read(() -> disk.queue().event(id));
    }

    @Override
    public Page<EventSummary> events(EventQuery query, int limit, @Nullable String cursor) {
        return read(() -> disk.history().events(query, limit, cursor));
    }

    @Override
    public Page<Delivery> deliveries(DeliveryQuery query, int limit, @Nullable String cursor) {
        return read(() -> disk.history().deliveries(query, limit, cursor));
    }

    @Override
    public Optional<Delivery> delivery(DeliveryId id) {
        return read(() -> disk.history().delivery(id));
    }

    @Override
    public List<Delivery> deliveriesOf(EventId event) {
        return read(() -> disk.history().deliveriesOf(event));
    }

    @Override
    public List<Attempt> attempts(DeliveryId delivery) {
        return read(() -> disk.history().attempts(delivery));
    }

    @Override
    public List<Reject> rejects(String source, int limit) {
        return read(() -> disk.history().rejects(source, limit));
    }

    @Override
    public Stats stats() {
        return read(() -> disk.history().stats());
    }

    @Override
    public int purge(Instant deliveredBefore, Instant deadBefore, Instant now, int limit) {
        return write(
                "purge", () -> audit.purge(disk.purge(), deliveredBefore, deadBefore, now, limit));
    }

    @Override
    public List<Declaration> declarations() {
        return read(() -> disk.catalog().declarations());
    }

    @Override
    public void change(List<Declaration> put, List<Declaration.Key> remove) {
        throw new UnsupportedOperationException("the simulated operator declares in memory");
    }

    @Override
    public Map<String, Standing> standings() {
        return disk.catalog().standings();
    }

    @Override
    public void setStanding(String destination, Standing standing) {
        write(
                "standing",
                () -> {
                    disk.catalog().setStanding(destination, standing);
                    return true;
                });
    }
}
