package dev.belay.system.simulation;

import java.time.Duration;
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
            case STORE_BREAKS -> phases(now -> store.breaking(now ? 0.1 : 0));
            case STORE_FULL -> phases(store::full);
            case READS_FAIL -> phases(now -> store.readsFailing(now ? dice.oneOf(0.3, 1.0) : 0));
            case STORE_SLOW -> phases(store::slow);
            case CRASH -> times(1, 5, () -> machine.crash(dice.skewed(1_000, 30_000_000)));
            case LONG_DOWNTIME ->
                    times(1, 1, () -> machine.crash(dice.skewed(HOUR_MICROS, 120 * HOUR_MICROS)));
            case CLEAN_RESTART -> times(1, 2, this::restart);
            case PAUSE ->
                    times(1, 3, () -> machine.pause(Duration.ofMillis(dice.skewed(50, 400_000))));
            case WALL_STEP -> times(1, 4, this::stepWall);
            case OUTAGE -> {
                for (Endpoint endpoint : machine.endpoints()) {
                    if (dice.chance(0.6)) {
                        phases(endpoint::down);
                    }
                }
            }
            case ANSWER_LOST, OPERATOR_PAUSES, REPLAYS, CATALOG_CHANGES -> {
                // Habits of destinations, and the operator's doing.
            }
        }
    }

    private void restart() {
        GatewayProcess process = machine.process();
        if (process != null && !process.isClosing()) {
            process.stop(() -> machine.ended(process, dice.skewed(1_000, 10_000_000)));
        }
    }

    private void stepWall() {
        int seconds = dice.oneOf(1, 100, 10_000, YEARS_10);
        machine.note("wall step", seconds);
        machine.wall().setOff(Duration.ofSeconds(dice.between(-seconds, seconds)));
    }

    private void times(int least, int most, Runnable task) {
        for (int i = dice.between(least, most); i > 0; i--) {
            at(dice.numbers().nextDouble(), task);
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
        machine.wall().setOff(Duration.ZERO);
    }
}
