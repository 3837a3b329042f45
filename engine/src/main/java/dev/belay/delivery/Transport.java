package dev.belay.delivery;

import dev.belay.catalog.Destination;
import dev.belay.event.Event;
import java.util.concurrent.CompletableFuture;

/// Carries one event to one destination, once.
public interface Transport {
    /// Starts the attempt and returns at once. The future completes within the destination's
    /// timeout plus a second, whatever the destination does, and never exceptionally.
    CompletableFuture<Sent> send(Sending sending);

    /// What to carry.
    ///
    /// @param delivery as claimed; its `attempts` is this attempt's number
    /// @param event with its body
    /// @param destination where to
    record Sending(Delivery delivery, Event event, Destination destination) {}

    /// What came of it.
    ///
    /// @param response what was answered, null where nothing came
    record Sent(
            AttemptOutcome outcome, Attempt.@org.jspecify.annotations.Nullable Response response) {}
}
