package dev.belay.system.simulation;

import dev.belay.delivery.Members;
import dev.belay.system.simulation.NodeTable.Row;
import dev.belay.system.simulation.PlantedBug.Mistake;
import dev.belay.time.Time;
import java.time.Instant;

/// One process among the nodes of the shared store, as the PostgreSQL adapter keeps it: its number
/// and incarnation, and how old its last sign of life is by its own clock.
final class Membership {
    private final NodeTable nodes;
    private final PlantedBug bug;
    private final Time time;
    private final int number;
    private final int incarnation;
    private long seenAt;
    private boolean lost;

    /// @param row as it stands now that the number is taken
    Membership(NodeTable nodes, PlantedBug bug, Time time, Row row) {
        this.nodes = nodes;
        this.bug = bug;
        this.time = time;
        number = row.number();
        incarnation = row.incarnation();
        seenAt = time.nanos();
    }

    /// The number, unlike that of any other node.
    int number() {
        return bug.makes(Mistake.ONE_NUMBER) ? 0 : number;
    }

    /// Whether another process has taken the number.
    boolean isLost() {
        return lost;
    }

    /// Whether a sign of life has to come before anything is leased.
    boolean isDue() {
        return time.nanos() - seenAt > Members.FRESH.toNanos() && !bug.makes(Mistake.NO_SIGN_FIRST);
    }

    /// A sign of life reaches the store; false when the number is another's.
    ///
    /// @param told the node's own time when it gave it
    boolean reach(Instant told) {
        return nodes.beat(number, incarnation, told);
    }

    /// The node hears of its sign of life.
    ///
    /// @param begun when it began to give it, by its own clock
    void heard(long begun, boolean ours) {
        if (ours) {
            seenAt = Math.max(seenAt, bug.makes(Mistake.DATES_SIGNS_LATE) ? time.nanos() : begun);
        } else {
            lost = true;
        }
    }

    /// The node's own time, as it tells it.
    Instant now() {
        return time.now();
    }

    /// The node's own clock.
    long nanos() {
        return time.nanos();
    }

    /// Says that nothing more will come of this process.
    void leave() {
        nodes.close(number, incarnation);
    }
}
