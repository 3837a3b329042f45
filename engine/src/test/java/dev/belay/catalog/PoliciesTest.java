package dev.belay.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What [RetryPolicy], [BreakerPolicy] and [RateLimit] take, and their defaults.
class PoliciesTest {
    private static RetryPolicy retry(int attempts, double factor, double jitter) {
        Duration second = Duration.ofSeconds(1);
        return new RetryPolicy(attempts, second, factor, second, jitter);
    }

    @Test
    void the_defaults_are_those_documented() {
        assertThat(RetryPolicy.DEFAULT)
                .isEqualTo(
                        new RetryPolicy(5, Duration.ofSeconds(2), 2, Duration.ofMinutes(5), 0.1));
        assertThat(BreakerPolicy.DEFAULT)
                .isEqualTo(new BreakerPolicy(5, Duration.ofSeconds(60), 1));
        assertThat(Destination.DEFAULT_TIMEOUT).isEqualTo(Duration.ofSeconds(10));
        assertThat(Destination.DEFAULT_CONCURRENCY).isEqualTo(32);
        assertThat(DedupeRule.DEFAULT.window()).isEqualTo(Duration.ofDays(7));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "100, 100, 1", "5, 2, 0.1"})
    void a_retry_policy_within_its_range_is_taken(int attempts, double factor, double jitter) {
        assertThatCode(() -> retry(attempts, factor, jitter)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 2, 0, attempts",
        "101, 2, 0, attempts",
        "5, 0.99, 0, factor",
        "5, 100.1, 0, factor",
        "5, NaN, 0, factor",
        "5, 2, -0.01, jitter",
        "5, 2, 1.01, jitter",
        "5, 2, NaN, jitter"
    })
    void a_retry_policy_out_of_range_is_refused_by_name(
            int attempts, double factor, double jitter, String named) {
        assertThatThrownBy(() -> retry(attempts, factor, jitter))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    @Test
    void every_problem_of_a_retry_policy_is_told_at_once() {
        Duration negative = Duration.ofMillis(-1);
        assertThatThrownBy(() -> new RetryPolicy(0, negative, 0, Duration.ZERO, 2))
                .hasMessageContainingAll("attempts", "base", "factor", "jitter");
        assertThatThrownBy(() -> new RetryPolicy(1, Duration.ZERO, 1, negative, 0))
                .hasMessageContaining("cap");
    }

    @ParameterizedTest
    @CsvSource({"0, 1000, 1", "1, 0, 1", "1, -1, 1", "1, 1000, 0"})
    void a_circuit_needs_a_failure_a_time_and_a_probe(int failures, long millis, int probes) {
        assertThatThrownBy(() -> new BreakerPolicy(failures, Duration.ofMillis(millis), probes))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "-1, 1", "NaN, 1", "1000001, 1", "Infinity, 1", "1, 0"})
    void a_rate_needs_a_speed_and_a_burst(double perSecond, int burst) {
        assertThatThrownBy(() -> new RateLimit(perSecond, burst))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
