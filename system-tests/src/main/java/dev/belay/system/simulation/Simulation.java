package dev.belay.system.simulation;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One run: from a seed to a verdict, the same each time.
final class Simulation {
    /// Between two looks at whether all is done.
    private static final long CENSUS_MICROS = 2_000_000;

    private static final long DOWN_CENSUS_MICROS = 300_000_000;

    /// Looks in a row that have to find nothing left. A result whose commit's outcome is not known
    /// is stored again after up to 6.4 s, and the disk does not tell that it is still to come.
    private static final int QUIET_LOOKS = 5;

    /// More than any run takes that goes on at all.
    private static final long MOST_STEPS = 5_000_000;

    private final Machine machine;
    private final Trace trace;
    private final Senders senders;
    private final Operator operator;
    private final Nemesis nemesis;
    private long aliveSince = Long.MAX_VALUE;
    private int quietLooks;
    private boolean over;

    private Simulation(
            long seed, PlantedBug bug, @Nullable Integer nodes, @Nullable PrintStream out) {
        Dice dice = new Dice(seed);
        Dice nodeDice = new Dice(~seed);
        Plan plan = Plan.of(dice.split(), Cluster.of(nodeDice.split(), nodes));
        trace = new Trace(out);
        machine = new Machine(plan, bug, dice.split(), nodeDice.split(), trace);
        senders = new Senders(machine, dice.split());
        operator = new Operator(machine, dice.split());
        nemesis = new Nemesis(machine, dice.split());
        if (out != null) {
            out.println(plan);
        }
    }

    /// What came of a run.
    ///
    /// @param violation null: every invariant held
    /// @param hash of the whole trace
    /// @param micros simulated
    /// @param tail of the trace
    record Verdict(
            long seed,
            @Nullable Violation violation,
            long hash,
            long steps,
            long micros,
            List<String> tail) {}

    /// Runs a seed.
    ///
    /// @param bug what is wrong with the engine or its store, [PlantedBug#NONE] for nothing
    /// @param nodes on the shared store, 0: one process on the embedded one, null: as the seed says
    /// @param out where the trace is printed, null: nowhere
    static Verdict run(
            long seed, PlantedBug bug, @Nullable Integer nodes, @Nullable PrintStream out) {
        Simulation simulation = new Simulation(seed, bug, nodes, out);
        long steps = simulation.run();
        Violation violation = simulation.machine.ledger().violation();
        return new Verdict(
                seed,
                violation,
                simulation.trace.hash(),
                steps,
                simulation.machine.scheduler().now(),
                violation == null ? List.of() : simulation.trace.tail());
    }

    private long run() {
        machine.boot();
        senders.start();
        operator.start();
        nemesis.start();
        machine.after(machine.plan().spanMicros(), this::heal);
        long steps = 0;
        while (!over && machine.ledger().violation() == null && machine.scheduler().step()) {
            if (++steps > MOST_STEPS) {
                machine.ledger().violated(Invariant.NOTHING_IN_LIMBO, "there is always more to do");
            }
        }
        return steps;
    }

    private void heal() {
        machine.note("heal");
        nemesis.heal();
        census();
    }

    private void census() {
        List<GatewayProcess> running = machine.running();
        long now = machine.scheduler().now();
        if (running.isEmpty()) {
            aliveSince = Long.MAX_VALUE;
            machine.after(DOWN_CENSUS_MICROS, this::census);
            return;
        }
        aliveSince = Math.min(aliveSince, now);
        machine.nodeAudit().census();
        boolean active = operator.resumeAll();
        boolean quiet =
                active
                        && senders.unanswered() == 0
                        && running.stream().allMatch(GatewayProcess::isIdle)
                        && !machine.isLater()
                        && nothingWaits();
        quietLooks = quiet ? quietLooks + 1 : 0;
        if (quietLooks == QUIET_LOOKS) {
            machine.endAudit().all();
            running.forEach(GatewayProcess::checkLeaks);
            finish(new ArrayDeque<>(running));
            return;
        }
        if (now - aliveSince > Scheduler.micros(Plan.PATIENCE)) {
            running.forEach(GatewayProcess::noteCircuits);
            machine.endAudit().all();
            machine.ledger()
                    .violated(
                            Invariant.NOTHING_IN_LIMBO,
                            senders.unanswered() + " senders have no answer");
            return;
        }
        machine.after(CENSUS_MICROS, this::census);
    }

    private boolean nothingWaits() {
        return machine.endAudit().deliveries().stream().allMatch(EndAudit::isOver);
    }

    /// Stops one process after the other.
    private void finish(Queue<GatewayProcess> running) {
        GatewayProcess next = running.poll();
        if (next == null) {
            machine.endAudit().all();
            over = true;
            return;
        }
        long began = machine.scheduler().now();
        next.stop(
                () -> {
                    long took = machine.scheduler().now() - began;
                    machine.ledger()
                            .require(
                                    took < CENSUS_MICROS,
                                    Invariant.NOTHING_LEAKS,
                                    "draining",
                                    "took %d ms with nothing to do",
                                    took / 1_000);
                    finish(running);
                });
    }
}
