package dev.belay.system.torture;

import dev.belay.delivery.Attempt;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.history.HistoryIndex.EventSummary;
import dev.belay.history.HistoryIndex.Page;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Compares what the senders were told, what the store holds and what the destinations saw.
final class KillAudit {
    private static final int PAGE = 500;
    private static final Set<String> DESTINATIONS = Set.of("steady", "moody");

    private final Map<String, Ledger.Entry> told;
    private final Map<MoodyReceiver.Key, MoodyReceiver.Receipt> seen;
    private final HistoryIndex history;
    private final String source;
    private final Predicate<MoodyReceiver.Key> unexplained;
    private final Map<String, Integer> violationCounts = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private long acknowledged;
    private long lost;
    private long duplicates;
    private long delivered;
    private long dead;

    KillAudit(
            Map<String, Ledger.Entry> told,
            Map<MoodyReceiver.Key, MoodyReceiver.Receipt> seen,
            HistoryIndex history,
            String source) {
        this(told, seen, history, source, key -> isRepeatedWithoutKill(seen.get(key)));
    }

    /// @param unexplained whether something taken more than once should not have been
    KillAudit(
            Map<String, Ledger.Entry> told,
            Map<MoodyReceiver.Key, MoodyReceiver.Receipt> seen,
            HistoryIndex history,
            String source,
            Predicate<MoodyReceiver.Key> unexplained) {
        this.unexplained = unexplained;
        this.told = told;
        this.seen = seen;
        this.history = history;
        this.source = source;
    }

    private static boolean isRepeatedWithoutKill(MoodyReceiver.@Nullable Receipt receipt) {
        return receipt != null && receipt.repeatedWithoutKill() > 0;
    }

    void run() {
        Map<String, List<EventId>> stored = storedByExternalId();
        told.forEach(
                (externalId, entry) -> {
                    if (entry.event() == null) {
                        violation("never_acknowledged", externalId);
                        return;
                    }
                    acknowledged++;
                    if (!isKept(externalId, entry, stored.get(externalId))) {
                        lost++;
                    }
                });
        Set<String> phantoms = new HashSet<>(stored.keySet());
        phantoms.removeAll(told.keySet());
        phantoms.forEach(id -> violation("stored_but_never_sent", id));
        seen.forEach(this::checkReceipt);
    }

    private Map<String, List<EventId>> storedByExternalId() {
        Map<String, List<EventId>> stored = new HashMap<>();
        EventQuery query = new EventQuery(source, null, null, null, null, null, null);
        String cursor = null;
        do {
            Page<EventSummary> page = history.events(query, PAGE, cursor);
            for (EventSummary event : page.items()) {
                stored.computeIfAbsent(String.valueOf(event.externalId()), id -> new ArrayList<>())
                        .add(event.id());
            }
            cursor = page.nextCursor();
        } while (cursor != null);
        return stored;
    }

    private boolean isKept(
            String externalId, Ledger.Entry entry, @Nullable List<EventId> storedUnder) {
        if (storedUnder == null) {
            return violation("acknowledged_but_gone", externalId);
        }
        if (storedUnder.size() > 1) {
            return violation("stored_twice", externalId + " as " + storedUnder);
        }
        EventId id = storedUnder.getFirst();
        if (!id.toString().equals(entry.event())) {
            return violation("other_id", externalId + " told " + entry.event() + ", stored " + id);
        }
        Event event = history.event(id).orElse(null);
        if (event == null || !Ledger.hex(event.body().sha256()).equals(entry.sha256())) {
            return violation("other_bytes", externalId + " " + id);
        }
        Set<String> ended = new HashSet<>();
        boolean good = true;
        for (Delivery delivery : history.deliveriesOf(id)) {
            good &= isEnded(delivery, entry);
            ended.add(delivery.destination());
        }
        return ended.equals(DESTINATIONS) ? good : violation("deliveries", id + " has " + ended);
    }

    private boolean isEnded(Delivery delivery, Ledger.Entry entry) {
        int number = 0;
        for (Attempt attempt : history.attempts(delivery.id())) {
            number++;
            if (attempt.number() != number) {
                violation("attempt_numbers", delivery.id() + " has a gap before " + attempt);
            }
        }
        return switch (delivery.state()) {
            case DeliveryState.Delivered _ -> {
                delivered++;
                everyAttemptIsRecorded(delivery, number);
                yield wasTaken(delivery, entry);
            }
            case DeliveryState.Dead _ -> {
                dead++;
                everyAttemptIsRecorded(delivery, number);
                yield true;
            }
            case DeliveryState.Due _,
                    DeliveryState.Leased _,
                    DeliveryState.Held _,
                    DeliveryState.Cancelled _ ->
                    violation("not_ended", delivery.toString());
        };
    }

    /// Each attempt is counted when it begins, and recorded when it ends or its lease does. One
    /// that is missing was under way when a result of another's was taken for the delivery's.
    private void everyAttemptIsRecorded(Delivery delivery, int recorded) {
        if (recorded != delivery.attempts()) {
            violation(
                    "attempts_not_recorded",
                    "%s began %d and has %d"
                            .formatted(delivery.id(), delivery.attempts(), recorded));
        }
    }

    private boolean wasTaken(Delivery delivery, Ledger.Entry entry) {
        MoodyReceiver.Receipt receipt =
                seen.get(
                        new MoodyReceiver.Key(
                                "/" + delivery.destination(), delivery.id().event().toString()));
        if (receipt == null || receipt.taken() == 0) {
            return violation("delivered_but_never_taken", delivery.toString());
        }
        if (!receipt.sha256().equals(entry.sha256())) {
            return violation("delivered_other_bytes", delivery.toString());
        }
        return true;
    }

    private void checkReceipt(MoodyReceiver.Key key, MoodyReceiver.Receipt receipt) {
        duplicates += Math.max(0, receipt.taken() - 1);
        if (receipt.bodiesDiffer()) {
            violation("bodies_differ", key.toString());
        }
        if (receipt.taken() > 1 && unexplained.test(key)) {
            violation("repeated_without_kill", key + " " + receipt);
        }
        if (EventId.parse(key.event()).isEmpty()) {
            violation("webhook_id", key.toString());
        }
    }

    /// Keeps the first ten of a kind in words.
    private boolean violation(String kind, String detail) {
        if (violationCounts.merge(kind, 1, Integer::sum) <= 10) {
            violations.add(kind + ": " + detail);
        }
        return false;
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    long acknowledged() {
        return acknowledged;
    }

    long lost() {
        return lost;
    }

    long duplicates() {
        return duplicates;
    }

    long delivered() {
        return delivered;
    }

    long dead() {
        return dead;
    }
}
