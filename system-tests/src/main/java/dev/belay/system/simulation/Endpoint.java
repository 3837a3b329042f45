package dev.belay.system.simulation;

import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.AttemptOutcome.Trouble;
import dev.belay.event.DeliveryId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A destination, with its habits.
final class Endpoint {
    /// What a destination is like.
    enum Habit {
        /// Takes everything.
        GOOD,
        /// Fails the first attempts of each delivery.
        FAILS_FIRST,
        /// Refuses some for good.
        REFUSES,
        /// Says once that it is gone.
        GONE_ONCE,
        /// Asks for a later try.
        THROTTLES,
        /// Is slow, often until after the deadline.
        SLOW,
        /// Does the work, and the answer is lost.
        LOSES_ANSWERS,
        /// Fails now and then.
        FLAKY,
        /// Fails always, until everything heals.
        FAILS
    }

    private static final long YEARS_10 = 3_650L * 24 * 3_600;

    private final String name;
    private final Dice dice;
    private final Duration timeout;
    private final Map<DeliveryId, Integer> seen = new HashMap<>();
    private Habit habit;
    private boolean down;

    Endpoint(String name, Habit habit, Duration timeout, Dice dice) {
        this.name = name;
        this.habit = habit;
        this.timeout = timeout;
        this.dice = dice;
    }

    /// What becomes of an attempt.
    ///
    /// @param works whether the destination does the work
    /// @param lost whether the destination answered well and its answer does not arrive
    /// @param micros until the outcome is known; 0: on the spot
    record Reaction(boolean works, boolean lost, AttemptOutcome outcome, long micros) {}

    String name() {
        return name;
    }

    Habit habit() {
        return habit;
    }

    void down(boolean now) {
        down = now;
    }

    void heal() {
        habit = Habit.GOOD;
        down = false;
    }

    /// What becomes of an attempt that does not get here.
    Reaction unreachable() {
        return dice.chance(0.3) ? hang() : nothing(Trouble.CONNECT_REFUSED);
    }

    Reaction react(DeliveryId delivery) {
        int before = seen.merge(delivery, 1, Integer::sum) - 1;
        if (down) {
            return unreachable();
        }
        Reaction special = special(delivery, before);
        return special != null ? special : good();
    }

    private @Nullable Reaction special(DeliveryId delivery, int before) {
        return switch (habit) {
            case GOOD -> null;
            case FAILS_FIRST ->
                    before < delivery.ordinal() % 2 + 1 ? refused(dice.oneOf(500, 503)) : null;
            case REFUSES ->
                    delivery.event().value() % 3 == 0 ? refused(dice.oneOf(400, 404, 301)) : null;
            case GONE_ONCE -> {
                if (dice.chance(0.1)) {
                    habit = Habit.GOOD;
                    yield refused(410);
                }
                yield null;
            }
            case THROTTLES ->
                    dice.chance(0.6)
                            ? answer(
                                    new AttemptOutcome.Refused(
                                            dice.oneOf(429, 503),
                                            Duration.ofSeconds(
                                                    dice.oneOf(0L, 1L, 7L, 60L, -5L, YEARS_10))))
                            : null;
            case SLOW -> dice.chance(0.5) ? hang() : null;
            case LOSES_ANSWERS -> dice.chance(0.5) ? lost() : null;
            case FLAKY ->
                    dice.chance(0.5)
                            ? dice.oneOf(
                                    refused(500),
                                    refused(429),
                                    refused(408),
                                    nothing(Trouble.DNS_FAILURE),
                                    nothing(Trouble.TLS_FAILURE))
                            : null;
            case FAILS -> refused(502);
        };
    }

    private Reaction good() {
        return new Reaction(true, false, new AttemptOutcome.Acknowledged(200), quick());
    }

    private Reaction refused(int status) {
        return answer(new AttemptOutcome.Refused(status, null));
    }

    private Reaction answer(AttemptOutcome outcome) {
        return new Reaction(false, false, outcome, quick());
    }

    private Reaction nothing(Trouble trouble) {
        long micros = dice.chance(0.5) ? 0 : quick();
        return new Reaction(false, false, new AttemptOutcome.Unreachable(trouble), micros);
    }

    private Reaction hang() {
        // A transport may overrun its deadline by up to a second.
        long micros = Scheduler.micros(timeout) + dice.between(0, 999_999);
        return new Reaction(false, false, new AttemptOutcome.TimedOut(), micros);
    }

    private Reaction lost() {
        return dice.chance(0.5)
                ? new Reaction(true, true, new AttemptOutcome.Unreachable(Trouble.RESET), quick())
                : new Reaction(
                        true,
                        true,
                        new AttemptOutcome.TimedOut(),
                        Scheduler.micros(timeout) + dice.between(0, 999_999));
    }

    private long quick() {
        return Math.min(dice.skewed(200, 3_000_000), Scheduler.micros(timeout) - 1);
    }
}
