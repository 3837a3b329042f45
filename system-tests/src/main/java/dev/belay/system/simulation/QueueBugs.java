package dev.belay.system.simulation;

import dev.belay.delivery.Attempt;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.Settlement;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.ingest.EventJournal;
import dev.belay.testkit.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Mistakes in the store of deliveries and in what is asked of it.
final class QueueBugs {
    private static final int EVERYTHING = 1_000_000;
    static final Instant NEVER = Instant.parse("2200-01-01T00:00:00Z");

    /// Unlike any that the engine makes.
    static final long TOKEN = -1;

    private QueueBugs() {}

    /// Grants leases that end before the attempt has to.
    static DeliveryQueue grantsShortLeases(DeliveryQueue disk) {
        return new ForwardingQueue(disk) {
            @Override
            public CompletableFuture<List<Delivery>> claim(
                    String destination, int limit, Instant now, Lease lease) {
                Lease shorter = new Lease(lease.token(), now.plusSeconds(5));
                return real.claim(destination, limit, now, shorter)
                        .thenApply(claimed -> claimed.stream().map(d -> as(d, lease)).toList());
            }
        };
    }

    private static Delivery as(Delivery delivery, Lease lease) {
        return new Delivery(
                delivery.id(),
                delivery.destination(),
                delivery.subscription(),
                delivery.createdAt(),
                delivery.attempts(),
                delivery.throttled(),
                delivery.replayOf(),
                new DeliveryState.Leased(lease));
    }

    /// Stores a result under whatever lease there is.
    static DeliveryQueue fencesNothing(DeliveryQueue disk, MemoryStore memory) {
        return new ForwardingQueue(disk) {
            @Override
            public CompletableFuture<SettleResult> settle(Settle settle) {
                DeliveryState state =
                        memory.delivery(settle.delivery().id()).map(Delivery::state).orElse(null);
                return real.settle(
                        state instanceof DeliveryState.Leased(Lease lease)
                                ? new Settle(
                                        settle.delivery(),
                                        lease.token(),
                                        settle.attempt(),
                                        settle.settlement(),
                                        settle.notices())
                                : settle);
            }
        };
    }

    /// Counts an attempt when its result is stored: one that a crash ended never was.
    static DeliveryQueue countsAfterwards(DeliveryQueue disk, MemoryStore memory) {
        return new ForwardingQueue(disk) {
            @Override
            public CompletableFuture<List<Rescued>> rescue(
                    Instant now, int poisonAfter, int limit, DeadNotices notices) {
                List<Rescued> rescued = new ArrayList<>();
                for (Delivery one : all(memory)) {
                    if (one.state() instanceof DeliveryState.Leased(Lease lease)
                            && !lease.until().isAfter(now)) {
                        var _ = real.release(List.of(new Release(one.id(), lease.token(), now)));
                        rescued.add(new Rescued(one.id(), one.destination(), false));
                    }
                }
                return CompletableFuture.completedFuture(rescued);
            }
        };
    }

    /// Overlooks claims whose process died.
    static DeliveryQueue rescuesNothing(DeliveryQueue disk) {
        return new ForwardingQueue(disk) {
            @Override
            public CompletableFuture<List<Rescued>> rescue(
                    Instant now, int poisonAfter, int limit, DeadNotices notices) {
                return CompletableFuture.completedFuture(List.of());
            }
        };
    }

    /// Has retries due sooner, so that they spread to both sides.
    static DeliveryQueue spreadsToBothSides(DeliveryQueue queue) {
        return new ForwardingQueue(queue) {
            @Override
            public CompletableFuture<SettleResult> settle(Settle settle) {
                if (!(settle.settlement()
                        instanceof Settlement.RetryAt(Instant at, boolean counted))) {
                    return real.settle(settle);
                }
                Instant ended = settle.attempt().startedAt().plus(settle.attempt().duration());
                Duration early = Duration.between(ended, at).dividedBy(10);
                return real.settle(with(settle, new Settlement.RetryAt(at.minus(early), counted)));
            }
        };
    }

    private static DeliveryQueue.Settle with(DeliveryQueue.Settle settle, Settlement other) {
        return new DeliveryQueue.Settle(
                settle.delivery(), settle.token(), settle.attempt(), other, settle.notices());
    }

    /// Stores the notice of a dead letter after the dead letter.
    static DeliveryQueue tellsAfterwards(DeliveryQueue queue, EventJournal journal) {
        return new ForwardingQueue(queue) {
            @Override
            public CompletableFuture<SettleResult> settle(Settle settle) {
                return real.settle(
                                new Settle(
                                        settle.delivery(),
                                        settle.token(),
                                        settle.attempt(),
                                        settle.settlement(),
                                        List.of()))
                        .whenComplete(
                                (answer, _) -> {
                                    if (answer == SettleResult.SETTLED) {
                                        settle.notices().stream()
                                                .map(QueueBugs::append)
                                                .forEach(
                                                        notice -> {
                                                            var _ = journal.append(notice);
                                                        });
                                    }
                                });
            }
        };
    }

    private static EventJournal.Append append(DeliveryQueue.Notice notice) {
        return new EventJournal.Append(
                notice.event(), null, notice.event().receivedAt(), notice.deliveries());
    }

    /// What a process forgets that keeps its retries in memory: on disk they are due never.
    static void forgetsRetries(MemoryStore memory) {
        List<Delivery> before = claimAll(memory);
        for (Delivery one : before) {
            if (one.state() instanceof DeliveryState.Due(Instant due)) {
                giveBack(memory, one, one.attempts() > 0 ? NEVER : due);
            }
        }
    }

    /// Removes what is old, whatever became of it.
    static int removesTheOld(
            MemoryStore memory,
            Instant deliveredBefore,
            Instant deadBefore,
            Instant now,
            int limit) {
        for (Delivery one : claimAll(memory)) {
            boolean old = one.createdAt().isBefore(deliveredBefore);
            switch (one.state()) {
                case DeliveryState.Due _ when old -> end(memory, one, TOKEN);
                case DeliveryState.Due(Instant due) -> giveBack(memory, one, due);
                case DeliveryState.Leased(Lease lease) when old -> end(memory, one, lease.token());
                default -> {
                    // Left to the ordinary rules.
                }
            }
        }
        return memory.purge(deliveredBefore, deadBefore, now, limit);
    }

    private static void end(MemoryStore memory, Delivery delivery, long token) {
        var _ =
                memory.settle(
                        new DeliveryQueue.Settle(
                                delivery,
                                token,
                                new Attempt(
                                        delivery.id(),
                                        delivery.attempts(),
                                        Instant.EPOCH,
                                        Duration.ZERO,
                                        new AttemptOutcome.Acknowledged(200),
                                        null),
                                new Settlement.Complete(),
                                List.of()));
    }

    static void giveBack(MemoryStore memory, Delivery delivery, Instant due) {
        var _ = memory.release(List.of(new DeliveryQueue.Release(delivery.id(), TOKEN, due)));
    }

    /// Claims whatever is due at any time, and says how everything stood before.
    static List<Delivery> claimAll(MemoryStore memory) {
        List<Delivery> before = all(memory);
        for (String destination : List.copyOf(memory.nextDue().keySet())) {
            var _ = memory.claim(destination, EVERYTHING, NEVER, new Lease(TOKEN, NEVER));
        }
        return before;
    }

    private static List<Delivery> all(MemoryStore memory) {
        return memory.deliveries(DeliveryQuery.ALL, EVERYTHING, null).items();
    }
}
