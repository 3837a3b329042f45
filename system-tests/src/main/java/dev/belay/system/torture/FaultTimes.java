package dev.belay.system.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// When which fault was there, and what follows from it for repetitions.
final class FaultTimes {
    /// For how long after it was taken a delivery's result may still be on its way to the store.
    private static final long UNDER_WAY = Duration.ofSeconds(3).toNanos();

    private final List<Interval> all = new ArrayList<>();

    /// @param begin when it began, in nanoseconds of some clock
    /// @param end when every node was ready again after it
    record Interval(ClusterFault fault, long begin, long end) {}

    synchronized void add(ClusterFault fault, long begin, long end) {
        all.add(new Interval(fault, begin, end));
    }

    /// Whether every time that something was taken again, it had been under way when there was a
    /// fault that can repeat it.
    ///
    /// @param takenAt in ascending order
    synchronized boolean explain(List<Long> takenAt) {
        for (int i = 1; i < takenAt.size(); i++) {
            long before = takenAt.get(i - 1);
            long again = takenAt.get(i);
            if (all.stream().noneMatch(one -> explains(one, before, again))) {
                return false;
            }
        }
        return true;
    }

    private static boolean explains(Interval one, long before, long again) {
        return one.fault().repeats()
                && before >= one.begin() - UNDER_WAY
                && before <= one.end()
                && again >= one.begin();
    }

    /// The fault during which something happened, or the latest before it, in words.
    synchronized String near(long nanos) {
        String found = "before any fault";
        for (Interval one : all) {
            if (one.begin() <= nanos) {
                found =
                        "%s, %.1f s after its begin, %.1f s after its end"
                                .formatted(
                                        one.fault().word(),
                                        (nanos - one.begin()) / 1e9,
                                        (nanos - one.end()) / 1e9);
            }
        }
        return found;
    }
}
