package dev.belay.system.simulation;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.Destination;
import dev.belay.delivery.Members;
import dev.belay.testkit.MemoryStore;
import dev.belay.time.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The world of one run: time, store and network, which outlive any process, and the hosts that
/// processes run on: one with the embedded store, or up to three on a shared one.
final class Machine {
    /// Longest that a node takes to hear of what the operator declares.
    private static final long DECLARING_MICROS = 20_000_000;

    private final Plan plan;
    private final PlantedBug bug;
    private final Dice dice;
    private final Dice storeDice;
    private final Trace trace;
    private final Scheduler scheduler = new Scheduler();
    private final Scheduler.Owner world = new Scheduler.Owner();
    private final MemoryStore memory = new MemoryStore(new TrueTime(scheduler));
    private final Ledger ledger = new Ledger();
    private final StoreFaults storeFaults;
    private final EndAudit endAudit;
    private final StoreAudit storeAudit;
    private final AnswerAudit answerAudit;
    private final NodeAudit nodeAudit;
    private final NodeTable nodes;
    private final Dice nodeDice;
    private final List<Host> hosts = new ArrayList<>();
    private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private final TreeSet<String> undeclared = new TreeSet<>();
    private Catalog declared;
    private int processes;
    private int later;

    /// @param nodeDice for what only a shared store has
    Machine(Plan plan, PlantedBug bug, Dice dice, Dice nodeDice, Trace trace) {
        this.plan = plan;
        this.nodeDice = nodeDice;
        this.bug = bug;
        this.dice = dice;
        this.trace = trace;
        declared = plan.catalog();
        storeDice = dice.split();
        storeFaults = new StoreFaults(dice.split());
        endAudit = new EndAudit(plan, ledger, memory);
        storeAudit = new StoreAudit(plan, ledger, memory, endAudit);
        answerAudit = new AnswerAudit(ledger, memory);
        nodeAudit = new NodeAudit(this, endAudit);
        nodes = new NodeTable(scheduler, bug.takeOverMargin(Members.MARGIN));
        for (int i = 0; i < Math.max(1, plan.nodes()); i++) {
            hosts.add(new Host(this, i, nodeDice.split()));
        }
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
    private record TrueTime(Scheduler scheduler) implements Time {
        @Override
        public Instant now() {
            return Instant.ofEpochMilli(WallClock.truth(scheduler).toEpochMilli());
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

    /// The true time.
    Instant truth() {
        return WallClock.truth(scheduler);
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

    NodeAudit nodeAudit() {
        return nodeAudit;
    }

    NodeTable nodes() {
        return nodes;
    }

    List<Host> hosts() {
        return hosts;
    }

    /// Any of the hosts.
    Host someHost() {
        return hosts.size() == 1 ? hosts.getFirst() : nodeDice.oneOf(hosts);
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

    /// The processes that run.
    List<GatewayProcess> running() {
        List<GatewayProcess> running = new ArrayList<>();
        for (Host host : hosts) {
            GatewayProcess process = host.process();
            if (process != null) {
                running.add(process);
            }
        }
        return running;
    }

    /// Any of the processes that take requests, null while none does.
    @Nullable GatewayProcess someProcess() {
        List<GatewayProcess> open =
                running().stream().filter(process -> !process.isClosing()).toList();
        return open.size() < 2 ? (open.isEmpty() ? null : open.getFirst()) : nodeDice.oneOf(open);
    }

    /// The number of the next process, from 1.
    int nextProcess() {
        return ++processes;
    }

    /// Notes what happened on a host.
    void noteOn(String host, String what, Object... about) {
        if (plan.isShared()) {
            Object[] all = Arrays.copyOf(about, about.length + 1);
            all[about.length] = host;
            note(what, all);
        } else {
            note(what, about);
        }
    }

    void note(String what, Object... about) {
        trace.note(scheduler.now(), what, about);
    }

    /// Has something happen in the world, whatever becomes of any process.
    void after(long micros, Runnable task) {
        scheduler.after(world, micros, task);
    }

    /// Has the store do something later; the run does not end before.
    void later(long micros, Runnable task) {
        later++;
        after(
                micros,
                () -> {
                    later--;
                    task.run();
                });
    }

    /// Whether the store has something still to do.
    boolean isLater() {
        return later > 0;
    }

    /// Has something happen some time after a process is there to take it.
    void whenUp(Runnable task) {
        if (running().isEmpty()) {
            waiting.add(task);
        } else {
            after(dice.skewed(200_000, 5_000_000), task);
        }
    }

    /// A process was started.
    void isUp() {
        List<Runnable> now = List.copyOf(waiting);
        waiting.clear();
        now.forEach(task -> after(dice.skewed(1_000, 60_000_000), task));
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
        for (GatewayProcess process : running()) {
            if (plan.isShared()) {
                process.after(
                        nodeDice.skewed(1_000, DECLARING_MICROS), () -> process.apply(declared));
            } else {
                process.apply(declared);
            }
        }
    }

    /// The operator declares again whatever is not.
    void declareAll() {
        List.copyOf(undeclared).forEach(name -> declare(name, true));
    }

    /// Starts a process on each host.
    void boot() {
        long wait = 0;
        for (Host host : hosts) {
            if (wait == 0) {
                host.boot();
            } else {
                after(wait, host::boot);
            }
            wait = nodeDice.skewed(1_000, 10_000_000);
        }
    }

    /// The shared store stops, or is there again: every node is kept from it.
    void storeDown(boolean now) {
        note(now ? "store down" : "store up");
        storeFaults.down(now);
        hosts.forEach(host -> host.link().troubled(scheduler.now()));
    }

    /// Takes a number for a process that starts, and ends what the process before it held.
    NodeTable.Row join(String name, Instant now) {
        NodeTable.Row row = nodes.join(name, now);
        if (!bug.makes(PlantedBug.Mistake.NO_INHERITANCE)) {
            memory.endLeases(now, id -> Objects.equals(nodes.holder(id), row.number()));
        }
        return row;
    }
}
