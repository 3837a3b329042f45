package dev.belay.system.simulation;

import dev.belay.time.Time;
import java.time.Instant;

/// The clocks of one process, as [dev.belay.time.SystemTime] makes them: steady time starts from
/// the wall clock of the process's start.
final class ProcessTime implements Time {
    private final Scheduler scheduler;
    private final WallClock wall;
    private final long startMicros;
    private final Instant start;

    ProcessTime(Scheduler scheduler, WallClock wall) {
        this.scheduler = scheduler;
        this.wall = wall;
        startMicros = scheduler.now();
        start = Instant.ofEpochMilli(wall.now().toEpochMilli());
    }

    @Override
    public Instant now() {
        return start.plusMillis((scheduler.now() - startMicros) / 1_000);
    }

    @Override
    public Instant wall() {
        return Instant.ofEpochMilli(wall.now().toEpochMilli());
    }

    @Override
    public long nanos() {
        return (scheduler.now() - startMicros) * 1_000;
    }
}
