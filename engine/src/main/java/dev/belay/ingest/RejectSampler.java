package dev.belay.ingest;

import dev.belay.time.Time;
import java.util.HashMap;
import java.util.Map;

/// Which rejected requests are worth keeping: some of each source, so that an attacker fills
/// neither the disk nor the list. Safe for use by many threads.
public final class RejectSampler {
    /// Most kept of one source; the oldest make room.
    public static final int KEPT = 1_000;

    /// Most bytes kept of a body.
    public static final int MAX_BODY_BYTES = 16 * 1024;

    /// Most taken of one source in a second.
    public static final int PER_SECOND = 10;

    /// Sources told apart; those beyond share one allowance.
    private static final int MAX_SOURCES = 1_000;

    private static final String OTHERS = "";

    private final Time time;
    private final Map<String, Second> seconds = new HashMap<>();

    /// @param time for what a second is
    public RejectSampler(Time time) {
        this.time = time;
    }

    /// Whether one more of this source is to be kept now.
    public synchronized boolean takes(String source) {
        long second = Math.floorDiv(time.nanos(), 1_000_000_000L);
        String key = seconds.containsKey(source) || seconds.size() < MAX_SOURCES ? source : OTHERS;
        Second current = seconds.get(key);
        if (current == null || current.number != second) {
            current = new Second(second);
            seconds.put(key, current);
        }
        return ++current.taken <= PER_SECOND;
    }

    private static final class Second {
        final long number;
        int taken;

        Second(long number) {
            this.number = number;
        }
    }
}
