package dev.belay.system.simulation;

import dev.belay.delivery.Lease;
import dev.belay.event.DeliveryId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the shared store knows of its nodes: the table `node` and the column `work.node`, with the
/// rules of the PostgreSQL adapter. Its clock is the truth.
final class NodeTable {
    /// How long a node is silent before its number may be given to another.
    private static final Duration OUT_OF_USE = Duration.ofHours(1);

    private final Scheduler scheduler;
    private final Duration margin;
    private final List<Row> rows = new ArrayList<>();
    private final Map<DeliveryId, Integer> holders = new HashMap<>();

    /// @param margin beyond the end of a lease before another node takes it over
    NodeTable(Scheduler scheduler, Duration margin) {
        this.scheduler = scheduler;
        this.margin = margin;
    }

    /// A node.
    static final class Row {
        private final int number;
        private String name;
        private int incarnation;
        private long seenAt;
        private Instant toldAt = Instant.EPOCH;
        private boolean closed;

        Row(int number, String name) {
            this.number = number;
            this.name = name;
        }

        int number() {
            return number;
        }

        /// How often the number was taken.
        int incarnation() {
            return incarnation;
        }
    }

    /// Takes a number: the name's own, else one that is out of use, else a new one.
    ///
    /// @param told the node's own time
    Row join(String name, Instant told) {
        Row row =
                rows.stream()
                        .filter(one -> one.name.equals(name) || isOutOfUse(one))
                        .min(
                                Comparator.comparing((Row one) -> !one.name.equals(name))
                                        .thenComparingLong(one -> one.seenAt))
                        .orElse(null);
        if (row == null) {
            row = new Row(rows.size(), name);
            rows.add(row);
        }
        row.name = name;
        row.incarnation++;
        row.seenAt = scheduler.now();
        row.toldAt = told;
        row.closed = false;
        return row;
    }

    private boolean isOutOfUse(Row row) {
        return row.closed || row.seenAt < scheduler.now() - Scheduler.micros(OUT_OF_USE);
    }

    /// A sign of life; false when the number is another's.
    ///
    /// @param told the node's own time when it gave it
    boolean beat(int number, int incarnation, Instant told) {
        Row row = rows.get(number);
        if (row.incarnation != incarnation) {
            return false;
        }
        row.seenAt = scheduler.now();
        row.toldAt = told;
        row.closed = false;
        return true;
    }

    /// Nothing more will come of this process.
    void close(int number, int incarnation) {
        Row row = rows.get(number);
        if (row.incarnation == incarnation) {
            row.closed = true;
        }
    }

    /// Whether a lease is over for the node that asks: its own by its own clock, another's once
    /// that node has closed, or its clock, as it told it and as long as has passed since, is past
    /// the lease and the margin.
    ///
    /// @param now by the asking node's clock
    boolean isOver(int asking, DeliveryId id, Lease lease, Instant now) {
        Integer holder = holders.get(id);
        if (holder == null || holder == asking) {
            return !lease.until().isAfter(now);
        }
        Row row = rows.get(holder);
        Instant theirs = row.toldAt.plusNanos((scheduler.now() - row.seenAt) * 1_000).minus(margin);
        return row.closed || !lease.until().isAfter(theirs);
    }

    /// A node has leased a delivery.
    void holds(DeliveryId id, int number) {
        holders.put(id, number);
    }

    /// Who leased a delivery last, null: nobody did.
    @Nullable Integer holder(DeliveryId id) {
        return holders.get(id);
    }
}
