package dev.belay.system.simulation;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What kind of store a run has, and how many nodes are on it. Thrown with dice of its own: what
/// else a seed stands for is the same on either.
///
/// @param nodes on the shared store; 0: one process on the embedded one
/// @param faults those of nodes
/// @param stretch how much longer the run is, with as many more messages, so that leases can end in
///   it
record Cluster(int nodes, Set<Fault> faults, int stretch) {
    /// One process on the embedded store.
    static final Cluster EMBEDDED = new Cluster(0, Set.of(), 1);

    private static final int MOST_NODES = 3;
    private static final double EMBEDDED_SHARE = 0.4;

    /// @param forced the number of nodes, null: as the dice say
    static Cluster of(Dice dice, @Nullable Integer forced) {
        int drawn = dice.chance(EMBEDDED_SHARE) ? 0 : dice.between(1, MOST_NODES);
        int nodes = forced == null ? drawn : forced;
        if (nodes == 0) {
            return EMBEDDED;
        }
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        for (Fault fault : Fault.OF_NODES) {
            if (dice.chance(0.4)) {
                faults.add(fault);
            }
        }
        return new Cluster(nodes, faults, dice.oneOf(1, 1, 1, 3));
    }

    boolean isShared() {
        return nodes > 0;
    }
}
