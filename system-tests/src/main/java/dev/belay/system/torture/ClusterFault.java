package dev.belay.system.torture;

import java.util.Locale;

/// What is done to nodes, the database and the way between them.
enum ClusterFault {
    /// A node is killed (`SIGKILL`) and started again in its data directory.
    KILL(true),
    /// A node is killed, and stays away until another has taken its work over.
    TAKEOVER(true),
    /// A node stands still (`SIGSTOP`) until its work was taken over, and goes on.
    STALL(true),
    /// Every process of the database is killed, and it is started again.
    DATABASE_KILL(true),
    /// Every process of the database stands still for seconds.
    DATABASE_STALL(true),
    /// Answers of commits are lost with their connections.
    LOST_ANSWERS(true),
    /// Commits are lost with their connections before they reach the database.
    LOST_REQUESTS(true),
    /// Results that a node has sent arrive only after another has taken its work over and is at it.
    LATE_RESULTS(true),
    /// Nothing passes between one node and the database; then what was sent arrives after all.
    PARTITION(true),
    /// Nothing passes between one node and the database, and connections never wake up again.
    MUTE_PARTITION(true),
    /// Nothing passes between any node and the database.
    FULL_PARTITION(true),
    /// A node is asked to end (`SIGTERM`) under load, and started again: repeats nothing.
    RESTART(false);

    private final boolean repeats;

    ClusterFault(boolean repeats) {
        this.repeats = repeats;
    }

    /// Whether a delivery under way may be made again because of it.
    boolean repeats() {
        return repeats;
    }

    /// As it is named on the command line and in reports.
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static ClusterFault of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
