package dev.belay.system.simulation;

import dev.belay.delivery.StoreFailure;
import org.jspecify.annotations.Nullable;

/// What ails the store at present. Belongs to the world: it outlives the process.
final class StoreFaults {
    /// What becomes of a commit.
    enum Fate {
        MADE,
        FAILED,
        FULL,
        UNKNOWN_BUT_MADE,
        UNKNOWN_AND_LOST,
        /// As [#UNKNOWN_AND_LOST] or [#UNKNOWN_BUT_MADE], and the store works no more.
        BROKEN
    }

    private final Dice dice;
    private double failing;
    private double unknown;
    private double breaking;
    private double readsFailing;
    private double late;
    private boolean full;
    private boolean slow;
    private boolean down;
    private int restarts;

    StoreFaults(Dice dice) {
        this.dice = dice;
    }

    void failing(double probability) {
        failing = probability;
    }

    void unknown(double probability) {
        unknown = probability;
    }

    void breaking(double probability) {
        breaking = probability;
    }

    void readsFailing(double probability) {
        readsFailing = probability;
    }

    void late(double probability) {
        late = probability;
    }

    /// The shared store stops or is there again.
    void down(boolean now) {
        if (now && !down) {
            restarts++;
        }
        down = now;
    }

    boolean isUp() {
        return !down;
    }

    /// Counts up whenever the shared store stops: no connection outlives that.
    int restarts() {
        return restarts;
    }

    /// Whether a commit that nobody waits for any more is made all the same, later.
    boolean isLate() {
        return dice.chance(late);
    }

    void full(boolean now) {
        full = now;
    }

    void slow(boolean now) {
        slow = now;
    }

    /// Everything works again.
    void heal() {
        failing = 0;
        unknown = 0;
        breaking = 0;
        readsFailing = 0;
        late = 0;
        full = false;
        slow = false;
        down = false;
    }

    Fate fate() {
        if (full) {
            return Fate.FULL;
        }
        if (dice.chance(breaking)) {
            return Fate.BROKEN;
        }
        if (dice.chance(failing)) {
            return Fate.FAILED;
        }
        if (dice.chance(unknown)) {
            return dice.chance(0.5) ? Fate.UNKNOWN_BUT_MADE : Fate.UNKNOWN_AND_LOST;
        }
        return Fate.MADE;
    }

    /// How long a commit takes, in microseconds.
    long commitMicros() {
        return slow ? dice.skewed(100_000, 20_000_000) : dice.skewed(50, 20_000);
    }

    /// Why a read fails, null where it does not.
    @Nullable StoreFailure readFailure() {
        return dice.chance(readsFailing)
                ? new StoreFailure(StoreFailure.Kind.UNAVAILABLE, "simulated: read failed")
                : null;
    }

    /// What the callers of a commit with this fate hear; null when it was made.
    static @Nullable StoreFailure failureOf(Fate fate) {
        return switch (fate) {
            case MADE -> null;
            case FAILED ->
                    new StoreFailure(StoreFailure.Kind.UNAVAILABLE, "simulated: commit failed");
            case FULL -> new StoreFailure(StoreFailure.Kind.FULL, "simulated: no room");
            case UNKNOWN_BUT_MADE, UNKNOWN_AND_LOST, BROKEN ->
                    new StoreFailure(StoreFailure.Kind.UNKNOWN, "simulated: outcome unknown");
        };
    }
}
