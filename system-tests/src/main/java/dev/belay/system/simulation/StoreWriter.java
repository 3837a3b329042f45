package dev.belay.system.simulation;

import dev.belay.delivery.DeliveryQueue.Settle;
import dev.belay.delivery.StoreFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A thread that commits: takes what waits, has it committed as a group, and tells the callers one
/// by one after that.
abstract class StoreWriter {
    final Scheduler scheduler;
    final Scheduler.Owner process;
    final StoreFaults faults;
    final StoreAudit audit;
    final Trace trace;
    final Dice dice;
    private final List<Write<?>> waiting = new ArrayList<>();
    private List<Write<?>> committing = List.of();
    private boolean writing;
    private long lastHeard;

    StoreWriter(Machine machine, Scheduler.Owner process) {
        this.scheduler = machine.scheduler();
        this.process = process;
        this.faults = machine.storeFaults();
        this.audit = machine.storeAudit();
        this.trace = machine.trace();
        this.dice = machine.storeDice();
    }

    /// Commits the group and calls [#heard] some time later.
    abstract void commit(List<Write<?>> group);

    <T> CompletableFuture<T> submit(Write<T> write) {
        waiting.add(write);
        if (!writing) {
            writing = true;
            beginSoon();
        }
        return write.heard();
    }

    private void beginSoon() {
        scheduler.after(process, dice.between(0, 300), this::begin);
    }

    private void begin() {
        int size = dice.chance(0.7) ? waiting.size() : dice.between(1, waiting.size());
        committing = new ArrayList<>(waiting.subList(0, size));
        waiting.subList(0, size).clear();
        commit(committing);
    }

    /// What is being committed.
    List<Write<?>> committing() {
        return committing;
    }

    /// The group is over, on disk or not.
    final void over() {
        committing = List.of();
    }

    /// Has a caller told soon.
    final void tellSoon(Write<?> write, @Nullable StoreFailure failure) {
        Settle settle = write.settle();
        if (failure != null && settle != null) {
            audit.resultLost(settle);
        }
        lastHeard = Math.max(lastHeard, scheduler.now() + dice.between(0, 200));
        scheduler.at(process, lastHeard, () -> write.tell(failure));
    }

    /// Goes on with what waits.
    final void next() {
        writing = !waiting.isEmpty();
        if (writing) {
            beginSoon();
        }
    }

    /// Whether nothing waits to be written or to be heard of.
    boolean isIdle() {
        return waiting.isEmpty() && committing.isEmpty() && lastHeard <= scheduler.now();
    }
}
