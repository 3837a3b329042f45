package dev.belay.delivery;

import dev.belay.catalog.RateLimit;
import java.time.Instant;

/// A token bucket for a [RateLimit], kept as one number: the time at which the bucket would be full
/// again. Pure; survives a change of the limit.
///
/// @param fullAt nanoseconds since 1970
public record RateGate(long fullAt) {
    /// A full bucket.
    public static final RateGate FULL = new RateGate(0);

    private static final long NANOS_PER_MILLI = 1_000_000;

    /// 11 days: slower rates are held to this, which keeps the arithmetic in range.
    private static final double MAX_INTERVAL = 1e15;

    private static final double MAX_DEPTH = 1e18;

    /// When the next token may be taken; in the past when it may now.
    public Instant opensAt(RateLimit limit) {
        long nanos = Math.max(0, fullAt - depth(limit));
        // Rounded up: a token is never handed out early.
        return Instant.ofEpochMilli((nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
    }

    /// The gate after one token was taken.
    public RateGate begun(RateLimit limit, Instant now) {
        return new RateGate(
                Math.max(fullAt, now.toEpochMilli() * NANOS_PER_MILLI) + interval(limit));
    }

    /// The time it takes to fill a bucket from one token to the burst.
    private static long depth(RateLimit limit) {
        return (long) Math.min((limit.burst() - 1.0) * interval(limit), MAX_DEPTH);
    }

    private static long interval(RateLimit limit) {
        return (long) Math.min(1e9 / limit.perSecond(), MAX_INTERVAL);
    }
}
