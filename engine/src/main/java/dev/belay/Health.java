package dev.belay;

/// Whether the gateway can do its work.
///
/// @param ready whether it takes events
/// @param reason why not, or what an operator should know although it does; empty when all is well
public record Health(boolean ready, String reason) {}
