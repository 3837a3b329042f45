package dev.belay.system.simulation;

import dev.belay.system.simulation.NodeTable.Row;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One machine: its clocks, its links, its data directory, and the process that runs on it at
/// present.
final class Host {
    /// Furthest that the wall clock is off when a process starts.
    private static final Duration CLOCK_ERROR = Duration.ofMinutes(5);

    /// Most that a steady clock's speed is off, in millionths: what clocks are slewed by at most.
    private static final int MOST_DRIFT = 500;

    /// A pause that is shorter is no reason for anything to be repeated.
    private static final Duration HARMLESS_PAUSE = Duration.ofSeconds(5);

    private final Machine machine;
    private final WallClock wall;
    private final long drift;
    private final Link link = new Link();
    private final Dice nodeDice;
    private final int place;
    private final String tag;
    private @Nullable GatewayProcess process;
    private int replacements;
    private @Nullable Moment moment;
    private Duration armed = Duration.ZERO;

    /// What a node is about when it stands still.
    enum Moment {
        /// It has begun to give a sign of life.
        SIGNING,
        /// It has sent a group to be committed.
        COMMITTING
    }

    Host(Machine machine, int place, Dice nodeDice) {
        this.machine = machine;
        this.place = place;
        tag = "@" + place;
        this.nodeDice = nodeDice;
        wall = new WallClock(machine.scheduler());
        drift =
                machine.plan().faults().contains(Fault.CLOCK_DRIFT)
                        ? nodeDice.between(-MOST_DRIFT, MOST_DRIFT)
                        : 0;
        if (machine.plan().faults().contains(Fault.CLOCK_SKEW)) {
            int most = (int) CLOCK_ERROR.toMillis();
            wall.setOff(Duration.ofMillis(nodeDice.between(-most, most)));
        }
    }

    WallClock wall() {
        return wall;
    }

    /// How much faster than the truth steady clocks run here, in millionths.
    long drift() {
        return drift;
    }

    Link link() {
        return link;
    }

    /// The node's name, which is kept in the data directory.
    String name() {
        return "n" + place + "." + replacements;
    }

    /// The process that runs, null while none does.
    @Nullable GatewayProcess process() {
        return process;
    }

    /// Whether a process runs here that takes work and is going to stay.
    boolean isWell() {
        return process != null && process.isWell();
    }

    void note(String what, Object... about) {
        machine.noteOn(tag, what, about);
    }

    /// Starts a process, unless one runs.
    void boot() {
        if (process != null) {
            return;
        }
        if (!machine.plan().isShared()) {
            start(null);
            return;
        }
        if (!link.reachesStore() || !machine.storeFaults().isUp()) {
            machine.after(nodeDice.skewed(1_000_000, 5_000_000), this::boot);
            return;
        }
        setClock();
        start(machine.join(name(), steady().now()));
    }

    private void start(@Nullable Row row) {
        setClock();
        int number = machine.nextProcess();
        note("boot", number);
        process = new GatewayProcess(machine, this, number, row);
        process.start();
        machine.isUp();
    }

    ProcessTime steady() {
        return new ProcessTime(machine.scheduler(), wall, drift);
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
            machine.ledger().excuseAll(dying.number());
            machine.after(downMicros, this::boot);
        }
    }

    /// The process dies with its data directory, and a node of another name is started.
    void replace(long downMicros) {
        if (process != null) {
            replacements++;
            crash(downMicros);
        }
    }

    /// Kills this process, if it still runs, and starts another.
    void restart(GatewayProcess old) {
        if (process == old) {
            crash(machine.dice().skewed(10_000, 10_000_000));
        }
    }

    /// The process ended in good order, and another is started after a while.
    void ended(GatewayProcess ended, long downMicros) {
        if (process == ended) {
            note("end");
            process = null;
            machine.after(downMicros, this::boot);
        }
    }

    /// The process stands still.
    void pause(Duration duration) {
        GatewayProcess pausing = process;
        if (pausing != null) {
            note("pause", duration.toMillis());
            pausing.pause(duration);
            if (duration.compareTo(HARMLESS_PAUSE) > 0) {
                link.troubled(machine.scheduler().now() + Scheduler.micros(duration));
                machine.ledger().excuseAll(pausing.number());
            }
        }
    }

    /// The process stands still the next time that it is about this.
    void pauseAt(Moment moment, Duration duration) {
        this.moment = moment;
        armed = duration;
    }

    /// The process is about this now.
    void isAbout(Moment now) {
        if (now == moment) {
            moment = null;
            machine.after(nodeDice.between(0, 2_000), () -> pause(armed));
        }
    }

    /// Nothing more goes wrong here.
    void heal() {
        moment = null;
        link.heal(machine.scheduler().now());
        wall.setOff(Duration.ZERO);
    }

    /// The link to the shared store breaks or is whole again.
    void cutFromStore(boolean now) {
        note("cut from store", now);
        link.cutFromStore(now, machine.scheduler().now());
    }

    /// The link to destinations breaks or is whole again.
    void cutFromDestinations(boolean now) {
        note("cut from destinations", now);
        link.cutFromDestinations(now);
    }
}
