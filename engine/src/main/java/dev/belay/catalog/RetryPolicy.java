package dev.belay.catalog;

import java.time.Duration;
import java.util.List;

/// When a failed delivery is tried again, as declared. What it decides is in
/// `dev.belay.delivery.Settlement`.
///
/// @param attempts most counted attempts, the first included; at least 1
/// @param base delay after the first failure
/// @param factor by which the delay grows with each failure; at least 1
/// @param cap longest delay before jitter
/// @param jitter share of the delay that is added at random, 0 to 1; never taken away, so that no
///   retry is early
public record RetryPolicy(int attempts, Duration base, double factor, Duration cap, double jitter) {
    /// 5 attempts, 2 s × 2^n, at most 300 s, plus up to 10 %.
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(5, Duration.ofSeconds(2), 2, Duration.ofSeconds(300), 0.1);

    /// Most attempts a policy may ask for.
    public static final int MAX_ATTEMPTS = 100;

    public RetryPolicy {
        List<String> problems = new java.util.ArrayList<>();
        if (attempts < 1 || attempts > MAX_ATTEMPTS) {
            problems.add("attempts must be 1 to " + MAX_ATTEMPTS);
        }
        if (base.isNegative() || cap.isNegative()) {
            problems.add("base and cap must not be negative");
        }
        if (!(factor >= 1 && factor <= 100)) {
            problems.add("factor must be 1 to 100");
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            problems.add("jitter must be 0 to 1");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }
}
