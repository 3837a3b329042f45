package dev.belay.system.torture;

import java.time.Duration;
import java.util.List;

/// How to torture several nodes on one database.
///
/// @param server how the JVM finds the server, see
///   [dev.belay.system.process.ServerProcess.Launch#code()]
/// @param nodes how many
/// @param cycles how many faults, one after another
/// @param seed decides which, when, the bodies and the receiver's moods
/// @param senders how many send at a time
/// @param eventsPerSecond new events a second of all senders together
/// @param leasePace by what everything that leases are made of is divided, see
///   [dev.belay.time.Pace]
/// @param faults out of which each cycle's is drawn
/// @param drain how long everything may take to end after the last fault
record ClusterOptions(
        List<String> server,
        int nodes,
        int cycles,
        long seed,
        int senders,
        int eventsPerSecond,
        int leasePace,
        List<ClusterFault> faults,
        Duration drain) {
    ClusterOptions {
        server = List.copyOf(server);
        faults = List.copyOf(faults);
    }
}
