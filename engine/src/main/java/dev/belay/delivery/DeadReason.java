package dev.belay.delivery;

import java.util.Locale;

/// Why a delivery became a dead letter.
public enum DeadReason {
    /// The retry policy's attempts are used up.
    ATTEMPTS_EXHAUSTED,
    /// The destination refused it in a way that trying again cannot mend (4xx, a redirect).
    REFUSED,
    /// The destination answered 410: it is gone and was disabled.
    GONE,
    /// The event does not hold what the subscription's validation demands.
    INVALID,
    /// The process died or hung each time it was tried.
    POISON,
    /// The destination asked for a later try more often than the limit allows.
    THROTTLED_TOO_OFTEN,
    /// The destination or the subscription was removed while it waited.
    DESTINATION_REMOVED,
    /// The filter could not be evaluated; the problem was signalled when the event came.
    FILTER_FAILED;

    /// The word for logs, metrics, the API and stores, such as `attempts_exhausted`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
