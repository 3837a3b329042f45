package dev.belay.testkit;

import dev.belay.time.Time;
import dev.belay.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Time that stands still until it is moved. Timers fire on the thread that moves it, in the order
/// in which they are due, each with the clock at its own time; those due at the same time fire in
/// the order in which they were set.
public final class SettableTime implements Time, Timers {
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(
                    Comparator.comparingLong((Timer timer) -> timer.at)
                            .thenComparingLong(timer -> timer.number));
    private final Instant start;

    /// Nanoseconds since the start.
    private long elapsed;

    private Duration wallOffset = Duration.ZERO;
    private long timersSet;

    /// @param start what the clock says first; cut to milliseconds
    public SettableTime(Instant start) {
        this.start = Instant.ofEpochMilli(start.toEpochMilli());
    }

    @Override
    public synchronized Instant now() {
        return start.plusMillis(elapsed / 1_000_000L);
    }

    @Override
    public synchronized Instant wall() {
        return now().plus(wallOffset);
    }

    @Override
    public synchronized long nanos() {
        return elapsed;
    }

    /// Moves time on and fires what falls due on the way, also timers set by other timers.
    ///
    /// @throws IllegalArgumentException when the duration is negative: steady time never goes back
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("steady time never goes back");
        }
        long until;
        synchronized (this) {
            until = elapsed + duration.toNanos();
        }
        while (true) {
            Timer due = nextUntil(until);
            if (due == null) {
                return;
            }
            due.task.run();
        }
    }

    /// Moves time on to the next timer and fires it; false when none is set.
    public boolean advanceToNextTimer() {
        Timer due = nextUntil(Long.MAX_VALUE);
        if (due != null) {
            due.task.run();
        }
        return due != null;
    }

    /// Steps the wall clock, as an administrator or a leap of the host does; steady time goes on as
    /// before.
    public synchronized void stepWall(Duration step) {
        wallOffset = wallOffset.plus(step);
    }

    /// How many timers are set.
    public synchronized int timers() {
        return timers.size();
    }

    @Override
    public synchronized Cancellable after(Duration delay, Runnable task) {
        Timer timer = new Timer(elapsed + Math.max(0, delay.toNanos()), timersSet++, task);
        timers.add(timer);
        return () -> cancel(timer);
    }

    private synchronized void cancel(Timer timer) {
        timers.remove(timer);
    }

    /// Takes out the next timer due by then and sets the clock to its time, or to the end where
    /// there is none.
    private synchronized @Nullable Timer nextUntil(long until) {
        Timer next = timers.peek();
        if (next == null || next.at > until) {
            if (until != Long.MAX_VALUE) {
                elapsed = Math.max(elapsed, until);
            }
            return null;
        }
        timers.remove(next);
        elapsed = Math.max(elapsed, next.at);
        return next;
    }

    private static final class Timer {
        final long at;
        final long number;
        final Runnable task;

        Timer(long at, long number, Runnable task) {
            this.at = at;
            this.number = number;
            this.task = task;
        }
    }
}
