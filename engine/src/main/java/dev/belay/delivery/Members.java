package dev.belay.delivery;

import dev.belay.time.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The nodes that share a store, as one of them saw them at its last sign of life. Times are this
/// node's steady time in nanoseconds. Pure.
///
/// A node that begins something counts on three things, which make limits hold also while nodes
/// come and go: it has given a sign of life, and seen the others, at most [#FRESH] ago; the others
/// know it, since it waits after its arrival until all they do without knowing it is over; and
/// another one is left out only when all that one may still do is over ([#settling]).
///
/// @param self this node's number
/// @param signAt before the last sign of life
/// @param since after the sign of life since which there was no gap in which others may have given
///   this node up
/// @param others those that have not said that they are gone
public record Members(int self, long signAt, long since, List<Other> others) {
    /// How old a node's own sign of life may be when it begins an attempt or takes a lease.
    public static final Duration FRESH = Pace.of(Duration.ofSeconds(10));

    /// What is allowed for clocks that do not run alike, for steps of the database's clock, for
    /// attempts that overrun and for the way from a decision to its deed.
    public static final Duration MARGIN = Pace.of(Duration.ofSeconds(5));

    /// Between two signs of life of one node: beyond it, others may have given it up.
    public static final Duration GAP = FRESH.plus(MARGIN);

    public Members {
        others = List.copyOf(others);
    }

    /// Another node.
    ///
    /// @param silent since its last sign of life, when this node last looked
    public record Other(int number, Duration silent) {}

    /// The members after a sign of life.
    ///
    /// @param last as they were after the one before, null: there was none
    /// @param before steady time before it
    /// @param after steady time after it
    public static Members seen(
            @Nullable Members last, int self, long before, long after, List<Other> others) {
        boolean gap = last == null || after - last.signAt > GAP.toNanos();
        return new Members(self, before, last == null || gap ? after : last.since, others);
    }

    /// How long after a node's last sign of life its attempts with this deadline are over.
    public static Duration settling(Duration timeout) {
        return GAP.plus(timeout);
    }

    /// The numbers of those among whom the limits of a destination are shared out: this one and all
    /// others that may still be at work on it.
    public List<Integer> counted(Duration timeout) {
        Duration silence = settling(timeout);
        List<Integer> counted = new ArrayList<>();
        counted.add(self);
        for (Other other : others) {
            if (other.silent().compareTo(silence) <= 0) {
                counted.add(other.number());
            }
        }
        return counted;
    }

    /// Whether this node may begin attempts with this deadline.
    public boolean mayBegin(Duration timeout, long nanos) {
        if (nanos - signAt > FRESH.toNanos()) {
            return false;
        }
        return nanos - since > settling(timeout).toNanos() || counted(timeout).size() == 1;
    }
}
