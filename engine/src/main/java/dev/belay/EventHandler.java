package dev.belay;

import dev.belay.event.Event;

/// Application code that takes events in this process.
@FunctionalInterface
public interface EventHandler {
    /// Takes one event. Returning acknowledges it; throwing makes it fail, to be tried again by the
    /// handler's retry policy and, when that is used up, to become a dead letter. An event can come
    /// again after a crash, always with the same id. Runs on a virtual thread that is interrupted
    /// at the handler's timeout.
    ///
    /// @throws Exception when the event could not be handled
    void handle(Event event, EventContext context) throws Exception;
}
