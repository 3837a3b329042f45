package dev.belay.delivery;

import dev.belay.event.Body;
import dev.belay.event.DeliveryId;
import dev.belay.signature.Headers;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One try of a delivery and how it ended.
///
/// @param delivery what was tried
/// @param number counted from 1, growing by exactly one
/// @param startedAt when it began
/// @param duration how long it took
/// @param outcome how it ended
/// @param response what the destination answered, null where nothing came
public record Attempt(
        DeliveryId delivery,
        int number,
        Instant startedAt,
        Duration duration,
        AttemptOutcome outcome,
        @Nullable Response response) {
    /// What a destination answered, as far as it is kept.
    ///
    /// @param headers as received
    /// @param body the first bytes of the body
    /// @param truncated whether more body came, or was still to come, than is kept
    public record Response(Headers headers, Body body, boolean truncated) {
        /// Most bytes of a body that are kept: 64 KiB.
        public static final int MAX_BODY_BYTES = 64 * 1024;
    }
}
