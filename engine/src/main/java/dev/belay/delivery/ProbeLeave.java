package dev.belay.delivery;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A lane's leave to probe, where nodes share circuits: without it, a circuit that is not closed
/// lets nothing through. Not safe for use by several threads.
final class ProbeLeave {
    /// How long after it was asked for a probe may begin.
    static final Duration LASTS = Members.FRESH;

    private boolean asking;
    private Instant askedAt = Instant.MIN;
    private Instant notBefore = Instant.MIN;
    private Instant until = Instant.MIN;

    /// Generation of the open circuit for which it was given.
    private long generation;

    /// Whether a probe may begin. A circuit that has opened again since wants a new leave.
    boolean covers(CircuitBreaker circuit, Instant now) {
        return now.isBefore(until) && circuit.generation() <= generation + 1;
    }

    /// Whether to ask now; the answer is awaited from here on.
    boolean ask(CircuitBreaker circuit, Instant now) {
        if (asking || now.isBefore(notBefore)) {
            return false;
        }
        asking = true;
        askedAt = now;
        generation = circuit.generation();
        until = Instant.MIN;
        return true;
    }

    /// When time alone lets it be asked for again, null while an answer is awaited.
    @Nullable Instant askAgainAt() {
        return asking ? null : notBefore;
    }

    void answered(CircuitBoard.Leave leave, Instant now) {
        asking = false;
        switch (leave) {
            case CircuitBoard.Leave.Given() -> until = askedAt.plus(LASTS);
            case CircuitBoard.Leave.Denied(Duration again) -> notBefore = now.plus(again);
        }
    }
}
