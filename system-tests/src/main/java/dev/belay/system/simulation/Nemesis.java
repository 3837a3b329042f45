package dev.belay.system.simulation;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// Whatever goes wrong, and when: the machine's troubles, drawn from the seed.
final class Nemesis {
    private static final int YEARS_10 = 3_650 * 24 * 3_600;
    private static final long HOUR_MICROS = 3_600_000_000L;

    private final Machine machine;
    private final Dice dice;
    private boolean over;

    Nemesis(Machine machine, Dice dice) {
        this.machine = machine;
        this.dice = dice;
    }

    void start() {
        for (Fault fault : machine.plan().faults()) {
            begin(fault);
        }
    }

    private void begin(Fault fault) {
        StoreFaults store = machine.storeFaults();
        switch (fault) {
            case COMMIT_FAILS -> phases(now -> store.failing(now ? dice.oneOf(0.1, 0.5, 1.0) : 0));
            case COMMIT_UNKNOWN ->
                    phases(now -> store.unknown(now ? dice.oneOf(0.1, 0.5, 1.0) : 0));
            case STORE_BREAKS -> {
                // A shared store is never broken for good.
                if (!machine.plan().isShared()) {
                    phases(now -> store.breaking(now ? 0.1 : 0));
                }
            }
            case STORE_FULL -> phases(store::full);
            case READS_FAIL -> phases(now -> store.readsFailing(now ? dice.oneOf(0.3, 1.0) : 0));
            case STORE_SLOW -> phases(store::slow);
            case CRASH -> times(1, 5, host -> host.crash(dice.skewed(1_000, 30_000_000)));
            case LONG_DOWNTIME ->
                    times(1, 1, host -> host.crash(dice.skewed(HOUR_MICROS, 120 * HOUR_MICROS)));
            case CLEAN_RESTART -> times(1, 2, this::restart);
            case PAUSE ->
                    times(1, 3, host -> host.pause(Duration.ofMillis(dice.skewed(50, 400_000))));
            case WALL_STEP -> times(1, 4, this::stepWall);
            case OUTAGE -> {
                for (Endpoint endpoint : machine.endpoints()) {
                    if (dice.chance(0.6)) {
                        phases(endpoint::down);
                    }
                }
            }
            case STORE_RESTARTS -> phases(machine::storeDown);
            case CUT_FROM_STORE -> {
                Host host = machine.someHost();
                phases(host::cutFromStore);
                at(dice.numbers().nextDouble(), () -> cutForLong(machine.someHost()));
            }
            case CUT_FROM_DESTINATIONS -> {
                Host host = machine.someHost();
                phases(host::cutFromDestinations);
            }
            case LONG_PAUSE -> times(1, 2, this::pauseForLong);
            case LATE_COMMIT -> {
                store.late(dice.oneOf(0.3, 1.0));
                phases(now -> store.unknown(now ? dice.oneOf(0.1, 0.5) : 0));
            }
            case REPLACED -> times(1, 2, host -> host.replace(dice.skewed(1_000, 30_000_000)));
            case ROLLING_UPGRADE -> times(1, 1, _ -> upgrade(0));
            case ANSWER_LOST,
                    OPERATOR_PAUSES,
                    REPLAYS,
                    CATALOG_CHANGES,
                    CLOCK_SKEW,
                    CLOCK_DRIFT -> {
                // Habits of destinations and hosts, and the operator's doing.
            }
        }
    }

    private void restart(Host host) {
        GatewayProcess process = host.process();
        if (process != null && !process.isClosing()) {
            process.stop(() -> host.ended(process, dice.skewed(1_000, 10_000_000)));
        }
    }

    private void cutForLong(Host host) {
        host.cutFromStore(true);
        machine.after(dice.between(100, 400) * 1_000_000L, () -> host.cutFromStore(false));
    }

    private void pauseForLong(Host host) {
        Duration duration = Duration.ofSeconds(dice.between(60, 400));
        switch (dice.between(0, 2)) {
            case 0 -> host.pause(duration);
            case 1 -> host.pauseAt(Host.Moment.SIGNING, duration);
            default -> host.pauseAt(Host.Moment.COMMITTING, duration);
        }
    }

    /// Stops one node in good order, starts it again, and goes on with the next.
    private void upgrade(int place) {
        List<Host> hosts = machine.hosts();
        if (over || place == hosts.size()) {
            return;
        }
        restart(hosts.get(place));
        machine.after(dice.skewed(5_000_000, 60_000_000), () -> upgrade(place + 1));
    }

    private void stepWall(Host host) {
        int seconds = dice.oneOf(1, 100, 10_000, YEARS_10);
        host.note("wall step", seconds);
        host.wall().setOff(Duration.ofSeconds(dice.between(-seconds, seconds)));
    }

    private void times(int least, int most, Consumer<Host> trouble) {
        for (int i = dice.between(least, most); i > 0; i--) {
            at(dice.numbers().nextDouble(), () -> trouble.accept(machine.someHost()));
        }
    }

    private void phases(Consumer<Boolean> trouble) {
        for (int i = dice.between(1, 3); i > 0; i--) {
            double begin = dice.numbers().nextDouble();
            double end = begin + dice.skewed(1, 400) / 1_000.0;
            at(begin, () -> trouble.accept(true));
            at(end, () -> trouble.accept(false));
        }
    }

    private void at(double share, Runnable task) {
        machine.after(
                (long) (share * machine.plan().spanMicros()),
                () -> {
                    if (!over) {
                        task.run();
                    }
                });
    }

    /// No more trouble.
    void heal() {
        over = true;
        machine.storeFaults().heal();
        machine.endpoints().forEach(Endpoint::heal);
        for (Host host : machine.hosts()) {
            host.heal();
        }
        if (machine.plan().isShared()) {
            // No node buries what it does not know: the operator has to say what it wants.
            machine.declareAll();
        }
    }
}
