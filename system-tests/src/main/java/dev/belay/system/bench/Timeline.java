package dev.belay.system.bench;

import java.util.concurrent.atomic.AtomicLongArray;

/// When each of the latest four million requests was meant to be sent, and when its answer had been
/// read; in nanoseconds of one clock.
final class Timeline {
    private static final int SIZE = 1 << 22;

    private final AtomicLongArray sent = new AtomicLongArray(SIZE);
    private final AtomicLongArray accepted = new AtomicLongArray(SIZE);

    void sent(long number, long nanos) {
        int at = (int) (number & (SIZE - 1));
        accepted.setRelease(at, 0);
        sent.setRelease(at, nanos);
    }

    void accepted(long number, long nanos) {
        accepted.setRelease((int) (number & (SIZE - 1)), nanos);
    }

    long sentAt(long number) {
        return sent.getAcquire((int) (number & (SIZE - 1)));
    }

    /// 0 while its answer has not been read.
    long acceptedAt(long number) {
        return accepted.getAcquire((int) (number & (SIZE - 1)));
    }
}
