package dev.belay.delivery;

import java.util.function.Supplier;

/// How the nodes on one store keep a destination's limits and circuit together.
///
/// @param members those there are, as last seen
public record Sharing(Supplier<Members> members, CircuitBoard circuits) {}
