package dev.belay.time;

import java.time.Instant;

/// The only clock. Two readings, because they answer different questions.
public interface Time {
    /// Steady time: the wall clock as it was when the process started, moved on by the monotonic
    /// clock. Schedules, leases and history use it, so a step of the wall clock changes no order,
    /// ends no lease and starts no retry early. Millisecond precision.
    Instant now();

    /// What the wall clock says at this instant. Only for comparing with, or writing into,
    /// timestamps that another machine reads: signatures and HTTP dates.
    Instant wall();

    /// Monotonic nanoseconds from an arbitrary origin, for measuring durations.
    long nanos();
}
