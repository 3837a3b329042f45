package dev.belay.delivery;

import dev.belay.catalog.Destination;
import dev.belay.time.Pace;
import java.time.Duration;

/// Bounds of a [Dispatcher].
///
/// @param lease how long a claim lasts, longer than any attempt can take; where nodes share a
///   store, within how much time of a node's last sign of life its claims are taken over
/// @param laneCapacity new deliveries, and as many claimed ones, that may wait in memory for one
///   destination
/// @param handOverBytes bodies of waiting and running deliveries that are held in memory, in bytes;
///   beyond it they are read from the store when their attempt begins
/// @param sweep time between two looks at the store for what was missed
/// @param poisonAfter lost leases in a row after which a delivery becomes a dead letter
/// @param maxRetryAfter longest `Retry-After` that is honoured
/// @param maxThrottled uncounted attempts one delivery may have
public record DispatcherLimits(
        Duration lease,
        int laneCapacity,
        long handOverBytes,
        Duration sweep,
        int poisonAfter,
        Duration maxRetryAfter,
        int maxThrottled) {
    /// What a lease must have left beyond the destination's timeout for an attempt to begin: the
    /// second by which a transport may overrun, and time to store the result.
    public static final Duration LEASE_MARGIN = Pace.of(Duration.ofSeconds(10));

    /// 3 minutes; 1,024 waiting; 64 MiB; 5 s; 3; 24 hours; 100.
    public static final DispatcherLimits DEFAULT =
            new DispatcherLimits(
                    Pace.of(Duration.ofMinutes(3)),
                    1024,
                    64L * 1024 * 1024,
                    Pace.of(Duration.ofSeconds(5)),
                    3,
                    Duration.ofHours(24),
                    100);

    public DispatcherLimits {
        if (lease.compareTo(Pace.of(Destination.MAX_TIMEOUT).plus(LEASE_MARGIN)) <= 0) {
            throw new IllegalArgumentException(
                    "a lease must be longer than the longest timeout and "
                            + LEASE_MARGIN.toSeconds()
                            + " s");
        }
        if (laneCapacity < 1
                || handOverBytes < 0
                || sweep.isNegative()
                || sweep.isZero()
                || poisonAfter < 1
                || maxRetryAfter.isNegative()
                || maxThrottled < 0) {
            throw new IllegalArgumentException("a limit of the dispatcher is out of range");
        }
    }

    /// These limits for a node that shares its store: its own leases end so much earlier that
    /// others may take over the lease after its last sign of life, however late in its time that
    /// sign left it to claim.
    public DispatcherLimits shared() {
        return new DispatcherLimits(
                lease.minus(Members.GAP),
                laneCapacity,
                handOverBytes,
                sweep,
                poisonAfter,
                maxRetryAfter,
                maxThrottled);
    }

    Settlement.Throttle throttle() {
        return new Settlement.Throttle(maxRetryAfter, maxThrottled);
    }
}
