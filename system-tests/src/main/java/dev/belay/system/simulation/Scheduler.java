package dev.belay.system.simulation;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// True time, and what happens when: one thread runs every step in order of time. Microseconds
/// since the start.
final class Scheduler {
    /// Whose steps they are. The steps of a dead owner never happen; those of a paused one happen
    /// when the pause is over.
    static final class Owner {
        private boolean dead;
        private long pausedUntil;

        void die() {
            dead = true;
        }

        boolean isDead() {
            return dead;
        }

        void pauseUntil(long micros) {
            pausedUntil = Math.max(pausedUntil, micros);
        }

        boolean isPausedAt(long micros) {
            return micros < pausedUntil;
        }
    }

    private record Step(long at, long sequence, Owner owner, Runnable task) {}

    private final PriorityQueue<Step> steps =
            new PriorityQueue<>(
                    Comparator.comparingLong(Step::at).thenComparingLong(Step::sequence));
    private long now;
    private long sequence;

    long now() {
        return now;
    }

    void at(Owner owner, long micros, Runnable task) {
        steps.add(new Step(Math.max(now, micros), sequence++, owner, task));
    }

    void after(Owner owner, long micros, Runnable task) {
        at(owner, now + micros, task);
    }

    /// Moves time on to the next step and takes it; false when there is none.
    boolean step() {
        Step next = next();
        if (next == null) {
            return false;
        }
        now = next.at();
        next.task().run();
        return true;
    }

    private @Nullable Step next() {
        while (true) {
            Step step = steps.poll();
            if (step == null) {
                return null;
            }
            if (step.owner().isPausedAt(step.at())) {
                steps.add(
                        new Step(
                                step.owner().pausedUntil,
                                step.sequence(),
                                step.owner(),
                                step.task()));
            } else if (!step.owner().isDead()) {
                return step;
            }
        }
    }

    static long micros(Duration duration) {
        return duration.getSeconds() * 1_000_000 + duration.getNano() / 1_000;
    }
}
