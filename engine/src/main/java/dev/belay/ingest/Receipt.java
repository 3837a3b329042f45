package dev.belay.ingest;

import dev.belay.delivery.StoreFailure;
import dev.belay.event.EventId;
import dev.belay.signature.Acknowledgement;
import dev.belay.signature.Headers;
import java.time.Duration;

/// What became of an inbound request; the door turns it into an answer.
public sealed interface Receipt {
    /// Durably stored with all its deliveries.
    record Accepted(EventId event, Acknowledgement acknowledgement) implements Receipt {}

    /// Seen before: nothing was stored, and the answer is that of the first.
    ///
    /// @param first the first event with this external id
    /// @param sameBody false when the body differs from the first one's: flagged, and the first
    ///   kept
    record Duplicate(EventId first, boolean sameBody, Acknowledgement acknowledgement)
            implements Receipt {}

    /// A handshake: this is to be sent back with 200. Nothing was stored.
    ///
    /// @param contentType empty where there is no body
    /// @param headers beside the usual ones
    record Challenge(String contentType, String text, Headers headers) implements Receipt {}

    /// Not genuine. The sender learns no more than that.
    record Rejected() implements Receipt {}

    /// More than the sender may spend: genuine requests beyond the source's rate, or bad ones
    /// beyond what an address may send. Nothing was stored.
    ///
    /// @param retryAfter when the next one is taken; more than zero
    record TooMany(Duration retryAfter) implements Receipt {}

    /// There is no such source.
    record UnknownSource() implements Receipt {}

    /// The body is larger than the source allows.
    record TooLarge(int limitBytes) implements Receipt {}

    /// The store did not take it; nothing was accepted.
    record Unavailable(StoreFailure.Kind kind) implements Receipt {}
}
