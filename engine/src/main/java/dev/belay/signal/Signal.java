package dev.belay.signal;

import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What an observer may hear: one step in the life of an event, in ids and words, never a body or a
/// secret. Metrics, log lines and streams are made from these.
public sealed interface Signal {
    /// A request came in.
    record Received(String source) implements Signal {}

    /// A request was not genuine.
    record Rejected(String source, String reason) implements Signal {}

    /// A request was genuine.
    record Verified(String source, EventId event) implements Signal {}

    /// An event was stored.
    ///
    /// @param took from the request's first byte in our hands to the durable commit
    record Accepted(
            String source,
            EventId event,
            @Nullable String type,
            int deliveries,
            int bodyBytes,
            Duration took)
            implements Signal {}

    /// An event came again.
    record Duplicate(String source, EventId first, boolean sameBody) implements Signal {}

    /// Whether a request was genuine could not be told: what decides was not to be had.
    record Undecided(String source, String reason) implements Signal {}

    /// An event was not stored, because the store could not.
    record NotStored(String source, String reason) implements Signal {}

    /// An attempt began.
    record AttemptStarted(DeliveryId delivery, String destination, int number) implements Signal {}

    /// An attempt ended well.
    ///
    /// @param sinceEvent from the event's reception to now
    record Delivered(
            DeliveryId delivery,
            String destination,
            int number,
            int status,
            Duration took,
            Duration sinceEvent)
            implements Signal {}

    /// An attempt failed; what follows comes as a signal of its own.
    record AttemptFailed(
            DeliveryId delivery, String destination, int number, String outcome, Duration took)
            implements Signal {}

    /// It will be tried again.
    record Retrying(
            DeliveryId delivery, String destination, int number, Instant at, boolean counted)
            implements Signal {}

    /// It became a dead letter.
    record DeadLettered(DeliveryId delivery, String destination, int attempts, String reason)
            implements Signal {}

    /// A claim was taken back after its lease.
    record LeaseLost(DeliveryId delivery, String destination) implements Signal {}

    /// New deliveries of old events were made.
    record Replayed(EventId event, DeliveryId delivery, String destination) implements Signal {}

    /// A destination's circuit changed: `closed`, `open` or `half_open`.
    record CircuitChanged(String destination, String state) implements Signal {}

    /// A destination was disabled.
    record DestinationDisabled(String destination, String reason) implements Signal {}

    /// A group was committed.
    ///
    /// @param operations how many were in it
    /// @param took from the start of the transaction to the end of the sync
    record Committed(int operations, Duration took) implements Signal {}

    /// Something went wrong that no event is to blame for.
    record Trouble(String where, String problem) implements Signal {}
}
