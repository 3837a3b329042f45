package dev.belay.system.torture;

import java.time.Duration;
import java.util.List;

/// What a run of kills found.
///
/// @param kills how often the server was killed, kills while it started included
/// @param acknowledged events acknowledged to a sender
/// @param unknown requests of which the sender never learned the outcome
/// @param lost acknowledged events that are not there once, with their bytes, and ended
/// @param duplicates times a destination took a delivery again
/// @param delivered deliveries that ended delivered
/// @param dead deliveries that ended as dead letters
/// @param drained time from the last start until everything had ended
/// @param violations everything that must not be, in words; empty when the run is good
record KillReport(
        int kills,
        long acknowledged,
        long unknown,
        long lost,
        long duplicates,
        long delivered,
        long dead,
        Duration drained,
        List<String> violations) {
    KillReport {
        violations = List.copyOf(violations);
    }

    String line(KillOptions options) {
        return "torture kill: seed=%d cycles=%d kills=%d acknowledged=%d unknown_then_retried=%d lost=%d duplicates=%d delivered=%d dead=%d drained_in=%.1fs violations=%d"
                .formatted(
                        options.seed(),
                        options.cycles(),
                        kills,
                        acknowledged,
                        unknown,
                        lost,
                        duplicates,
                        delivered,
                        dead,
                        drained.toMillis() / 1e3,
                        violations.size());
    }
}
