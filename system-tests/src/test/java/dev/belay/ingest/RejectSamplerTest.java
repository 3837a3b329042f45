package dev.belay.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.testkit.SettableTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RejectSamplerTest {
    private final SettableTime time = new SettableTime(Door.NOW);
    private final RejectSampler sampler = new RejectSampler(time);

    private int taken(String source, int offered) {
        int taken = 0;
        for (int i = 0; i < offered; i++) {
            taken += sampler.takes(source) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void ten_of_a_source_are_taken_in_a_second_and_ten_more_in_the_next() {
        assertThat(taken("shop", 1_000)).isEqualTo(RejectSampler.PER_SECOND);
        time.advance(Duration.ofMillis(999));
        assertThat(taken("shop", 1_000)).isZero();
        time.advance(Duration.ofMillis(1));
        assertThat(taken("shop", 1_000)).isEqualTo(RejectSampler.PER_SECOND);
    }

    @Test
    void a_flood_at_one_source_takes_nothing_from_another() {
        taken("shop", 1_000);
        assertThat(taken("github", 3)).isEqualTo(3);
    }

    @Test
    void sources_beyond_a_thousand_share_one_allowance() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(taken("source " + i, 11)).isEqualTo(10);
        }
        int more = 0;
        for (int i = 0; i < 1_000; i++) {
            more += taken("invented " + i, 1);
        }
        assertThat(more).isLessThanOrEqualTo(10);
        time.advance(Duration.ofSeconds(1));
        assertThat(taken("source 999", 11)).isEqualTo(10);
    }
}
