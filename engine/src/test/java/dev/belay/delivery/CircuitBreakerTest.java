package dev.belay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.BreakerPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CircuitBreakerTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final BreakerPolicy POLICY = BreakerPolicy.DEFAULT;
    private static final AttemptOutcome FAILED = new AttemptOutcome.TimedOut();
    private static final AttemptOutcome OK = new AttemptOutcome.Acknowledged(200);

    private static CircuitBreaker.Permit permit(CircuitBreaker breaker) {
        return new CircuitBreaker.Permit(breaker.generation());
    }

    private static CircuitBreaker.Admission admitted(
            CircuitBreaker breaker, Instant now, int inFlight) {
        return Objects.requireNonNull(breaker.permit(POLICY, now, inFlight));
    }

    private static CircuitBreaker failing(int times) {
        CircuitBreaker breaker = CircuitBreaker.unmarked();
        for (int i = 0; i < times; i++) {
            breaker = breaker.after(permit(breaker), FAILED, POLICY, START);
        }
        return breaker;
    }

    @Test
    void opens_after_exactly_the_declared_failures() {
        assertThat(failing(4)).isInstanceOf(CircuitBreaker.Closed.class);
        assertThat(failing(5)).isEqualTo(new CircuitBreaker.Open(1, START.plusSeconds(60), 5));
    }

    @Test
    void a_success_between_failures_starts_the_count_anew() {
        CircuitBreaker breaker = failing(4);
        breaker = breaker.after(permit(breaker), OK, POLICY, START);
        assertThat(breaker.failures()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 400, 401, 404, 410, 499})
    void answers_below_500_are_signs_of_life(int status) {
        assertThat(CircuitBreaker.lifeIn(new AttemptOutcome.Refused(status, null)))
                .isEqualTo(CircuitBreaker.Life.ALIVE);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 503, 599})
    void pleas_to_come_later_and_server_errors_are_failures(int status) {
        assertThat(CircuitBreaker.lifeIn(new AttemptOutcome.Refused(status, null)))
                .isEqualTo(CircuitBreaker.Life.FAILING);
    }

    @Test
    void open_lets_nothing_through_until_the_reset_time() {
        CircuitBreaker open = failing(5);
        assertThat(open.permit(POLICY, START.plusMillis(59_999), 0)).isNull();
        assertThat(open.permit(POLICY, START.plusSeconds(60), 0)).isNotNull();
    }

    @Test
    void results_of_attempts_from_before_it_opened_do_not_move_it() {
        CircuitBreaker before = failing(4);
        CircuitBreaker.Permit old = permit(before);
        CircuitBreaker open = before.after(old, FAILED, POLICY, START);
        assertThat(open.after(old, OK, POLICY, START)).isEqualTo(open);
        assertThat(open.after(old, FAILED, POLICY, START.plusSeconds(9))).isEqualTo(open);
    }

    @Test
    void a_permit_given_back_frees_the_probe() {
        CircuitBreaker.Admission probe = admitted(failing(5), START.plusSeconds(60), 0);
        CircuitBreaker half = probe.next();
        assertThat(half.permit(POLICY, START.plusSeconds(60), 1)).isNull();
        assertThat(half.unused(probe.permit()).permit(POLICY, START.plusSeconds(60), 0))
                .isNotNull();
        assertThat(
                        half.after(
                                        probe.permit(),
                                        new AttemptOutcome.Invalid("no id"),
                                        POLICY,
                                        START)
                                .permit(POLICY, START.plusSeconds(60), 0))
                .isNotNull();
    }

    @Test
    void after_closing_attempts_grow_step_by_step() {
        Instant closedAt = START.plusSeconds(60);
        CircuitBreaker breaker = failing(5);
        CircuitBreaker.Admission probe = admitted(breaker, closedAt, 0);
        breaker = probe.next().after(probe.permit(), OK, POLICY, closedAt);
        List<Integer> rooms = new ArrayList<>();
        int begun = 0;
        for (int round = 0; round < 4; round++) {
            int room = breaker.room(POLICY, closedAt, 0);
            rooms.add(room);
            for (int i = 0; i < room; i++) {
                breaker = admitted(breaker, closedAt, i).next();
                begun++;
            }
            for (int i = 0; i < room; i++) {
                breaker = breaker.after(permit(breaker), OK, POLICY, closedAt);
            }
        }
        assertThat(rooms).containsExactly(1, 2, 4, 1);
        assertThat(begun).isEqualTo(8);
        assertThat(breaker.opensAt(closedAt)).isEqualTo(closedAt.plusSeconds(1));
        assertThat(breaker.room(POLICY, closedAt.plusSeconds(1), 0)).isEqualTo(8);
    }

    @Test
    void the_ramp_ends() {
        Ramp ramp = Ramp.start(START);
        for (int i = 0; i < 2_000; i++) {
            ramp = ramp.won();
        }
        assertThat(ramp.at(START.plusMillis(2_999))).isNotNull();
        assertThat(ramp.at(START.plusSeconds(3))).isNull();
        Ramp noWins =
                Objects.requireNonNull(Ramp.start(START).at(START.plus(Duration.ofDays(900))));
        assertThat(noWins.room(0)).isEqualTo(1);
    }

    /// The same machine written down naively: what a reader would expect of a circuit breaker.
    private static final class Model {
        private final BreakerPolicy policy;
        private int failures;
        private @Nullable Instant openUntil;
        private boolean half;
        private int probing;
        private int era;

        Model(BreakerPolicy policy) {
            this.policy = policy;
        }

        boolean admits(Instant now) {
            if (half) {
                return probing < policy.probes();
            }
            return openUntil == null || !now.isBefore(openUntil);
        }

        void begin() {
            if (!half && openUntil != null) {
                half = true;
                openUntil = null;
                era++;
            }
            if (half) {
                probing++;
            }
        }

        void end(int begunIn, boolean success, Instant now) {
            if (begunIn != era) {
                return;
            }
            if (success) {
                failures = 0;
                if (half) {
                    half = false;
                    probing = 0;
                    era++;
                }
            } else if (half || ++failures >= policy.failures()) {
                openUntil = now.plus(policy.reset());
                half = false;
                probing = 0;
                failures = policy.failures();
                era++;
            }
        }

        String word() {
            return half ? "half_open" : openUntil != null ? "open" : "closed";
        }
    }

    private record Running(CircuitBreaker.Permit permit, int era) {}

    @Test
    void agrees_with_a_plain_model_over_random_histories() {
        int opened = 0;
        int closed = 0;
        for (int seed = 0; seed < 2_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            BreakerPolicy policy =
                    new BreakerPolicy(
                            random.nextInt(1, 6),
                            Duration.ofSeconds(random.nextInt(1, 90)),
                            random.nextInt(1, 4));
            Model model = new Model(policy);
            CircuitBreaker breaker = CircuitBreaker.unmarked();
            List<Running> running = new ArrayList<>();
            Instant now = START;
            double health = random.nextDouble();
            for (int step = 0; step < 200; step++) {
                String before = breaker.word();
                now = now.plusMillis(random.nextInt(5_000));
                if (random.nextBoolean()) {
                    CircuitBreaker.Admission admission = breaker.permit(policy, now, 0);
                    // The ramp may hold back what the model admits, never the other way round.
                    boolean ramping = breaker instanceof CircuitBreaker.Closed;
                    assertThat(admission != null)
                            .as("seed %d, step %d", seed, step)
                            .isEqualTo(model.admits(now) && (admission != null || !ramping));
                    if (admission != null) {
                        model.begin();
                        breaker = admission.next();
                        running.add(new Running(admission.permit(), model.era));
                    }
                } else if (!running.isEmpty()) {
                    Running ended = running.remove(random.nextInt(running.size()));
                    boolean success = random.nextDouble() < health;
                    breaker = breaker.after(ended.permit(), success ? OK : FAILED, policy, now);
                    model.end(ended.era(), success, now);
                }
                assertThat(breaker.word())
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(model.word());
                opened += !before.equals("open") && breaker.word().equals("open") ? 1 : 0;
                closed += before.equals("half_open") && breaker.word().equals("closed") ? 1 : 0;
            }
        }
        assertThat(opened).isGreaterThan(1_000);
        assertThat(closed).isGreaterThan(1_000);
    }
}
