package dev.belay.event;

import dev.belay.time.Time;
import java.time.Instant;

/// Makes time-ordered 64-bit ids, each larger than the one before, also when the clock steps back
/// and, given the highest id stored, over restarts. Safe for use by many threads.
public final class Ids {
    /// Most nodes that can make ids side by side.
    public static final int MAX_NODES = 1 << 10;

    private static final int NODE_BITS = 10;
    private static final int SEQUENCE_BITS = 12;
    private static final long SEQUENCE_MASK = (1L << SEQUENCE_BITS) - 1;

    /// 2020-01-01T00:00:00Z in milliseconds.
    private static final long EPOCH_MILLIS = 1_577_836_800_000L;

    private static final Instant FIRST = Instant.ofEpochMilli(EPOCH_MILLIS);
    private static final Instant LAST =
            Instant.ofEpochMilli(EPOCH_MILLIS + (Long.MAX_VALUE >>> (NODE_BITS + SEQUENCE_BITS)));

    private final Time time;
    private final long node;

    /// Milliseconds since the epoch, then the sequence, without the node.
    private long last;

    /// @param node this node's number, 0 for the only one
    /// @param highest the highest id stored so far, 0 when there is none
    public Ids(Time time, int node, long highest) {
        if (node < 0 || node >= MAX_NODES) {
            throw new IllegalArgumentException("node out of range: " + node);
        }
        this.time = time;
        this.node = node;
        long millis = highest >>> (NODE_BITS + SEQUENCE_BITS) << SEQUENCE_BITS;
        long highestNode = highest >>> SEQUENCE_BITS & (MAX_NODES - 1);
        // Within a millisecond the node outweighs the sequence: above another node's id is only
        // what belongs to the next millisecond.
        this.last = millis | (highestNode == node ? highest & SEQUENCE_MASK : SEQUENCE_MASK);
    }

    /// The next id.
    public synchronized long next() {
        long earliest = (time.now().toEpochMilli() - EPOCH_MILLIS) << SEQUENCE_BITS;
        // When 4,096 ids of one millisecond are used up, the next millisecond is borrowed.
        last = Math.max(last + 1, earliest);
        return last >>> SEQUENCE_BITS << (NODE_BITS + SEQUENCE_BITS)
                | node << SEQUENCE_BITS
                | (last & SEQUENCE_MASK);
    }

    /// The lowest id that an event of this time can have: a bound for searches by time. 0 before
    /// 2020, the highest number there is from 2089 on.
    public static long lowestAt(Instant instant) {
        if (instant.isBefore(FIRST)) {
            return 0;
        }
        return instant.isAfter(LAST)
                ? Long.MAX_VALUE
                : (instant.toEpochMilli() - EPOCH_MILLIS) << (NODE_BITS + SEQUENCE_BITS);
    }
}
