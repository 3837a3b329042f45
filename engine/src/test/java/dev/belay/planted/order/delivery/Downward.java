package dev.belay.planted.order.delivery;

import dev.belay.planted.order.event.Thing;

/// Keeps the order of packages, and closes the planted cycle.
public record Downward(Thing thing) {}
