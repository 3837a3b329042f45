package dev.belay.system.bench;

/// Counts of durations in buckets that are at most 1.6 % wide, from 1 ns to more than an hour. One
/// thread writes; others may read when it has ended.
public final class Histogram {
    /// 64 steps between a power of two and the next.
    private static final int STEP_BITS = 6;

    private static final int STEPS = 1 << STEP_BITS;

    private final long[] counts = new long[(63 - STEP_BITS) * STEPS + STEPS];
    private long total;
    private long largest;

    /// Counts a duration; a negative one counts as 0.
    public void record(long nanos) {
        long value = Math.max(0, nanos);
        counts[bucket(value)]++;
        total++;
        largest = Math.max(largest, value);
    }

    /// How many were counted.
    public long total() {
        return total;
    }

    /// The duration in nanoseconds that this share of those counted does not exceed, to the upper
    /// end of its bucket; 0 when nothing was counted.
    ///
    /// @param share 0 to 1
    public long quantile(double share) {
        long wanted = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return Math.min(largest, upperEnd(i));
            }
        }
        return largest;
    }

    /// The largest duration counted, in nanoseconds.
    public long largest() {
        return largest;
    }

    private static int bucket(long value) {
        if (value < STEPS) {
            return (int) value;
        }
        int shift = 63 - STEP_BITS - Long.numberOfLeadingZeros(value);
        return (shift + 1) * STEPS + (int) (value >>> shift) - STEPS;
    }

    private static long upperEnd(int bucket) {
        if (bucket < STEPS) {
            return bucket;
        }
        int shift = bucket / STEPS - 1;
        return (((long) STEPS + bucket % STEPS + 1) << shift) - 1;
    }
}
