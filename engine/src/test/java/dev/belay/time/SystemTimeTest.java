package dev.belay.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// [SystemTime] and [SystemTimers].
class SystemTimeTest {
    private final SystemTime time = new SystemTime();

    @Test
    void steady_time_starts_at_the_wall_clock_and_never_goes_back() {
        assertThat(Duration.between(time.wall(), time.now()).abs())
                .isLessThan(Duration.ofMinutes(1));
        Instant before = time.now();
        for (int i = 0; i < 10_000; i++) {
            Instant now = time.now();
            assertThat(now).isAfterOrEqualTo(before);
            before = now;
        }
        assertThat(before).isEqualTo(before.truncatedTo(ChronoUnit.MILLIS));
    }

    @Test
    void a_timer_runs_its_task_once_and_not_early() throws Exception {
        try (SystemTimers timers = new SystemTimers()) {
            CompletableFuture<Long> ran = new CompletableFuture<>();
            long from = time.nanos();
            var _ = timers.after(Duration.ofMillis(20), () -> ran.complete(time.nanos()));
            assertThat(ran.get(30, TimeUnit.SECONDS) - from)
                    .isGreaterThanOrEqualTo(Duration.ofMillis(20).toNanos());
        }
    }

    @Test
    void a_timer_called_off_does_not_run_and_one_that_throws_harms_no_other() throws Exception {
        List<String> ran = new CopyOnWriteArrayList<>();
        CountDownLatch last = new CountDownLatch(1);
        try (SystemTimers timers = new SystemTimers()) {
            Timers.Cancellable off = timers.after(Duration.ofMillis(30), () -> ran.add("off"));
            off.cancel();
            off.cancel();
            var _ =
                    timers.after(
                            Duration.ZERO,
                            () -> {
                                throw new IllegalStateException("planted");
                            });
            var _ = timers.after(Duration.ofMillis(40), last::countDown);
            assertThat(last.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(ran).isEmpty();
    }
}
