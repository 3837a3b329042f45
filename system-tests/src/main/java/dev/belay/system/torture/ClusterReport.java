package dev.belay.system.torture;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a run against several nodes found.
///
/// @param faults how often each fault was there
/// @param acknowledged events acknowledged to a sender
/// @param unknown requests of which the sender never learned the outcome
/// @param refused requests answered 503 or not taken at all
/// @param lost acknowledged events that are not there once, with their bytes, and ended
/// @param duplicates times a destination took a delivery again
/// @param delivered deliveries that ended delivered
/// @param dead deliveries that ended as dead letters
/// @param times the longest of what was measured, in milliseconds
/// @param violations everything that must not be, in words; empty when the run is good
record ClusterReport(
        Map<String, Integer> faults,
        long acknowledged,
        long unknown,
        long refused,
        long lost,
        long duplicates,
        long delivered,
        long dead,
        Map<String, Long> times,
        List<String> violations) {
    ClusterReport {
        faults = new TreeMap<>(faults);
        times = new TreeMap<>(times);
        violations = List.copyOf(violations);
    }

    String line(ClusterOptions options) {
        return "torture cluster: seed=%d nodes=%d cycles=%d faults=%s acknowledged=%d unknown_then_retried=%d refused_then_retried=%d lost=%d duplicates=%d delivered=%d dead=%d longest_ms=%s violations=%d"
                .formatted(
                        options.seed(),
                        options.nodes(),
                        options.cycles(),
                        faults,
                        acknowledged,
                        unknown,
                        refused,
                        lost,
                        duplicates,
                        delivered,
                        dead,
                        times,
                        violations.size());
    }
}
