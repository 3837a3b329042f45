package dev.belay.system.simulation;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Dispatcher;
import dev.belay.delivery.DispatcherParts;
import dev.belay.delivery.Wakeups;
import dev.belay.event.Event;
import dev.belay.event.Ids;
import dev.belay.history.Replays;
import dev.belay.history.Retention;
import dev.belay.ingest.EventJournal;
import dev.belay.ingest.Ingest;
import dev.belay.ingest.IngestParts;
import dev.belay.ingest.OperationalNotices;
import dev.belay.signal.Signal;
import dev.belay.signal.SignalListener;
import dev.belay.signature.KeySource;
import dev.belay.system.simulation.NodeTable.Row;
import dev.belay.system.simulation.PlantedBug.Mistake;
import dev.belay.testkit.MemoryStore;
import dev.belay.time.Time;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One process from its start to its death: the engine, wired as [dev.belay.Gateway] wires it, with
/// loops that the scheduler turns in place of threads.
final class GatewayProcess {
    private final Machine machine;
    private final Scheduler scheduler;
    private final Dice dice;
    private final Host host;
    private final int number;
    private final Scheduler.Owner owner = new Scheduler.Owner();
    private final Set<String> removed = new HashSet<>();
    private final Time time;
    private final SimulatedStore store;
    private final SendAudit audit;
    private final SimulatedTransport transport;
    private final Dispatcher dispatcher;
    private final Ingest ingest;
    private final Replays replays;
    private final Retention retention;
    private Catalog catalog;
    private boolean closing;
    private long nextTurn = Long.MAX_VALUE;

    /// @param number of the process, from 1
    /// @param row what the shared store has it entered as, null on the embedded one
    GatewayProcess(Machine machine, Host host, int number, @Nullable Row row) {
        this.machine = machine;
        this.host = host;
        this.number = number;
        scheduler = machine.scheduler();
        dice = machine.dice().split();
        catalog = machine.declared();
        Time steady = host.steady();
        PlantedBug bug = machine.bug();
        time = bug.time(steady);
        MemoryStore memory = machine.memory();
        Membership member = row == null ? null : new Membership(machine.nodes(), bug, steady, row);
        if (member == null) {
            memory.endLeases(steady.now());
        } else {
            machine.nodeAudit().joined(this, machine.nodes(), member.number());
        }
        bug.booted(memory, steady.now());
        audit = new SendAudit(machine.plan(), machine.ledger(), memory, steady, number, owner);
        Disk disk =
                member == null
                        ? Disk.of(memory)
                        : SharedDisk.of(memory, machine.nodes(), member.number());
        store = new SimulatedStore(machine, this, bug.disk(disk, memory), member, this::storeBroke);
        transport = new SimulatedTransport(machine, host, owner, audit);
        EventJournal journal = bug.journal(store, store);
        SignalListener signals = this::heard;
        Ids made = new Ids(time, member == null ? 0 : member.number(), store.highestId());
        LongSupplier ids = () -> machine.nodeAudit().made(this, made.next());
        var notices = new OperationalNotices(() -> catalog, ids, time, signals);
        dispatcher =
                new Dispatcher(
                        new DispatcherParts(
                                () -> bug.catalogOfDispatcher(catalog),
                                bug.queue(store, store),
                                bug.transport(transport),
                                notices,
                                time,
                                dice.split().numbers(),
                                ids,
                                signals,
                                store,
                                Wakeups.NONE,
                                this::runSoon),
                        bug.limits(machine.plan().limits()));
        ingest =
                new Ingest(
                        new IngestParts(
                                () -> bug.catalogOfIngest(catalog),
                                journal,
                                new ToDispatcher(dispatcher),
                                notices,
                                ids,
                                time,
                                signals,
                                KeySource.NONE,
                                IngestParts.Visits.NONE),
                        machine.plan().ingest());
        replays =
                new Replays(
                        new Replays.Parts(
                                store, journal, () -> catalog, dispatcher::noteDue, time, signals));
        retention = new Retention(store, machine.plan().windows(), time, signals);
    }

    /// As the gateway gives it to the ingest.
    private record ToDispatcher(Dispatcher dispatcher) implements IngestParts.HandOver {
        @Override
        public DeliveryState of(String destination, int bodyBytes) {
            return dispatcher.firstState(destination, bodyBytes);
        }

        @Override
        public void handOver(Event event, List<Delivery> stored) {
            dispatcher.handOver(event, stored);
        }
    }

    void start() {
        dispatcher.onWork(() -> turnBy(scheduler.now() + dice.between(0, 500)));
        turnBy(scheduler.now() + dice.between(0, 2_000));
        long burial = dice.between(0, 10_000);
        if (!machine.plan().isShared() || machine.bug().makes(Mistake.BURIES_UNKNOWN)) {
            scheduler.after(owner, burial, this::buryUndeclared);
        }
        store.start();
        scheduler.after(owner, dice.between(0, 60_000_000), this::retain);
    }

    private void turnBy(long micros) {
        if (micros < nextTurn) {
            nextTurn = micros;
            scheduler.at(owner, micros, () -> turn(micros));
        }
    }

    private void turn(long called) {
        if (called != nextTurn) {
            return;
        }
        nextTurn = Long.MAX_VALUE;
        Duration rest = dispatcher.turn();
        // The loop's thread may be late, and now and then very late.
        long late = dice.chance(0.01) ? dice.skewed(1_000, 2_000_000) : dice.between(1, 1_000);
        turnBy(scheduler.now() + Scheduler.micros(rest) + late);
    }

    private void runSoon(Runnable task) {
        long late = dice.chance(0.02) ? dice.skewed(1_000, 5_000_000) : dice.between(0, 2_000);
        scheduler.after(owner, late, task);
    }

    private void retain() {
        host.note("retain");
        Duration rest = retention.turn();
        scheduler.after(owner, Scheduler.micros(rest), this::retain);
    }

    private void storeBroke() {
        host.note("store broke");
        // The process says that it is not healthy, and whoever watches it starts another.
        machine.after(dice.skewed(100_000, 20_000_000), () -> host.restart(this));
    }

    private void heard(Signal signal) {
        if (signal instanceof Signal.Trouble trouble) {
            host.note("trouble", trouble.where(), trouble.problem());
            boolean ours =
                    switch (trouble.where()) {
                        case "turn", "hand-over", "ingest", "notices" -> true;
                        default -> false;
                    };
            machine.ledger()
                    .require(
                            !ours,
                            Invariant.NOTHING_BREAKS,
                            trouble.where(),
                            "said: %s",
                            trouble.problem());
        }
    }

    /// Its number, from 1: unlike that of any other process of the run.
    int number() {
        return number;
    }

    Host host() {
        return host;
    }

    Scheduler.Owner owner() {
        return owner;
    }

    Time time() {
        return time;
    }

    /// What it takes for declared.
    Catalog catalog() {
        return catalog;
    }

    /// Whether it has ended, in good order or not.
    boolean isOver() {
        return owner.isDead();
    }

    /// Whether it saw a destination removed that has not come back since.
    boolean sawRemoved(String destination) {
        return removed.contains(destination);
    }

    Ingest ingest() {
        return ingest;
    }

    Replays replays() {
        return replays;
    }

    boolean isClosing() {
        return closing;
    }

    /// Has something happen while the process lives.
    void after(long micros, Runnable task) {
        scheduler.after(owner, micros, task);
    }

    /// As [dev.belay.Gateway#apply].
    void apply(Catalog declared) {
        Catalog before = catalog;
        catalog = declared;
        for (String name : new TreeSet<>(before.destinations().keySet())) {
            if (declared.destination(name) == null) {
                removed.add(name);
                bury(name);
            }
        }
        for (String name : new TreeSet<>(declared.destinations().keySet())) {
            if (before.destination(name) == null) {
                removed.remove(name);
                dispatcher.noteDue(name, time.now());
            }
        }
    }

    /// As [dev.belay.Gateway#buryUndeclared].
    private void buryUndeclared() {
        dispatcher.buryUndeclared(DeadReason.DESTINATION_REMOVED);
        for (String name : new TreeSet<>(machine.memory().nextDue().keySet())) {
            if (catalog.destination(name) == null) {
                bury(name);
            }
        }
    }

    private void bury(String name) {
        var _ = dispatcher.bury(name, DeadReason.DESTINATION_REMOVED);
    }

    /// As [dev.belay.Gateway#pause] and [dev.belay.Gateway#resume].
    void stand(String name, Standing standing) {
        host.note("stand", name, standing.mode());
        store.setStanding(name, standing);
        audit.standing(name, standing);
        dispatcher.standing(name, standing);
        if (standing.mode() == Standing.Mode.ACTIVE) {
            dispatcher.noteDue(name, time.now());
        }
    }

    void crash() {
        owner.die();
        store.crash();
    }

    void pause(Duration duration) {
        owner.pauseUntil(scheduler.now() + Scheduler.micros(duration));
    }

    /// Whether it has nothing to do and is going to stay: one that stops, or whose store has
    /// failed, is about to be replaced.
    boolean isIdle() {
        return isWell() && store.isIdle() && transport.inFlight() == 0;
    }

    /// Whether it takes work and is going to stay.
    boolean isWell() {
        return !closing && !store.isBroken() && !owner.isPausedAt(scheduler.now());
    }

    /// Ends in good order: takes nothing more, lets what is under way end, and tells the machine.
    void stop(Runnable ended) {
        closing = true;
        host.note("stop");
        if (machine.bug().makes(Mistake.LEAVES_FIRST)) {
            store.leave();
        }
        CompletableFuture<Void> drained = dispatcher.drain();
        long until = scheduler.now() + Scheduler.micros(machine.plan().limits().lease());
        awaitDrained(drained, until, ended);
    }

    private void awaitDrained(CompletableFuture<Void> drained, long until, Runnable ended) {
        boolean done = drained.isDone();
        if (done && transport.inFlight() > 0) {
            machine.ledger()
                    .violated(
                            Invariant.CLEAN_STOP_LEAVES_NOTHING,
                            "drained with %d attempts under way".formatted(transport.inFlight()));
        }
        if ((done && store.isIdle()) || scheduler.now() > until) {
            if (!done) {
                host.note("not drained");
                machine.ledger().excuseAll(number);
            }
            store.leave();
            owner.die();
            ended.run();
        } else {
            scheduler.after(owner, 50_000, () -> awaitDrained(drained, until, ended));
        }
    }

    /// Notes how the destinations stand, for whoever reads the trace.
    void noteCircuits() {
        for (Endpoint endpoint : machine.endpoints()) {
            machine.note("stands", endpoint.name(), dispatcher.circuit(endpoint.name()));
        }
    }

    /// Looks at what must be empty when all is done.
    void checkLeaks() {
        for (Endpoint endpoint : machine.endpoints()) {
            var circuit = dispatcher.circuit(endpoint.name());
            machine.ledger()
                    .require(
                            circuit.inFlight() == 0 && circuit.waiting() == 0,
                            Invariant.NOTHING_LEAKS,
                            endpoint.name(),
                            "still has %s",
                            circuit);
        }
    }
}
