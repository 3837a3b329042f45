package dev.belay.delivery;

import dev.belay.catalog.BreakerPolicy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Whether a destination is tried. Pure: each state is a value, each transition a function of the
/// state, the policy and the time; nothing runs by itself.
///
/// Closed, it counts consecutive failures and opens at the policy's number of them. Open, it lets
/// nothing through until the reset time. Then it is half-open: it lets the policy's number of
/// probes through at once; the first probe that finds the destination alive closes it, with a
/// [Ramp], and the first that fails opens it again. Any answer below 500 other than 408, 425 and
/// 429 is a sign of life.
///
/// Only attempts that began in the present state move it: results of earlier ones are ignored.
public sealed interface CircuitBreaker {
    /// Lets attempts through.
    ///
    /// @param generation grows with each change of state
    /// @param failures consecutive ones so far
    /// @param ramp what still holds attempts back after a recovery, null: nothing
    record Closed(long generation, int failures, @Nullable Ramp ramp) implements CircuitBreaker {
        @Override
        public String word() {
            return "closed";
        }
    }

    /// Lets nothing through.
    ///
    /// @param until when the first probe may begin
    /// @param failures consecutive ones so far
    record Open(long generation, Instant until, int failures) implements CircuitBreaker {
        @Override
        public String word() {
            return "open";
        }
    }

    /// Lets probes through.
    ///
    /// @param probing probes under way
    /// @param failures consecutive ones so far
    record HalfOpen(long generation, int probing, int failures) implements CircuitBreaker {
        @Override
        public String word() {
            return "half_open";
        }
    }

    /// Leave to begin one attempt.
    ///
    /// @param generation of the state that gave it
    record Permit(long generation) {}

    /// A permit and the state after giving it.
    record Admission(Permit permit, CircuitBreaker next) {}

    /// Closed, nothing counted.
    static CircuitBreaker unmarked() {
        return new Closed(0, 0, null);
    }

    /// Grows with each change of state.
    long generation();

    /// Consecutive failures so far.
    int failures();

    /// `closed`, `open` or `half_open`.
    String word();

    /// How many attempts may begin now.
    ///
    /// @param inFlight attempts under way to the destination
    default int room(BreakerPolicy policy, Instant now, int inFlight) {
        return switch (this) {
            case Closed closed -> {
                Ramp ramp = closed.ramp() == null ? null : closed.ramp().at(now);
                yield ramp == null ? Integer.MAX_VALUE : ramp.room(inFlight);
            }
            case Open open -> now.isBefore(open.until()) ? 0 : policy.probes();
            case HalfOpen half -> Math.max(0, policy.probes() - half.probing());
        };
    }

    /// Lets one attempt begin, or null when none may.
    default @Nullable Admission permit(BreakerPolicy policy, Instant now, int inFlight) {
        if (room(policy, now, inFlight) == 0) {
            return null;
        }
        return switch (this) {
            case Closed closed -> {
                Ramp ramp = closed.ramp() == null ? null : closed.ramp().at(now);
                yield admission(
                        new Closed(
                                closed.generation(),
                                closed.failures(),
                                ramp == null ? null : ramp.begun()));
            }
            case Open open -> admission(new HalfOpen(open.generation() + 1, 1, open.failures()));
            case HalfOpen half ->
                    admission(new HalfOpen(half.generation(), half.probing() + 1, half.failures()));
        };
    }

    /// The state after an attempt ended.
    ///
    /// @param permit the attempt's
    default CircuitBreaker after(
            Permit permit, AttemptOutcome outcome, BreakerPolicy policy, Instant now) {
        if (permit.generation() != generation()) {
            return this;
        }
        return switch (lifeIn(outcome)) {
            case NONE_SEEN -> unused(permit);
            case ALIVE ->
                    switch (this) {
                        case Closed(long generation, _, Ramp ramp) ->
                                new Closed(generation, 0, ramp == null ? null : ramp.won());
                        case HalfOpen half -> new Closed(half.generation() + 1, 0, Ramp.start(now));
                        case Open open -> open;
                    };
            case FAILING ->
                    switch (this) {
                        case Closed(long generation, int failures, Ramp ramp) ->
                                failures + 1 < policy.failures()
                                        ? new Closed(generation, failures + 1, ramp)
                                        : opened(policy, now);
                        case HalfOpen _ -> opened(policy, now);
                        case Open open -> open;
                    };
        };
    }

    /// The state after a permit was given back: nothing was sent.
    default CircuitBreaker unused(Permit permit) {
        if (permit.generation() == generation()
                && this instanceof HalfOpen(long generation, int probing, int failures)) {
            return new HalfOpen(generation, Math.max(0, probing - 1), failures);
        }
        return this;
    }

    /// The state after another node has found the destination failing.
    ///
    /// @param until when the first probe may begin
    default CircuitBreaker openedElsewhere(Instant until, int failures) {
        return new Open(generation() + 1, until, failures);
    }

    /// The state after another node has found the destination alive.
    default CircuitBreaker closedElsewhere(Instant now) {
        return this instanceof Closed ? this : new Closed(generation() + 1, 0, Ramp.start(now));
    }

    /// When time alone lets more attempts begin, or null when it does not or some may begin now.
    default @Nullable Instant opensAt(Instant now) {
        return switch (this) {
            case Closed closed -> {
                Ramp ramp = closed.ramp() == null ? null : closed.ramp().at(now);
                yield ramp == null ? null : ramp.opensAt();
            }
            case Open open -> open.until();
            case HalfOpen _ -> null;
        };
    }

    /// What an outcome says about the destination's health.
    enum Life {
        /// It answered.
        ALIVE,
        /// It did not, or said that it cannot.
        FAILING,
        /// Nothing was sent.
        NONE_SEEN
    }

    /// What an outcome says about the destination's health.
    static Life lifeIn(AttemptOutcome outcome) {
        return switch (outcome) {
            case AttemptOutcome.Acknowledged _ -> Life.ALIVE;
            case AttemptOutcome.Refused(int status, _) ->
                    status >= 500 || status == 408 || status == 425 || status == 429
                            ? Life.FAILING
                            : Life.ALIVE;
            case AttemptOutcome.TimedOut _,
                    AttemptOutcome.Unreachable _,
                    AttemptOutcome.Threw _,
                    AttemptOutcome.LeaseLost _ ->
                    Life.FAILING;
            case AttemptOutcome.Invalid _ -> Life.NONE_SEEN;
        };
    }

    private Open opened(BreakerPolicy policy, Instant now) {
        return new Open(generation() + 1, now.plus(policy.reset()), failures() + 1);
    }

    private static Admission admission(CircuitBreaker next) {
        return new Admission(new Permit(next.generation()), next);
    }
}
