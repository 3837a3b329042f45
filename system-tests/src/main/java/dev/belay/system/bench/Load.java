package dev.belay.system.bench;

import java.time.Duration;
import java.util.Map;

/// What to send.
///
/// @param duration for how long
/// @param perSecond requests a second, sent when they are due whether or not earlier ones have been
///   answered, as far as a connection is free; 0: each connection sends as soon as it has its
///   answer
record Load(Duration duration, double perSecond) {
    /// What came back.
    ///
    /// @param elapsed from the first request to the end of the sending
    /// @param accepted answered 2xx until then
    /// @param acceptedLater answered 2xx after it
    /// @param refused other answers, by status
    /// @param broken connections that broke under a request, which was then sent again
    /// @param latency from when a request was due (or, without a rate, sent) until its 2xx answer
    ///   had been read
    record Result(
            Duration elapsed,
            long accepted,
            long acceptedLater,
            Map<Integer, Long> refused,
            long broken,
            Histogram latency) {
        Result {
            refused = Map.copyOf(refused);
        }

        double acceptedPerSecond() {
            return accepted / (elapsed.toNanos() / 1e9);
        }

        long acceptedInAll() {
            return accepted + acceptedLater;
        }
    }
}
