package dev.belay.store;

import dev.belay.testkit.SettableTime;
import dev.belay.time.Time;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A time that can hold up the store's writer: it reads the clock before each commit.
final class GateTime implements Time {
    final SettableTime settable;
    private final Semaphore passes = new Semaphore(Integer.MAX_VALUE / 2);
    private final Semaphore arrivals = new Semaphore(0);
    private final AtomicReference<@Nullable Error> planted = new AtomicReference<>();

    GateTime(SettableTime settable) {
        this.settable = settable;
    }

    /// Holds up the writer at its next commit.
    void close() {
        passes.drainPermits();
        arrivals.drainPermits();
    }

    /// Returns when the writer stands before the gate.
    void awaitWriter() {
        arrivals.acquireUninterruptibly();
    }

    /// Throws once, on the writer's thread.
    void throwAtNextCommit(Error error) {
        planted.set(error);
    }

    void open() {
        passes.release(Integer.MAX_VALUE / 2);
    }

    @Override
    public Instant now() {
        return settable.now();
    }

    @Override
    public Instant wall() {
        return settable.wall();
    }

    @Override
    public long nanos() {
        if (Thread.currentThread().getName().equals("belay-store-writer")) {
            arrivals.release();
            passes.acquireUninterruptibly();
            Error error = planted.getAndSet(null);
            if (error != null) {
                throw error;
            }
        }
        return settable.nanos();
    }
}
