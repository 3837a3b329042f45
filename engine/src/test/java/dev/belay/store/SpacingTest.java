package dev.belay.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.time.Time;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SpacingTest {
    private static final long MILLI = 1_000_000;

    private final Hand hand = new Hand();
    private final Spacing spacing = new Spacing(Duration.ofMillis(1), hand);

    @Test
    void the_first_group_is_taken_at_once() {
        assertThat(spacing.rest(1)).isZero();
    }

    @Test
    void who_comes_alone_never_waits() {
        spacing.took(2);
        assertThat(spacing.rest(1)).isZero();
    }

    @Test
    void after_a_group_the_next_waits_for_the_rest_of_the_spacing() {
        hand.nanos = 5 * MILLI;
        spacing.took(3);
        hand.nanos += 300_000;
        assertThat(spacing.rest(1)).isEqualTo(700_000);
    }

    @Test
    void a_commit_that_took_longer_than_the_spacing_is_followed_at_once() {
        spacing.took(20);
        hand.nanos = 2 * MILLI;
        assertThat(spacing.rest(1)).isZero();
    }

    @Test
    void enough_to_share_a_sync_do_not_wait_for_more() {
        spacing.took(20);
        assertThat(spacing.rest(63)).isPositive();
        assertThat(spacing.rest(64)).isZero();
    }

    @Test
    void a_group_taken_in_vain_ends_the_pause() {
        spacing.took(20);
        spacing.took(0);
        assertThat(spacing.rest(0)).isZero();
    }

    @Test
    void a_clock_that_stepped_back_does_not_make_it_wait_longer() {
        hand.nanos = 5 * MILLI;
        spacing.took(20);
        hand.nanos = 0;
        assertThat(spacing.rest(1)).isEqualTo(MILLI);
    }

    private static final class Hand implements Time {
        private long nanos;

        @Override
        public Instant now() {
            return Instant.EPOCH.plusNanos(nanos);
        }

        @Override
        public Instant wall() {
            return now();
        }

        @Override
        public long nanos() {
            return nanos;
        }
    }
}
