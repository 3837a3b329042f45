package dev.belay.system.simulation;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.testkit.MemoryStore;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The shared store as one node changes it: it knows who holds each lease, and whose are over.
final class SharedDisk {
    private SharedDisk() {}

    static Disk of(MemoryStore memory, NodeTable nodes, int number) {
        return new Disk(
                new Journal(memory, nodes, number),
                new Queue(memory, nodes, number),
                memory,
                memory::purge,
                memory);
    }

    private static void holds(NodeTable nodes, int number, List<Delivery> deliveries) {
        for (Delivery one : deliveries) {
            if (one.state() instanceof DeliveryState.Leased) {
                nodes.holds(one.id(), number);
            }
        }
    }

    private static final class Journal extends ForwardingJournal {
        private final NodeTable nodes;
        private final int number;

        Journal(MemoryStore memory, NodeTable nodes, int number) {
            super(memory);
            this.nodes = nodes;
            this.number = number;
        }

        @Override
        public CompletableFuture<Appended> append(Append append) {
            CompletableFuture<Appended> made = real.append(append);
            if (!made.isCompletedExceptionally()
                    && made.join() instanceof Appended.Stored(List<Delivery> deliveries)) {
                holds(nodes, number, deliveries);
            }
            return made;
        }
    }

    private static final class Queue extends ForwardingQueue {
        private final MemoryStore memory;
        private final NodeTable nodes;
        private final int number;

        Queue(MemoryStore memory, NodeTable nodes, int number) {
            super(memory);
            this.memory = memory;
            this.nodes = nodes;
            this.number = number;
        }

        @Override
        public CompletableFuture<List<Delivery>> claim(
                String destination, int limit, Instant now, Lease lease) {
            CompletableFuture<List<Delivery>> claimed = real.claim(destination, limit, now, lease);
            holds(nodes, number, claimed.join());
            return claimed;
        }

        @Override
        public CompletableFuture<List<Rescued>> rescue(
                Instant now, int poisonAfter, int limit, DeadNotices notices) {
            return memory.rescue(
                    now,
                    poisonAfter,
                    limit,
                    notices,
                    (id, lease) -> nodes.isOver(number, id, lease, now));
        }
    }
}
