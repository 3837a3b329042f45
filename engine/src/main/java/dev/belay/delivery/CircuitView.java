package dev.belay.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A destination's circuit and queue as an observer sees them.
///
/// @param state `closed`, `open` or `half_open`
/// @param failures consecutive failures so far
/// @param until when an open circuit lets a probe through, null where it is not open
/// @param pausedUntil until when the destination asked to be left alone, null where it did not
/// @param inFlight attempts under way
/// @param waiting deliveries that this node has claimed and not yet begun
public record CircuitView(
        String state,
        int failures,
        @Nullable Instant until,
        @Nullable Instant pausedUntil,
        int inFlight,
        int waiting) {}
