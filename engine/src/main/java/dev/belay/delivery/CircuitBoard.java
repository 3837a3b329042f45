package dev.belay.delivery;

import java.time.Duration;
import java.util.Map;

/// Where nodes tell each other which circuits are open. Durations are by the board's clock; no
/// clock of a node is compared with another's. Calls block, and fail with [StoreFailure].
public interface CircuitBoard {
    /// The open circuits, by destination.
    Map<String, Posted> open();

    /// Says that a circuit has opened, also again after a probe.
    ///
    /// @param reset from now until a probe may begin
    /// @param failures consecutive ones
    /// @return the version of what is now on the board
    long opened(String destination, Duration reset, int failures);

    /// Says that this node's probe found the destination alive. Changes nothing when the leave to
    /// probe has passed to another node since.
    void closed(String destination);

    /// Asks for leave to probe. At most one node has it at a time.
    ///
    /// @param expiry from now until another node is given leave although this one has not said how
    ///   its probe ended; longer than the probe can take
    Leave askToProbe(String destination, Duration expiry);

    /// An open circuit.
    ///
    /// @param version unlike that of any other opening
    /// @param opensIn from now until a probe may begin; zero when it may now
    /// @param failures consecutive ones
    record Posted(long version, Duration opensIn, int failures) {}

    /// Whether this node may probe.
    sealed interface Leave {
        /// It may, until the expiry.
        record Given() implements Leave {}

        /// Not now.
        ///
        /// @param again from now until it makes sense to ask again
        record Denied(Duration again) implements Leave {}
    }
}
