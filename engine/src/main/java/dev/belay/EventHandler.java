package dev.belay;

import dev.belay.event.Event;

/// Something in this process that takes events. See [Gateway#on].
@FunctionalInterface
public interface EventHandler {
    /// Takes one event. Returning acknowledges it; throwing makes it fail, to be tried again by the
    /// retry policy and to become a dead letter when nothing helps. The same event can come more
    /// than once, after a crash or a lost deadline: [Event#id()] stays the same.
    ///
    /// Runs on a virtual thread that is interrupted at the deadline; what it does after that no
    /// longer counts.
    ///
    /// @throws Exception when the event could not be handled
    void handle(Event event, EventContext context) throws Exception;
}
