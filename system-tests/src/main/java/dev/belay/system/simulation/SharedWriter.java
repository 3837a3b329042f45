package dev.belay.system.simulation;

import dev.belay.delivery.StoreFailure;
import dev.belay.system.simulation.Host.Moment;
import dev.belay.system.simulation.StoreFaults.Fate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A writer of the shared store, as seen from one node: what it has sent is committed or not
/// whatever becomes of the node, and a connection that ends meanwhile leaves the outcome unknown.
final class SharedWriter extends StoreWriter {
    /// How long a node waits for a connection, and for an answer on one.
    private static final long CONNECT_MICROS = 5_000_000;

    private static final long ANSWER_MICROS = 30_000_000;

    /// How long the store goes on with what nobody waits for.
    private static final long LATEST_MICROS = 20_000_000;

    private final Machine machine;
    private final Host host;
    private final Membership member;
    private final Runnable onBreakdown;

    SharedWriter(
            Machine machine,
            Host host,
            Scheduler.Owner process,
            Membership member,
            Runnable onBreakdown) {
        super(machine, process);
        this.machine = machine;
        this.host = host;
        this.member = member;
        this.onBreakdown = onBreakdown;
    }

    /// Whether connections made at some time are still there.
    private record Connected(int breaks, int restarts) {}

    private Connected connected() {
        return new Connected(host.link().breaks(), faults.restarts());
    }

    private boolean isReachable() {
        return host.link().reachesStore() && faults.isUp();
    }

    @Override
    void commit(List<Write<?>> group) {
        if (member.isLost()) {
            end(group, StoreFaults.failureOf(Fate.FAILED));
        } else if (!isReachable()) {
            long wait = dice.skewed(200, CONNECT_MICROS);
            scheduler.after(process, wait, () -> end(group, StoreFaults.failureOf(Fate.FAILED)));
        } else if (member.isDue()) {
            sign(() -> send(group), () -> end(group, StoreFaults.failureOf(Fate.FAILED)));
        } else {
            send(group);
        }
    }

    /// Gives a sign of life.
    ///
    /// @param then called once it is heard of
    /// @param otherwise called when it could not be given, or the number is another's
    void sign(Runnable then, Runnable otherwise) {
        long begun = member.nanos();
        Instant told = member.now();
        Connected before = connected();
        if (!isReachable()) {
            scheduler.after(process, dice.skewed(200, CONNECT_MICROS), otherwise);
            return;
        }
        host.isAbout(Moment.SIGNING);
        machine.after(
                faults.commitMicros(),
                () -> {
                    boolean cut = !before.equals(connected());
                    if (cut) {
                        scheduler.after(process, dice.skewed(200, ANSWER_MICROS), otherwise);
                        return;
                    }
                    boolean ours = process.isDead() || member.reach(told);
                    scheduler.after(
                            process,
                            dice.between(0, 200),
                            () -> {
                                member.heard(begun, ours);
                                if (ours) {
                                    then.run();
                                } else {
                                    onBreakdown.run();
                                    otherwise.run();
                                }
                            });
                });
    }

    private void send(List<Write<?>> group) {
        Connected before = connected();
        host.isAbout(Moment.COMMITTING);
        machine.after(faults.commitMicros(), () -> arrive(group, before));
    }

    private void arrive(List<Write<?>> group, Connected before) {
        boolean cut = !before.equals(connected());
        Fate fate = cut || process.isDead() ? halfWay() : faults.fate();
        boolean late = fate == Fate.UNKNOWN_BUT_MADE && faults.isUp() && faults.isLate();
        host.note(late ? "late" : "commit", fate, group.size(), group.getFirst().what());
        if (late) {
            machine.later(dice.skewed(1_000, LATEST_MICROS), () -> group.forEach(Write::apply));
        } else if (fate == Fate.MADE || fate == Fate.UNKNOWN_BUT_MADE) {
            group.forEach(Write::apply);
        }
        long silence = cut ? dice.skewed(200, ANSWER_MICROS) : 0;
        scheduler.after(process, silence, () -> end(group, StoreFaults.failureOf(fate)));
    }

    /// What becomes of a commit whose connection ends, or whose node dies.
    private Fate halfWay() {
        return dice.chance(0.5) ? Fate.UNKNOWN_BUT_MADE : Fate.UNKNOWN_AND_LOST;
    }

    private void end(List<Write<?>> group, @Nullable StoreFailure failure) {
        over();
        group.forEach(one -> tellSoon(one, failure));
        next();
    }
}
