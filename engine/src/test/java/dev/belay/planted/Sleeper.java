package dev.belay.planted;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Sleeps, on purpose.
final class Sleeper {
    private Sleeper() {}

    static void sleepMillis() throws InterruptedException {
        Thread.sleep(1);
    }

    static void sleepDuration() throws InterruptedException {
        Thread.sleep(Duration.ofMillis(1));
    }

    static void sleepUnit() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(1);
    }
}
