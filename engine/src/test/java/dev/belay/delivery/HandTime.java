package dev.belay.delivery;

import dev.belay.time.Time;
import java.time.Duration;
import java.time.Instant;

/// Time that stands still until it is moved.
final class HandTime implements Time {
    private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public Instant wall() {
        return now;
    }

    @Override
    public long nanos() {
        return now.toEpochMilli() * 1_000_000L;
    }

    void move(Duration by) {
        now = now.plus(by);
    }
}
