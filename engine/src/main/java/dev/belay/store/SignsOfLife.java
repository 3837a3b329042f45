package dev.belay.store;

import java.time.Duration;

/// When a node on a shared store counts as gone. The node says by its own clock how old its last
/// sign of life is; others see by the store's clock how long it has been silent. The two clocks are
/// never compared.
///
/// @param lease the longest lease the node takes
public record SignsOfLife(Duration lease) {
    /// How old a sign of life may be when something is leased.
    public static final Duration FRESH = Duration.ofSeconds(30);

    /// How long a node is silent before its number may be given to another.
    public static final Duration OUT_OF_USE = Duration.ofHours(1);

    /// For clocks that run at different speeds, and for what lies between a clock that was read and
    /// the statement that used it.
    private static final Duration MARGIN = Duration.ofSeconds(30);

    /// After what silence the node's leases are over: none that it took under a fresh sign of life
    /// lasts as long.
    public Duration takeOver() {
        return lease.plus(FRESH).plus(MARGIN);
    }

    /// Whether a new sign of life must come before anything is leased.
    ///
    /// @param nanos since the node began to give its last one, by its own clock
    public static boolean isDue(long nanos) {
        return nanos > FRESH.toNanos();
    }
}
