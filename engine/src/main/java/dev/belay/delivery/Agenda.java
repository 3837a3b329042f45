package dev.belay.delivery;

import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// What is to be done when, in order of time and then of arrival. Safe for use by many threads; the
/// tasks run outside its lock, on the thread that takes them.
final class Agenda {
    private record Entry(Instant at, long sequence, Runnable task) {}

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparing(Entry::at).thenComparingLong(Entry::sequence));
    private long sequence;

    /// Adds a task and says whether it is now the first.
    synchronized boolean add(Instant at, Runnable task) {
        Entry first = entries.peek();
        entries.add(new Entry(at, sequence++, task));
        return first == null || at.isBefore(first.at());
    }

    /// Removes and returns the first task that is due, or null when none is.
    synchronized @Nullable Runnable take(Instant now) {
        Entry first = entries.peek();
        if (first == null || first.at().isAfter(now)) {
            return null;
        }
        entries.remove();
        return first.task();
    }

    /// When the first task is due, or null when there is none.
    synchronized @Nullable Instant next() {
        Entry first = entries.peek();
        return first == null ? null : first.at();
    }
}
