package dev.belay;

import org.jspecify.annotations.Nullable;

/// Whether the gateway takes requests.
///
/// @param ready whether it does
/// @param failed whether it never will again, so that the process should end and be started anew
/// @param reason why not, null when it does
public record Health(boolean ready, boolean failed, @Nullable String reason) {}
