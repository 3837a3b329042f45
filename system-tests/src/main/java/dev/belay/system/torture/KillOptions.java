package dev.belay.system.torture;

import java.time.Duration;
import java.util.List;

/// How to torture the server with kills.
///
/// @param server how the JVM finds the server, see
///   [dev.belay.system.process.ServerProcess.Launch#code()]
/// @param cycles how often it is killed
/// @param seed decides the moments, the bodies and the receiver's moods
/// @param senders how many send at a time
/// @param eventsPerSecond new events a second of all senders together
/// @param drain how long everything may take to end after the last start
record KillOptions(
        List<String> server,
        int cycles,
        long seed,
        int senders,
        int eventsPerSecond,
        Duration drain) {
    KillOptions {
        server = List.copyOf(server);
    }
}
