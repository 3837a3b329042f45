package dev.belay.system.simulation;

import java.time.Duration;
import java.time.Instant;

/// A machine's wall clock, which can be stepped away from the truth.
final class WallClock {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final Scheduler scheduler;
    private Duration offset = Duration.ZERO;

    WallClock(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /// The true time.
    static Instant truth(Scheduler scheduler) {
        return START.plusNanos(scheduler.now() * 1_000);
    }

    /// What the clock says.
    Instant now() {
        return truth(scheduler).plus(offset);
    }

    /// Sets it this far from the truth.
    void setOff(Duration offset) {
        this.offset = offset;
    }

    Duration offset() {
        return offset;
    }
}
