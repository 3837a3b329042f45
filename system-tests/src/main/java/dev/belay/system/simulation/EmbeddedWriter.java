package dev.belay.system.simulation;

import dev.belay.delivery.StoreFailure;
import dev.belay.system.simulation.StoreFaults.Fate;
import java.util.List;

/// The writer of the embedded store: it lives and dies with the process.
final class EmbeddedWriter extends StoreWriter {
    private final Runnable onBreakdown;
    private boolean broken;

    EmbeddedWriter(Machine machine, Scheduler.Owner process, Runnable onBreakdown) {
        super(machine, process);
        this.onBreakdown = onBreakdown;
    }

    /// Whether it has failed for good.
    boolean isBroken() {
        return broken;
    }

    @Override
    void commit(List<Write<?>> group) {
        scheduler.after(process, faults.commitMicros(), this::end);
    }

    private void end() {
        Fate fate = broken ? Fate.FAILED : faults.fate();
        List<Write<?>> group = committing();
        over();
        trace.note(scheduler.now(), "commit", fate, group.size(), group.getFirst().what());
        StoreFailure failure = StoreFaults.failureOf(fate);
        boolean made =
                fate == Fate.MADE
                        || fate == Fate.UNKNOWN_BUT_MADE
                        || (fate == Fate.BROKEN && dice.chance(0.5));
        for (Write<?> one : group) {
            if (made) {
                one.apply();
            }
            tellSoon(one, failure);
        }
        if (fate == Fate.BROKEN) {
            broken = true;
            onBreakdown.run();
        }
        next();
    }

    /// The process dies: the commit under way may reach the disk, nobody hears of it, and nothing
    /// else does.
    void crash() {
        if (!committing().isEmpty() && dice.chance(0.5)) {
            trace.note(scheduler.now(), "commit at crash", committing().size());
            committing().forEach(Write::apply);
        }
    }
}
