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
import dev.belay.store.postgres.PostgresOptions;
import dev.belay.system.simulation.StoreFaults.Fate;
import java.time.Instant;
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
    /// Between two looks for the shared store when it is gone.
    private static final long SOON_MICROS = 1_000_000;

    private static final long HEARTBEAT_MICROS =
            Scheduler.micros(PostgresOptions.Limits.DEFAULT.heartbeat());

    private final Scheduler scheduler;
    private final GatewayProcess process;
    private final Disk disk;
    private final StoreFaults faults;
    private final StoreAudit audit;
    private final NodeAudit nodeAudit;
    private final @Nullable Membership member;
    private final @Nullable EmbeddedWriter embedded;
    private final @Nullable SharedWriter shared;
    private final StoreWriter ingest;
    private final StoreWriter queue;
    private final Dice dice;

    /// @param member null: the store is the embedded one
    SimulatedStore(
            Machine machine,
            GatewayProcess process,
            Disk disk,
            @Nullable Membership member,
            Runnable onBreakdown) {
        this.scheduler = machine.scheduler();
        this.process = process;
        this.disk = disk;
        this.faults = machine.storeFaults();
        this.audit = machine.storeAudit();
        this.nodeAudit = machine.nodeAudit();
        this.member = member;
        this.dice = machine.storeDice();
        Scheduler.Owner owner = process.owner();
        if (member == null) {
            embedded = new EmbeddedWriter(machine, owner, onBreakdown);
            shared = null;
            ingest = embedded;
            queue = embedded;
        } else {
            Host host = process.host();
            embedded = null;
            shared = new SharedWriter(machine, host, owner, member, onBreakdown);
            ingest = new SharedWriter(machine, host, owner, member, onBreakdown);
            queue = shared;
        }
    }

    /// Begins to give signs of life, where there are other nodes.
    void start() {
        if (shared != null) {
            scheduler.after(process.owner(), HEARTBEAT_MICROS, this::beat);
        }
    }

    private void beat() {
        if (shared != null) {
            shared.sign(() -> beatAfter(HEARTBEAT_MICROS), () -> beatAfter(SOON_MICROS));
        }
    }

    private void beatAfter(long micros) {
        // Signs of life have a thread and a connection of their own, which may be late.
        long late = dice.chance(0.05) ? dice.skewed(1_000, 5_000_000) : 0;
        scheduler.after(process.owner(), micros + late, this::beat);
    }

    /// Whether nothing waits to be written or to be heard of.
    boolean isIdle() {
        return ingest.isIdle() && queue.isIdle();
    }

    /// Whether it has failed for good.
    boolean isBroken() {
        return embedded != null ? embedded.isBroken() : member != null && member.isLost();
    }

    /// The process dies.
    void crash() {
        if (embedded != null) {
            embedded.crash();
        }
    }

    /// Nothing more will come of this process: other nodes may go on with what it has left.
    void leave() {
        if (member != null && isReachable()) {
            member.leave();
        }
    }

    private boolean isReachable() {
        return member == null || (process.host().link().reachesStore() && faults.isUp());
    }

    private <T> CompletableFuture<T> submit(
            StoreWriter writer, String what, Supplier<CompletableFuture<T>> change) {
        return submit(writer, new Write<>(what, change, null));
    }

    private <T> CompletableFuture<T> submit(StoreWriter writer, Write<T> write) {
        if (isBroken()) {
            Settle settle = write.settle();
            if (settle != null) {
                audit.resultLost(settle);
            }
            return CompletableFuture.failedFuture(
                    new StoreFailure(StoreFailure.Kind.UNAVAILABLE, "simulated: store failed"));
        }
        return writer.submit(write);
    }

    /// Commits at once what blocks its caller.
    private <T> T write(String what, Supplier<T> change) {
        Fate fate = isBroken() || !isReachable() ? Fate.FAILED : faults.fate();
        process.host().note("write", what, fate);
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
        StoreFailure failure =
                isReachable() ? faults.readFailure() : StoreFaults.failureOf(Fate.FAILED);
        if (failure != null) {
            throw failure;
        }
        return read.get();
    }

    @Override
    public CompletableFuture<Appended> append(Append append) {
        return submit(ingest, "append", () -> audit.append(disk, append));
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
        return submit(queue, "claim", () -> disk.queue().claim(destination, limit, now, lease));
    }

    @Override
    public CompletableFuture<SettleResult> settle(Settle settle) {
        return submit(queue, new Write<>("settle", () -> audit.settle(disk, settle), settle));
    }

    @Override
    public CompletableFuture<Void> release(List<Release> releases) {
        return submit(queue, "release", () -> disk.queue().release(releases));
    }

    @Override
    public CompletableFuture<List<Rescued>> rescue(
            Instant now, int poisonAfter, int limit, DeadNotices notices) {
        return submit(
                queue,
                "rescue",
                () ->
                        nodeAudit.rescue(
                                process,
                                () ->
                                        audit.telling(
                                                notices,
                                                told ->
                                                        disk.queue()
                                                                .rescue(
                                                                        now,
                                                                        poisonAfter,
                                                                        limit,
                                                                        told))));
    }

    @Override
    public CompletableFuture<Integer> bury(
            String destination, DeadReason reason, Instant now, int limit, DeadNotices notices) {
        nodeAudit.burying(process, destination);
        return submit(
                queue,
                "bury",
                () ->
                        audit.telling(
                                notices,
                                told -> disk.queue().bury(destination, reason, now, limit, told)));
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
