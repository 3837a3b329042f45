package dev.belay.catalog;

import java.time.Duration;

/// How a source's repeated requests are recognised.
///
/// @param window how long an external id is remembered; longer than any retry horizon
/// @param takesRepeats whether a request whose id was seen before is an event of its own: for
///   senders that never repeat by themselves, and whose people do so on purpose (GitHub's
///   Redeliver)
public record DedupeRule(Duration window, boolean takesRepeats) {
    /// 7 days, and repeats are recognised.
    public static final DedupeRule DEFAULT = new DedupeRule(Duration.ofDays(7), false);

    public DedupeRule {
        if (!window.isPositive()) {
            throw new IllegalArgumentException("a dedupe window must be longer than nothing");
        }
    }
}
