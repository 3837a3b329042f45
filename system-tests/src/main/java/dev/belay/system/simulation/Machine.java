package dev.belay.system.simulation;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.Destination;
import dev.belay.testkit.MemoryStore;
import dev.belay.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The world of one run: disk, clock and network, which outlive any process, and the process that
/// runs at present.
final class Machine {
    /// Furthest that the wall clock is off when a process starts.
    private static final Duration CLOCK_ERROR = Duration.ofMinutes(5);

    private final Plan plan;
    private final PlantedBug bug;
    private final Dice dice;
    private final Dice storeDice;
    private final Trace trace;
    private final Scheduler scheduler = new Scheduler();
    private final Scheduler.Owner world = new Scheduler.Owner();
    private final WallClock wall = new WallClock(scheduler);
    private final MemoryStore memory = new MemoryStore(new TrueTime(scheduler, wall));
    private final Ledger ledger = new Ledger();
    private final StoreFaults storeFaults;
    private final EndAudit endAudit;
    private final StoreAudit storeAudit;
    private final AnswerAudit answerAudit;
    private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private final TreeSet<String> undeclared = new TreeSet<>();
    private Catalog declared;
    private @Nullable GatewayProcess process;
    private int processes;

    Machine(Plan plan, PlantedBug bug, Dice dice, Trace trace) {
        this.plan = plan;
        this.bug = bug;
        this.dice = dice;
        this.trace = trace;
        declared = plan.catalog();
        storeDice = dice.split();
        storeFaults = new StoreFaults(dice.split());
        endAudit = new EndAudit(plan, ledger, memory);
        storeAudit = new StoreAudit(plan, ledger, memory, endAudit);
        answerAudit = new AnswerAudit(ledger, memory);
        for (Destination destination : plan.destinations()) {
            Dice own = dice.split();
            endpoints.put(
                    destination.name(),
                    new Endpoint(destination.name(), habit(own), destination.timeout(), own));
        }
    }

    private Endpoint.Habit habit(Dice own) {
        Endpoint.Habit habit = own.oneOf(Endpoint.Habit.values());
        boolean allowed =
                switch (habit) {
                    case GOOD, FAILS_FIRST, REFUSES, GONE_ONCE, THROTTLES, FLAKY -> true;
                    case LOSES_ANSWERS -> plan.faults().contains(Fault.ANSWER_LOST);
                    case SLOW, FAILS -> plan.faults().contains(Fault.OUTAGE);
                };
        return allowed ? habit : Endpoint.Habit.GOOD;
    }

    /// The truth, as a clock.
    private record TrueTime(Scheduler scheduler, WallClock clock) implements Time {
        @Override
        public Instant now() {
            return Instant.ofEpochMilli(clock.truth().toEpochMilli());
        }

        @Override
        public Instant wall() {
            return now();
        }

        @Override
        public long nanos() {
            return scheduler.now() * 1_000;
        }
    }

    Plan plan() {
        return plan;
    }

    PlantedBug bug() {
        return bug;
    }

    Dice dice() {
        return dice;
    }

    Dice storeDice() {
        return storeDice;
    }

    Trace trace() {
        return trace;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    WallClock wall() {
        return wall;
    }

    MemoryStore memory() {
        return memory;
    }

    Ledger ledger() {
        return ledger;
    }

    StoreFaults storeFaults() {
        return storeFaults;
    }

    StoreAudit storeAudit() {
        return storeAudit;
    }

    EndAudit endAudit() {
        return endAudit;
    }

    AnswerAudit answerAudit() {
        return answerAudit;
    }

    Endpoint endpoint(String name) {
        Endpoint endpoint = endpoints.get(name);
        if (endpoint == null) {
            throw new IllegalArgumentException("no endpoint " + name);
        }
        return endpoint;
    }

    List<Endpoint> endpoints() {
        return List.copyOf(endpoints.values());
    }

    /// The process that runs, null while none does.
    @Nullable GatewayProcess process() {
        return process;
    }

    void note(String what, Object... about) {
        trace.note(scheduler.now(), what, about);
    }

    /// Has something happen in the world, whatever becomes of the process.
    void after(long micros, Runnable task) {
        scheduler.after(world, micros, task);
    }

    /// Has something happen some time after a process is there to take it.
    void whenUp(Runnable task) {
        if (process == null) {
            waiting.add(task);
        } else {
            after(dice.skewed(200_000, 5_000_000), task);
        }
    }

    /// What the operator declares at present.
    Catalog declared() {
        return declared;
    }

    private Catalog declaration() {
        return Catalog.of(
                plan.sources(),
                plan.destinations().stream()
                        .filter(destination -> !undeclared.contains(destination.name()))
                        .toList(),
                plan.subscriptions().stream()
                        .filter(one -> !undeclared.contains(one.destination()))
                        .toList());
    }

    boolean isDeclared(String destination) {
        return !undeclared.contains(destination);
    }

    /// The operator removes a destination with its subscriptions, or declares them again.
    void declare(String destination, boolean there) {
        note(there ? "declare" : "undeclare", destination);
        if (there) {
            undeclared.remove(destination);
        } else {
            undeclared.add(destination);
            ledger.undeclared(destination);
        }
        declared = declaration();
        if (process != null) {
            process.apply(declared);
        }
    }

    /// Starts a process, unless one runs.
    void boot() {
        if (process == null) {
            setClock();
            note("boot", ++processes);
            process = new GatewayProcess(this, processes);
            process.start();
            List<Runnable> now = List.copyOf(waiting);
            waiting.clear();
            now.forEach(task -> after(dice.skewed(1_000, 60_000_000), task));
        }
    }

    /// The clock is set before the gateway is started, if not to the second: steady time starts
    /// from it, and what is due by a clock that is years ahead is not due for years.
    private void setClock() {
        if (wall.offset().abs().compareTo(CLOCK_ERROR) > 0) {
            wall.setOff(wall.offset().isNegative() ? CLOCK_ERROR.negated() : CLOCK_ERROR);
        }
    }

    /// The process dies, and another is started after a while.
    void crash(long downMicros) {
        GatewayProcess dying = process;
        if (dying != null) {
            note("crash", downMicros);
            process = null;
            dying.crash();
            ledger.excuseAll();
            after(downMicros, this::boot);
        }
    }

    /// Kills this process, if it still runs, and starts another.
    void replace(GatewayProcess old) {
        if (process == old) {
            crash(dice.skewed(10_000, 10_000_000));
        }
    }

    /// The process ended in good order, and another is started after a while.
    void ended(GatewayProcess ended, long downMicros) {
        if (process == ended) {
            note("end");
            process = null;
            after(downMicros, this::boot);
        }
    }

    /// The process stands still.
    void pause(Duration duration) {
        GatewayProcess pausing = process;
        if (pausing != null) {
            note("pause", duration.toMillis());
            pausing.pause(duration);
            if (duration.compareTo(Duration.ofSeconds(5)) > 0) {
                ledger.excuseAll();
            }
        }
    }
}
