package dev.belay.planted;

import java.time.Clock;
import java.time.Instant;

/// Reads clocks, on purpose.
final class Clocks {
    private Clocks() {}

    static long wallClock() {
        return System.currentTimeMillis();
    }

    static long steadyClock() {
        return System.nanoTime();
    }

    static Instant instantOfNow() {
        return Instant.now();
    }

    static Clock clockItself() {
        return Clock.systemUTC();
    }
}
