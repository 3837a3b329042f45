package dev.belay.catalog;

import java.time.Duration;

/// When a destination's circuit opens, as declared.
///
/// @param failures consecutive failures that open it; at least 1
/// @param reset how long it stays open before a probe is let through
/// @param probes how many probes may be under way at once while half-open; at least 1
public record BreakerPolicy(int failures, Duration reset, int probes) {
    /// 5 failures, 60 s, 1 probe.
    public static final BreakerPolicy DEFAULT = new BreakerPolicy(5, Duration.ofSeconds(60), 1);

    public BreakerPolicy {
        if (failures < 1 || probes < 1 || reset.isNegative() || reset.isZero()) {
            throw new IllegalArgumentException(
                    "failures and probes must be at least 1 and reset longer than 0");
        }
    }
}
