package dev.belay.system.simulation;

import dev.belay.time.Time;
import java.time.Instant;

/// The clocks of one process, as [dev.belay.time.SystemTime] makes them: steady time starts from
/// the wall clock of the process's start.
final class ProcessTime implements Time {
    private final Scheduler scheduler;
    private final WallClock wall;
    private final long drift;
    private final long startMicros;
    private final Instant start;

    /// @param drift how much faster than the truth the steady clock runs, in millionths
    ProcessTime(Scheduler scheduler, WallClock wall, long drift) {
        this.scheduler = scheduler;
        this.wall = wall;
        this.drift = drift;
        startMicros = scheduler.now();
        start = Instant.ofEpochMilli(wall.now().toEpochMilli());
    }

    @Override
    public Instant now() {
        return start.plusMillis(micros() / 1_000);
    }

    @Override
    public Instant wall() {
        return Instant.ofEpochMilli(wall.now().toEpochMilli());
    }

    @Override
    public long nanos() {
        return micros() * 1_000;
    }

    private long micros() {
        long real = scheduler.now() - startMicros;
        return real + real / 1_000_000 * drift;
    }
}
