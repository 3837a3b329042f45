package dev.belay.catalog;

import org.jspecify.annotations.Nullable;

/// What a source takes. The rates are spent by requests whose signature was found genuine and by no
/// others, so that a stranger cannot use up a sender's.
///
/// @param bodyBytes largest body accepted
/// @param rate of all its senders together, or null without a limit
/// @param ratePerAddress of each client address (of IPv6 each /64), or null without a limit
public record InboundLimits(
        int bodyBytes, @Nullable RateLimit rate, @Nullable RateLimit ratePerAddress) {
    public InboundLimits {
        if (bodyBytes < 1) {
            throw new IllegalArgumentException("a body limit must be at least 1");
        }
    }

    /// A limit of the body alone.
    public static InboundLimits ofBody(int bytes) {
        return new InboundLimits(bytes, null, null);
    }
}
