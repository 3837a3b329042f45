package dev.belay.system.bench;

import java.time.Duration;

/// One measurement.
///
/// @param name what was measured
/// @param connections of the sender
/// @param load what the sender saw
/// @param delivered different events that the destination got, to the very end
/// @param repeated events that it got again
/// @param drain from the end of the sending until it had got the last
/// @param sinceSent from when an event was meant to be sent until the destination had it
/// @param sinceAccepted from when the sender had its answer until the destination had the event
/// @param cost of the gateway, see [Cost]
record Phase(
        String name,
        int connections,
        Load.Result load,
        long delivered,
        long repeated,
        Duration drain,
        Histogram sinceSent,
        Histogram sinceAccepted,
        Cost cost) {
    /// What the events of a measurement cost, from the first request to the last delivery.
    ///
    /// @param cpuMicros of the gateway, all nodes together, for one event, user and system
    /// @param databaseMicros the same of a database's processes; 0 for the embedded store
    /// @param generatorMicros the same of sender and receiver together
    /// @param residentBytes of the gateway at the end
    /// @param writtenBytes that the gateway caused to be written for one event
    /// @param keptBytes by which its files grew for one event; negative when a log was cut back
    record Cost(
            double cpuMicros,
            double databaseMicros,
            double generatorMicros,
            long residentBytes,
            double writtenBytes,
            double keptBytes) {}

    /// Events received and delivered a second, with the time the last deliveries took.
    double endToEndPerSecond() {
        return delivered / (load.elapsed().plus(drain).toNanos() / 1e9);
    }
}
