package dev.belay.delivery;

import dev.belay.catalog.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What an outcome leads to. Pure: the same arguments and the same random numbers give the same
/// answer.
///
/// Tried again are network errors, timeouts, lost leases, handlers that threw, 408, 425, 429 and
/// 5xx, until the retry policy's attempts are used up. A 429 or 503 with `Retry-After` is tried
/// again when it asks, and does not count as an attempt. Every other answer is final.
public sealed interface Settlement {
    /// Delivered.
    record Complete() implements Settlement {}

    /// Try again, not before this time.
    ///
    /// @param counted false when the destination asked for a later try, so that the attempt does
    ///   not count against the policy
    record RetryAt(Instant at, boolean counted) implements Settlement {}

    /// A dead letter.
    record GiveUp(DeadReason reason) implements Settlement {}

    /// How far a destination's `Retry-After` is followed.
    ///
    /// @param longest longest wait that is honoured; a longer one is cut to it
    /// @param most uncounted attempts one delivery may have
    record Throttle(Duration longest, int most) {}

    /// Longest delay before jitter, whatever a policy says: keeps the arithmetic in range.
    Duration MAX_DELAY = Duration.ofDays(365);

    /// Decides.
    ///
    /// @param outcome how the attempt ended
    /// @param delivery as claimed for the attempt, so that its counts include it
    static Settlement of(
            AttemptOutcome outcome,
            Delivery delivery,
            RetryPolicy policy,
            Throttle throttle,
            Instant now,
            RandomGenerator random) {
        Duration asked = askedToWait(outcome, throttle);
        if (asked != null) {
            if (delivery.throttled() >= throttle.most()) {
                return new GiveUp(DeadReason.THROTTLED_TOO_OFTEN);
            }
            // "Retry-After: 0" must not make a tight loop: the policy's first delay is the least.
            double millis = Math.max(millis(asked), Math.min(millis(policy.base()), millisMax()));
            return new RetryAt(now.plusMillis((long) Math.ceil(millis)), false);
        }
        return switch (outcome) {
            case AttemptOutcome.Acknowledged _ -> new Complete();
            case AttemptOutcome.Invalid _ -> new GiveUp(DeadReason.INVALID);
            case AttemptOutcome.Refused(int status, _) when status == 410 ->
                    new GiveUp(DeadReason.GONE);
            case AttemptOutcome.Refused(int status, _) when !mayPass(status) ->
                    new GiveUp(DeadReason.REFUSED);
            case AttemptOutcome.Refused _,
                    AttemptOutcome.TimedOut _,
                    AttemptOutcome.Unreachable _,
                    AttemptOutcome.Threw _,
                    AttemptOutcome.LeaseLost _ ->
                    delivery.counted() >= policy.attempts()
                            ? new GiveUp(DeadReason.ATTEMPTS_EXHAUSTED)
                            : new RetryAt(
                                    now.plus(delay(policy, delivery.counted(), random)), true);
        };
    }

    /// How long the destination asked to be left alone, cut to the longest wait that is honoured;
    /// null when it did not ask.
    static @Nullable Duration askedToWait(AttemptOutcome outcome, Throttle throttle) {
        if (outcome instanceof AttemptOutcome.Refused(int status, Duration retryAfter)
                && retryAfter != null
                && (status == 429 || status == 503)) {
            if (retryAfter.isNegative()) {
                return Duration.ZERO;
            }
            return retryAfter.compareTo(throttle.longest()) > 0 ? throttle.longest() : retryAfter;
        }
        return null;
    }

    /// The delay after the given number of counted failures (from 1): base × factor^(failures-1),
    /// at most the cap, plus a random share of up to the jitter. Whole milliseconds, rounded up.
    static Duration delay(RetryPolicy policy, int failures, RandomGenerator random) {
        double base = millis(policy.base());
        double grown = base == 0 ? 0 : base * Math.pow(policy.factor(), Math.max(0, failures - 1));
        double capped = Math.min(Math.min(grown, millis(policy.cap())), millisMax());
        double added = capped * policy.jitter() * random.nextDouble();
        return Duration.ofMillis((long) Math.ceil(capped + added));
    }

    /// Whether trying again can mend this answer.
    private static boolean mayPass(int status) {
        return status >= 500 || status == 408 || status == 425 || status == 429;
    }

    private static double millis(Duration duration) {
        return duration.getSeconds() * 1e3 + duration.getNano() / 1e6;
    }

    private static double millisMax() {
        return millis(MAX_DELAY);
    }
}
