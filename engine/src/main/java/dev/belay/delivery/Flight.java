package dev.belay.delivery;

import dev.belay.catalog.Destination;
import java.time.Instant;

/// An attempt under way.
final class Flight {
    final Lane lane;
    final Waiting waiting;
    final Destination destination;
    final CircuitBreaker.Permit permit;

    /// Set while the pump that began it has not looked for more work since: what ends on the spot
    /// leaves the pumping to it, so that a chain of instant answers does not grow the stack.
    volatile boolean inPump = true;

    /// Whether anything was handed to the transport: only then does the end of it tell of the
    /// destination.
    volatile boolean sent;

    volatile Instant startedAt;
    volatile long startedNanos;

    Flight(
            Lane lane,
            Waiting waiting,
            Destination destination,
            CircuitBreaker.Permit permit,
            Instant now) {
        this.lane = lane;
        this.waiting = waiting;
        this.destination = destination;
        this.permit = permit;
        this.startedAt = now;
    }

    Delivery delivery() {
        return waiting.delivery();
    }
}
