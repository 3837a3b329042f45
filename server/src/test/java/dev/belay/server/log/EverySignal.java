package dev.belay.server.log;

import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import dev.belay.signal.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// One signal of each kind.
public final class EverySignal {
    /// The event of all of them.
    public static final EventId EVENT = new EventId(123_456_789L);

    /// A delivery of that event.
    public static final DeliveryId DELIVERY = new DeliveryId(EVENT, 1);

    private EverySignal() {}

    /// All of them.
    ///
    /// @param source a name, or what a stranger made of one
    /// @param destination likewise
    /// @param word a reason or problem
    public static List<Signal> of(String source, String destination, String word) {
        Duration took = Duration.ofNanos(1_234_567);
        return List.of(
                new Signal.Received(source),
                new Signal.Rejected(source, word),
                new Signal.Verified(source, EVENT),
                new Signal.Accepted(source, EVENT, word, 2, 1024, took),
                new Signal.Duplicate(source, EVENT, true),
                new Signal.Duplicate(source, EVENT, false),
                new Signal.Undecided(source, word),
                new Signal.NotStored(source, word),
                new Signal.AttemptStarted(DELIVERY, destination, 1),
                new Signal.Delivered(DELIVERY, destination, 1, 204, took, Duration.ofMillis(30)),
                new Signal.AttemptFailed(DELIVERY, destination, 1, word, took),
                new Signal.Retrying(DELIVERY, destination, 2, Instant.EPOCH, true),
                new Signal.DeadLettered(DELIVERY, destination, 5, word),
                new Signal.LeaseLost(DELIVERY, destination),
                new Signal.Replayed(EVENT, DELIVERY, destination),
                new Signal.CircuitChanged(destination, "half_open"),
                new Signal.DestinationDisabled(destination, word),
                new Signal.Committed(7, took),
                new Signal.Trouble(word, word));
    }
}
