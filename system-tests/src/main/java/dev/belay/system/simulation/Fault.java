package dev.belay.system.simulation;

/// The kinds of fault. Each run has a random part of them, so that rare combinations are not
/// drowned by the common ones.
enum Fault {
    /// Commits fail before they are durable.
    COMMIT_FAILS,
    /// Commits fail and nobody is told whether they were made.
    COMMIT_UNKNOWN,
    /// The store fails for good, until the process is started again.
    STORE_BREAKS,
    /// There is no room for a while.
    STORE_FULL,
    /// Reads fail for a while.
    READS_FAIL,
    /// Commits take seconds for a while.
    STORE_SLOW,
    /// The process dies at any step.
    CRASH,
    /// The process stays down for hours or days.
    LONG_DOWNTIME,
    /// The process is stopped in good order and started again.
    CLEAN_RESTART,
    /// The process stands still, also for longer than a lease.
    PAUSE,
    /// The wall clock is stepped, by seconds or years.
    WALL_STEP,
    /// Destinations do the work and their answer is lost.
    ANSWER_LOST,
    /// Destinations are down for a while, or hang.
    OUTAGE,
    /// The operator pauses and resumes destinations.
    OPERATOR_PAUSES,
    /// The operator replays dead letters and others.
    REPLAYS,
    /// The operator removes and declares destinations.
    CATALOG_CHANGES
}
