package dev.belay.delivery;

import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// The store of unfinished deliveries, as the dispatcher needs it. Several nodes may share one:
/// what one has claimed, no other is given while the lease lasts. Everything that changes state is
/// durable when its future completes; a future never completes exceptionally but with
/// [StoreFailure]. Times are kept to the millisecond.
public interface DeliveryQueue {
    /// Claims up to `limit` deliveries of a destination that are due, oldest due first, gives each
    /// the lease and counts an attempt as begun. The token is made by the caller, from the ids of
    /// its node, so that no two nodes make the same; the deliveries claimed by one call share it.
    CompletableFuture<List<Delivery>> claim(
            String destination, int limit, Instant now, Lease lease);

    /// Stores how an attempt ended and what follows, if the lease's token is still the delivery's
    /// current one; otherwise nothing is changed and the answer is [SettleResult#FENCED].
    CompletableFuture<SettleResult> settle(Settle settle);

    /// Gives claims back untried: each becomes due at the time given, and its attempt counts as
    /// never begun. Those whose token is no longer current are passed over.
    CompletableFuture<Void> release(List<Release> releases);

    /// Takes back claims whose lease ended: each is recorded as an attempt with the outcome
    /// [AttemptOutcome.LeaseLost] and becomes due now, or, after `poisonAfter` lost leases with no
    /// result between them, a dead letter with [DeadReason#POISON]. Handles at most `limit` at a
    /// time.
    ///
    /// @param notices asked for each dead letter this makes
    CompletableFuture<List<Rescued>> rescue(
            Instant now, int poisonAfter, int limit, DeadNotices notices);

    /// Turns everything due for a destination, now or later, into dead letters, at most `limit` at
    /// a time, and says how many. A store that several nodes share passes over what is for a
    /// destination that is declared in it.
    ///
    /// @param notices asked for each dead letter this makes
    CompletableFuture<Integer> bury(
            String destination, DeadReason reason, Instant now, int limit, DeadNotices notices);

    /// For every destination with deliveries waiting: when the earliest is due, whichever node
    /// stored it.
    Map<String, Instant> nextDue();

    /// An event with its body, or nothing when there is none.
    Optional<Event> event(EventId id);

    /// How an attempt ended.
    ///
    /// @param delivery as claimed
    /// @param token of the lease under which it was tried
    /// @param attempt what happened
    /// @param settlement what follows
    /// @param notices operational events to be stored in the same commit
    record Settle(
            Delivery delivery,
            long token,
            Attempt attempt,
            Settlement settlement,
            List<Notice> notices) {
        public Settle {
            notices = List.copyOf(notices);
        }
    }

    /// An event of the built-in source and its deliveries.
    record Notice(Event event, List<NewDelivery> deliveries) {
        public Notice {
            deliveries = List.copyOf(deliveries);
        }
    }

    /// Makes what is to be stored in the same commit as a dead letter that the store makes by
    /// itself. Asked while that commit is being made, so it must be quick and must not ask the
    /// store for anything; a commit that has to be made again asks again.
    @FunctionalInterface
    interface DeadNotices {
        /// No notices.
        DeadNotices NONE = (dead, reason) -> List.of();

        /// The notices of a dead letter.
        List<Notice> of(Delivery dead, DeadReason reason);
    }

    /// A claim given back.
    record Release(DeliveryId delivery, long token, Instant dueAt) {}

    /// A claim taken back.
    ///
    /// @param dead whether it became a dead letter
    record Rescued(DeliveryId delivery, String destination, boolean dead) {}

    /// Whether a result was stored.
    enum SettleResult {
        /// Stored.
        SETTLED,
        /// Not stored: the lease was no longer the delivery's.
        FENCED
    }
}
