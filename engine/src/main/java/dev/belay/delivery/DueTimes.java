package dev.belay.delivery;

import java.time.Instant;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The times at which deliveries of one destination are known to fall due: a hint that saves asking
/// the store. Times to come are rounded up to 16 ms, so that few are kept; of more than 1,024 the
/// latest are forgotten, since the sweep of the store brings them back long before their time. Not
/// safe for use by several threads.
final class DueTimes {
    private static final int MOST = 1024;
    private static final long GRAIN_MILLIS = 16;

    private final TreeSet<Long> later = new TreeSet<>();
    private @Nullable Instant overdue;

    void add(Instant at, Instant now) {
        if (!at.isAfter(now)) {
            if (overdue == null || at.isBefore(overdue)) {
                overdue = at;
            }
            return;
        }
        later.add(Math.ceilDiv(at.toEpochMilli(), GRAIN_MILLIS) * GRAIN_MILLIS);
        if (later.size() > MOST) {
            later.removeLast();
        }
    }

    /// The earliest, or null when none is known.
    @Nullable Instant earliest() {
        if (overdue != null) {
            return overdue;
        }
        return later.isEmpty() ? null : Instant.ofEpochMilli(later.first());
    }

    boolean anyBy(Instant now) {
        Instant earliest = earliest();
        return earliest != null && !earliest.isAfter(now);
    }

    /// Forgets those up to now.
    void takeUpTo(Instant now) {
        overdue = null;
        later.headSet(now.toEpochMilli(), true).clear();
    }
}
