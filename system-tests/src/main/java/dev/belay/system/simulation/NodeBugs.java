package dev.belay.system.simulation;

import dev.belay.delivery.Attempt;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.event.DeliveryId;
import dev.belay.ingest.DedupeKey;
import dev.belay.ingest.EventJournal;
import dev.belay.testkit.MemoryStore;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Mistakes in a store that several nodes share.
final class NodeBugs {
    private NodeBugs() {}

    /// Which node made an id or a token.
    private static long node(long id) {
        return id >>> 12 & 1_023;
    }

    /// Takes leases for over as soon as the asking node's clock says so, whoever holds them.
    static DeliveryQueue comparesClocks(DeliveryQueue disk, MemoryStore memory) {
        return new ForwardingQueue(disk) {
            @Override
            public CompletableFuture<List<Rescued>> rescue(
                    Instant now, int poisonAfter, int limit, DeadNotices notices) {
                return memory.rescue(now, poisonAfter, limit, notices);
            }
        };
    }

    /// Stores a result whichever node the lease has passed to.
    static DeliveryQueue trustsAnyHolder(DeliveryQueue disk, MemoryStore memory) {
        return new ForwardingQueue(disk) {
            @Override
            public CompletableFuture<SettleResult> settle(Settle settle) {
                Delivery now = memory.delivery(settle.delivery().id()).orElse(null);
                return now != null
                                && now.state() instanceof DeliveryState.Leased(Lease lease)
                                && node(lease.token()) != node(settle.token())
                        ? real.settle(under(lease.token(), settle))
                        : real.settle(settle);
            }
        };
    }

    /// Stores a result although the lease was taken back, as long as nobody has the next one.
    static DeliveryQueue trustsAfterTakeOver(DeliveryQueue disk, MemoryStore memory) {
        return new ForwardingQueue(disk) {
            @Override
            public CompletableFuture<SettleResult> settle(Settle settle) {
                DeliveryId id = settle.delivery().id();
                List<Attempt> tried = memory.attempts(id);
                boolean lost =
                        !tried.isEmpty()
                                && tried.getLast().outcome() instanceof AttemptOutcome.LeaseLost;
                if (!lost) {
                    return real.settle(settle);
                }
                CompletableFuture<SettleResult> made = null;
                for (Delivery one : QueueBugs.claimAll(memory)) {
                    if (one.state() instanceof DeliveryState.Due(Instant due)) {
                        if (one.id().equals(id)) {
                            made = real.settle(under(QueueBugs.TOKEN, settle));
                        } else {
                            QueueBugs.giveBack(memory, one, due);
                        }
                    }
                }
                return made != null ? made : real.settle(settle);
            }
        };
    }

    private static DeliveryQueue.Settle under(long token, DeliveryQueue.Settle settle) {
        return new DeliveryQueue.Settle(
                settle.delivery(), token, settle.attempt(), settle.settlement(), settle.notices());
    }

    /// Looks for a key among those of the same node.
    static EventJournal keysOfEachNode(EventJournal disk) {
        return new ForwardingJournal(disk) {
            @Override
            public CompletableFuture<Appended> append(Append append) {
                DedupeKey key = append.key();
                DedupeKey own =
                        key == null
                                ? null
                                : new DedupeKey(
                                        key.high(), key.low() ^ node(append.event().id().value()));
                return real.append(
                        new Append(
                                append.event(), own, append.keyExpiresAt(), append.deliveries()));
            }
        };
    }
}
