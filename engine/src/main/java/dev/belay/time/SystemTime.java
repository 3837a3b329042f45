package dev.belay.time;

import java.time.Instant;

/// The machine's clocks.
public final class SystemTime implements Time {
    private final long startMillis;
    private final long startNanos;

    /// Steady time starts from the wall clock of this instant.
    public SystemTime() {
        startMillis = System.currentTimeMillis();
        startNanos = System.nanoTime();
    }

    @Override
    public Instant now() {
        return Instant.ofEpochMilli(startMillis + (System.nanoTime() - startNanos) / 1_000_000L);
    }

    @Override
    public Instant wall() {
        return Instant.ofEpochMilli(System.currentTimeMillis());
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
