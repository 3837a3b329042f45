package dev.belay.delivery;

import dev.belay.event.Event;
import java.util.Map;

/// Something in this process that takes events.
@FunctionalInterface
public interface Handler {
    /// Takes one event. Returning acknowledges it; throwing makes it fail, to be retried by the
    /// subscription's policy. Runs on a virtual thread that is interrupted at the destination's
    /// deadline; what it does after that no longer counts.
    ///
    /// @throws Exception when the event could not be handled
    void handle(Event event, Call call) throws Exception;

    /// The circumstances of one call.
    ///
    /// @param delivery as claimed; its `attempts` is this attempt's number
    /// @param attributes what the enrichment added; empty where there is none
    record Call(Delivery delivery, Map<String, Object> attributes) {
        public Call {
            attributes = Map.copyOf(attributes);
        }
    }

    /// Adds what a handler needs to know beside the event, before each call.
    @FunctionalInterface
    interface Enrichment {
        /// Adds nothing.
        Enrichment NONE = event -> Map.of();

        /// The attributes. What it throws counts as thrown by the handler.
        ///
        /// @throws Exception when they cannot be had
        Map<String, Object> of(Event event) throws Exception;
    }
}
