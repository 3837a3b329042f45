package dev.belay.system.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HistogramTest {
    @Test
    void quantiles_are_at_most_two_percent_too_high() {
        Histogram histogram = new Histogram();
        for (long nanos = 1; nanos <= 100_000; nanos++) {
            histogram.record(nanos * 1_000);
        }
        for (double share : new double[] {0.001, 0.5, 0.99, 0.999}) {
            double exact = share * 100_000 * 1_000;
            assertThat((double) histogram.quantile(share)).isBetween(exact, exact * 1.02);
        }
        assertThat(histogram.quantile(1)).isEqualTo(100_000_000);
        assertThat(histogram.total()).isEqualTo(100_000);
    }

    @Test
    void every_duration_has_a_bucket() {
        Histogram histogram = new Histogram();
        histogram.record(-1);
        histogram.record(0);
        histogram.record(Long.MAX_VALUE);
        assertThat(histogram.total()).isEqualTo(3);
        assertThat(histogram.quantile(0.5)).isZero();
        assertThat(histogram.largest()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void nothing_counted_is_zero() {
        assertThat(new Histogram().quantile(0.99)).isZero();
    }
}
