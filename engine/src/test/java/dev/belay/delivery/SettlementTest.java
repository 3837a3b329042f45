package dev.belay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.RetryPolicy;
import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettlementTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Settlement.Throttle THROTTLE =
            new Settlement.Throttle(Duration.ofHours(24), 3);
    private static final RandomGenerator NO_JITTER = () -> 0;

    private static Delivery delivery(int attempts, int throttled) {
        return new Delivery(
                new DeliveryId(new EventId(1), 0),
                "shop",
                "shop",
                NOW,
                attempts,
                throttled,
                null,
                new DeliveryState.Leased(new Lease(1, NOW.plusSeconds(60))));
    }

    private static Settlement settle(AttemptOutcome outcome, int attempts, int throttled) {
        return Settlement.of(
                outcome,
                delivery(attempts, throttled),
                RetryPolicy.DEFAULT,
                THROTTLE,
                NOW,
                NO_JITTER);
    }

    private static AttemptOutcome refused(int status, @Nullable Duration retryAfter) {
        return new AttemptOutcome.Refused(status, retryAfter);
    }

    @Test
    void an_acknowledgement_completes_whatever_the_attempt() {
        assertThat(settle(new AttemptOutcome.Acknowledged(204), 5, 0))
                .isEqualTo(new Settlement.Complete());
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504, 599, 600, 999})
    void an_answer_that_may_pass_is_tried_again(int status) {
        assertThat(settle(refused(status, null), 1, 0))
                .isEqualTo(new Settlement.RetryAt(NOW.plusSeconds(2), true));
        assertThat(settle(refused(status, null), 5, 0))
                .isEqualTo(new Settlement.GiveUp(DeadReason.ATTEMPTS_EXHAUSTED));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 199, 300, 301, 302, 304, 307, 308, 400, 401, 403, 404, 409, 422, 499})
    void an_answer_that_cannot_pass_is_final_at_once(int status) {
        assertThat(settle(refused(status, null), 1, 0))
                .isEqualTo(new Settlement.GiveUp(DeadReason.REFUSED));
    }

    @Test
    void gone_and_invalid_are_final() {
        assertThat(settle(refused(410, null), 1, 0))
                .isEqualTo(new Settlement.GiveUp(DeadReason.GONE));
        assertThat(settle(new AttemptOutcome.Invalid("no id"), 1, 0))
                .isEqualTo(new Settlement.GiveUp(DeadReason.INVALID));
    }

    @Test
    void what_brought_no_answer_is_tried_again() {
        for (AttemptOutcome.Trouble trouble : AttemptOutcome.Trouble.values()) {
            assertThat(settle(new AttemptOutcome.Unreachable(trouble), 1, 0))
                    .isInstanceOf(Settlement.RetryAt.class);
        }
        assertThat(settle(new AttemptOutcome.TimedOut(), 1, 0))
                .isInstanceOf(Settlement.RetryAt.class);
        assertThat(settle(new AttemptOutcome.Threw("boom"), 1, 0))
                .isInstanceOf(Settlement.RetryAt.class);
        assertThat(settle(new AttemptOutcome.LeaseLost(), 1, 0))
                .isInstanceOf(Settlement.RetryAt.class);
    }

    @ParameterizedTest
    @CsvSource({"1,2000", "2,4000", "3,8000", "4,16000"})
    void the_delay_doubles_with_each_counted_failure(int attempts, long millis) {
        assertThat(settle(new AttemptOutcome.TimedOut(), attempts, 0))
                .isEqualTo(new Settlement.RetryAt(NOW.plusMillis(millis), true));
        assertThat(settle(new AttemptOutcome.TimedOut(), attempts + 2, 2))
                .isEqualTo(new Settlement.RetryAt(NOW.plusMillis(millis), true));
    }

    @Test
    void the_delay_is_capped_and_jitter_only_adds() {
        RandomGenerator random = new SplittableRandom(1);
        double least = 1;
        double most = 0;
        for (int i = 0; i < 10_000; i++) {
            double delay = Settlement.delay(RetryPolicy.DEFAULT, 50, random).toMillis();
            double share = (delay - 300_000) / 300_000;
            least = Math.min(least, share);
            most = Math.max(most, share);
        }
        assertThat(least).isBetween(0.0, 0.001);
        assertThat(most).isBetween(0.099, 0.1001);
    }

    @Test
    void extreme_policies_do_not_overflow() {
        RetryPolicy huge =
                new RetryPolicy(
                        100,
                        Duration.ofSeconds(Long.MAX_VALUE),
                        100,
                        Duration.ofSeconds(Long.MAX_VALUE),
                        1);
        assertThat(Settlement.delay(huge, 100, () -> -1L))
                .isBetween(Settlement.MAX_DELAY, Settlement.MAX_DELAY.multipliedBy(2));
        RetryPolicy none = new RetryPolicy(100, Duration.ZERO, 100, Duration.ZERO, 1);
        assertThat(Settlement.delay(none, 100, () -> -1L)).isEqualTo(Duration.ZERO);
        RetryPolicy small = new RetryPolicy(3, Duration.ofNanos(1), 1, Duration.ofSeconds(1), 0);
        assertThat(Settlement.delay(small, 1, NO_JITTER)).isEqualTo(Duration.ofMillis(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void retry_after_is_honoured_and_not_counted(int status) {
        AttemptOutcome asked = refused(status, Duration.ofMinutes(7));
        assertThat(settle(asked, 5, 0))
                .isEqualTo(new Settlement.RetryAt(NOW.plusSeconds(420), false));
        assertThat(settle(asked, 8, 2)).isInstanceOf(Settlement.RetryAt.class);
        assertThat(settle(asked, 8, 3))
                .isEqualTo(new Settlement.GiveUp(DeadReason.THROTTLED_TOO_OFTEN));
    }

    @Test
    void retry_after_is_cut_to_the_longest_and_never_a_tight_loop() {
        assertThat(settle(refused(503, Duration.ofSeconds(Long.MAX_VALUE)), 1, 0))
                .isEqualTo(new Settlement.RetryAt(NOW.plus(Duration.ofHours(24)), false));
        assertThat(settle(refused(429, Duration.ZERO), 1, 0))
                .isEqualTo(new Settlement.RetryAt(NOW.plusSeconds(2), false));
        assertThat(settle(refused(429, Duration.ofSeconds(-9)), 1, 0))
                .isEqualTo(new Settlement.RetryAt(NOW.plusSeconds(2), false));
    }

    @Test
    void retry_after_on_other_answers_changes_nothing() {
        assertThat(settle(refused(500, Duration.ofHours(1)), 1, 0))
                .isEqualTo(new Settlement.RetryAt(NOW.plusSeconds(2), true));
        assertThat(settle(refused(301, Duration.ofHours(1)), 1, 0))
                .isEqualTo(new Settlement.GiveUp(DeadReason.REFUSED));
    }
}
