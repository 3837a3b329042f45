package dev.belay.delivery;

import dev.belay.catalog.Destination;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a lane wants done next.
sealed interface Step {
    /// Begin this attempt.
    ///
    /// @param halfOpened whether letting it through made the circuit half-open
    record Begin(Flight flight, boolean halfOpened) implements Step {}

    /// Claim up to this many due deliveries.
    record Claim(int limit) implements Step {}

    /// Ask the other nodes' board for leave to probe.
    record AskToProbe(Destination destination) implements Step {}

    /// Give these back to the store, due at once.
    record GiveBack(List<Waiting> waiting) implements Step {}

    /// Nothing now.
    ///
    /// @param until when time alone will bring something to do, null when only an event can
    record Rest(@Nullable Instant until) implements Step {}
}
