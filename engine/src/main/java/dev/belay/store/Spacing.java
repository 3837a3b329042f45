package dev.belay.store;

import dev.belay.time.Time;
import java.time.Duration;

/// How long the writer waits before it takes the next group, so that more share a sync.
///
/// A sync costs about the same for one operation as for twenty, and every commit writes whole
/// pages. Without a pause the writer would sync without end as soon as a few senders come together,
/// with half of the disk's time and of its own spent on groups of two or three. Whoever comes alone
/// never waits: a group as small as one webhook makes alone, its event and its result, ends the
/// pause.
final class Spacing {
    /// The smallest group after which there is a pause.
    private static final int TOGETHER = 3;

    /// So many waiting operations are a group worth a sync at once.
    private static final int ENOUGH = 64;

    private final long nanos;
    private final Time time;
    private long beganAt;
    private int group;

    Spacing(Duration least, Time time) {
        nanos = least.toNanos();
        this.time = time;
    }

    /// Notes that a group is taken now.
    void took(int operations) {
        group = operations;
        if (group >= TOGETHER) {
            beganAt = time.nanos();
        }
    }

    /// Nanoseconds to wait before the next group is taken, 0 for none.
    long rest(int waiting) {
        if (group < TOGETHER || waiting >= ENOUGH) {
            return 0;
        }
        return Math.clamp(beganAt + nanos - time.nanos(), 0, nanos);
    }
}
