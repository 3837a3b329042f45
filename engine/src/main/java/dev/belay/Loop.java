package dev.belay;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// A thread that turns a crank as often as the crank says, or sooner when woken.
final class Loop implements AutoCloseable {
    private final Supplier<Duration> crank;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private volatile boolean over;

    Loop(String name, Supplier<Duration> crank) {
        this.crank = crank;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Asks for a turn now.
    void wake() {
        if (wake.availablePermits() == 0) {
            wake.release();
        }
    }

    private void run() {
        while (!over) {
            Duration pause = crank.get();
            try {
                if (wake.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                    wake.drainPermits();
                }
            } catch (InterruptedException e) {
                // Only closing interrupts, and that is looked at next.
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// Ends the thread after the turn under way, and waits for it.
    @Override
    public void close() {
        over = true;
        wake.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
