package dev.belay.delivery;

/// What one node has changed and others had better look at now. A hint and nothing more: whoever
/// hears one looks into the store, which alone says what holds, and whoever misses one finds out by
/// the next look of its own.
public sealed interface Wakeup {
    /// Deliveries for a destination are due that any node may claim: made by a replay, or given
    /// back.
    record WorkDue(String destination) implements Wakeup {}

    /// A destination was paused, resumed or disabled.
    record StandingChanged(String destination) implements Wakeup {}

    /// A destination's circuit was opened or closed.
    record CircuitChanged(String destination) implements Wakeup {}

    /// Declarations were put or removed.
    record CatalogChanged() implements Wakeup {}

    /// Others may have been missed, as after a connection was lost: anything may have changed.
    record Resynchronise() implements Wakeup {}
}
