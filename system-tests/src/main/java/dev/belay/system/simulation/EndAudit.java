package dev.belay.system.simulation;

import dev.belay.catalog.RetryPolicy;
import dev.belay.delivery.Attempt;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.testkit.MemoryStore;
import java.util.List;

/// Looks at what is over: at a delivery when it is removed or the run ends, and at everything then.
final class EndAudit {
    private static final int EVERYTHING = 1_000_000;

    private final Plan plan;
    private final Ledger ledger;
    private final MemoryStore memory;

    EndAudit(Plan plan, Ledger ledger, MemoryStore memory) {
        this.plan = plan;
        this.ledger = ledger;
        this.memory = memory;
    }

    /// Everything on disk.
    List<Delivery> deliveries() {
        return memory.deliveries(DeliveryQuery.ALL, EVERYTHING, null).items();
    }

    static boolean isOver(Delivery delivery) {
        return switch (delivery.state()) {
            case DeliveryState.Delivered _, DeliveryState.Dead _, DeliveryState.Cancelled _ -> true;
            case DeliveryState.Due _, DeliveryState.Leased _, DeliveryState.Held _ -> false;
        };
    }

    /// Looks at a delivery if it is over.
    void finished(Delivery delivery) {
        if (!isOver(delivery)) {
            return;
        }
        List<Attempt> attempts = memory.attempts(delivery.id());
        Track track = ledger.track(delivery.id());
        boolean numbered = attempts.size() == delivery.attempts();
        for (int i = 0; i < attempts.size(); i++) {
            numbered &= attempts.get(i).number() == i + 1;
        }
        ledger.require(
                numbered && attempts.size() >= track.sends,
                Invariant.ATTEMPTS_ARE_ON_RECORD,
                delivery.id(),
                "counts %d attempts, was sent %d times, and has on record %s",
                delivery.attempts(),
                track.sends,
                attempts);
        ledger.require(
                !plan.isCalm()
                        || attempts.stream()
                                .noneMatch(a -> a.outcome() instanceof AttemptOutcome.LeaseLost),
                Invariant.CALM_LOSES_NOTHING,
                delivery.id(),
                "lost a lease: %s",
                attempts);
        ledger.require(
                endFits(delivery, attempts),
                Invariant.NAMED_END,
                delivery.id(),
                "stands as %s after %s",
                delivery.state(),
                attempts);
    }

    private boolean endFits(Delivery delivery, List<Attempt> attempts) {
        AttemptOutcome last = attempts.isEmpty() ? null : attempts.getLast().outcome();
        return switch (delivery.state()) {
            case DeliveryState.Delivered _ -> last instanceof AttemptOutcome.Acknowledged;
            case DeliveryState.Dead(_, DeadReason reason) ->
                    switch (reason) {
                        case POISON ->
                                attempts.stream()
                                                .filter(
                                                        a ->
                                                                a.outcome()
                                                                        instanceof
                                                                        AttemptOutcome.LeaseLost)
                                                .count()
                                        >= plan.limits().poisonAfter();
                        case FILTER_FAILED -> attempts.isEmpty();
                        case DESTINATION_REMOVED -> ledger.wasUndeclared(delivery);
                        case ATTEMPTS_EXHAUSTED -> delivery.counted() >= attemptsAllowed(delivery);
                        case REFUSED, GONE -> last instanceof AttemptOutcome.Refused;
                        case THROTTLED_TOO_OFTEN ->
                                delivery.throttled() >= plan.limits().maxThrottled();
                        case INVALID -> false;
                    };
            default -> false;
        };
    }

    private int attemptsAllowed(Delivery delivery) {
        var subscription = plan.subscription(delivery.subscription());
        int declared =
                subscription == null
                        ? RetryPolicy.DEFAULT.attempts()
                        : subscription.retry().attempts();
        return ledger.wasUndeclared(delivery)
                ? Math.min(declared, RetryPolicy.DEFAULT.attempts())
                : declared;
    }

    /// Looks at everything when all is done.
    void all() {
        for (Delivery delivery : deliveries()) {
            ledger.require(
                    isOver(delivery),
                    Invariant.NOTHING_IN_LIMBO,
                    delivery.id(),
                    "to %s stands as %s",
                    delivery.destination(),
                    delivery.state());
            finished(delivery);
        }
        ledger.acknowledged()
                .forEach(
                        (event, message) ->
                                ledger.require(
                                        memory.event(event).isPresent() || ledger.isRemoved(event),
                                        Invariant.ACKNOWLEDGED_IS_STORED,
                                        event,
                                        "was acknowledged for %s and is gone",
                                        message));
    }
}
