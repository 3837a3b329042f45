package dev.belay.system.simulation;

import java.util.EnumSet;
import java.util.Set;

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
    /// A process dies at any step.
    CRASH,
    /// A process stays down for hours or days.
    LONG_DOWNTIME,
    /// A process is stopped in good order and started again.
    CLEAN_RESTART,
    /// A process stands still, also for longer than a lease.
    PAUSE,
    /// A wall clock is stepped, by seconds or years.
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
    CATALOG_CHANGES,
    /// The shared store is down for a while, for all nodes at once.
    STORE_RESTARTS,
    /// A node cannot reach the shared store; it reaches destinations, and senders reach it.
    CUT_FROM_STORE,
    /// A node cannot reach destinations; it reaches the shared store.
    CUT_FROM_DESTINATIONS,
    /// The shared store makes a commit after its node has given up on it.
    LATE_COMMIT,
    /// A node stands still for longer than a lease and goes on afterwards, at any time or just when
    /// it has told the store something.
    LONG_PAUSE,
    /// A node dies for good, and one of another name is started in its place.
    REPLACED,
    /// The nodes' wall clocks are apart when they start.
    CLOCK_SKEW,
    /// The nodes' steady clocks run at different speeds.
    CLOCK_DRIFT,
    /// One node after the other is stopped in good order and started again.
    ROLLING_UPGRADE;

    /// Those of any run.
    static final Set<Fault> ANYWHERE = EnumSet.range(COMMIT_FAILS, CATALOG_CHANGES);

    /// Those of a shared store and its nodes.
    static final Set<Fault> OF_NODES = EnumSet.range(STORE_RESTARTS, ROLLING_UPGRADE);
}
