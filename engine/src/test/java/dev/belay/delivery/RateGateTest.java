package dev.belay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.RateLimit;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RateGateTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void lets_the_burst_through_and_then_keeps_the_rate() {
        RateLimit limit = new RateLimit(10, 5);
        RateGate gate = RateGate.FULL;
        Instant now = START;
        int begun = 0;
        for (int millis = 0; millis <= 2_000; millis++) {
            now = START.plusMillis(millis);
            while (!gate.opensAt(limit).isAfter(now)) {
                gate = gate.begun(limit, now);
                begun++;
            }
            if (millis == 0) {
                assertThat(begun).isEqualTo(5);
            }
        }
        assertThat(begun).isEqualTo(25);
    }

    @Test
    void says_when_it_opens_and_never_too_early() {
        RateLimit limit = new RateLimit(3, 1);
        RateGate gate = RateGate.FULL.begun(limit, START);
        assertThat(gate.opensAt(limit)).isEqualTo(START.plusMillis(334));
    }

    @Test
    void extreme_limits_stay_in_range() {
        RateLimit slowest = new RateLimit(Double.MIN_VALUE, Integer.MAX_VALUE);
        RateGate gate = RateGate.FULL.begun(slowest, START);
        assertThat(gate.opensAt(slowest)).isBefore(START);
        RateLimit single = new RateLimit(Double.MIN_VALUE, 1);
        assertThat(RateGate.FULL.begun(single, START).opensAt(single)).isAfter(START);
        RateLimit fastest = new RateLimit(1_000_000, 1);
        assertThat(RateGate.FULL.begun(fastest, START).opensAt(fastest))
                .isEqualTo(START.plusMillis(1));
    }
}
