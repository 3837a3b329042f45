package dev.belay.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// A thread that cranks a loop: calls its turn, rests as long as the turn said or until it is
/// woken, and calls it again. The loop itself knows no thread, so a test or a simulator can crank
/// it by hand instead.
public final class Driver implements AutoCloseable {
    private final Thread thread;
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean stopping;

    private Driver(String name, Supplier<Duration> turn) {
        thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> run(turn));
    }

    /// Starts cranking.
    ///
    /// @param turn does what is to be done and says how long nothing else needs doing; must not
    ///   throw
    public static Driver start(String name, Supplier<Duration> turn) {
        Driver driver = new Driver(name, turn);
        driver.thread.start();
        return driver;
    }

    /// Ends a rest early.
    public void wake() {
        if (woken.compareAndSet(false, true)) {
            LockSupport.unpark(thread);
        }
    }

    private void run(Supplier<Duration> turn) {
        while (!stopping) {
            woken.set(false);
            long rest = turn.get().toNanos();
            if (rest > 0 && !woken.get() && !stopping) {
                LockSupport.parkNanos(this, rest);
            }
        }
    }

    /// Waits for the turn under way and ends the thread.
    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
