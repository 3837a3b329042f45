package dev.belay.time;

import java.time.Duration;

/// How fast leases run. Every interval that leases are made of is divided by it, so that what holds
/// between them holds at any pace. It is 1, unless a test of several processes cannot wait for
/// minutes and says otherwise by the system property `belay.test.lease-pace`: 2 to 30.
public final class Pace {
    private static final int FASTEST = 30;

    private static final int PACE =
            Math.clamp(Integer.getInteger("belay.test.lease-pace", 1), 1, FASTEST);

    private Pace() {}

    /// An interval of leases at this process's pace.
    public static Duration of(Duration usual) {
        return usual.dividedBy(PACE);
    }
}
