package dev.belay.system.simulation;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.Subscription;
import dev.belay.delivery.Delivery;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.testkit.MemoryStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Looks at what senders are answered.
final class AnswerAudit {
    private final Ledger ledger;
    private final MemoryStore memory;

    /// What the subscriptions were whenever a copy of the message came in.
    private final Map<String, Set<List<String>>> wanted = new HashMap<>();

    AnswerAudit(Ledger ledger, MemoryStore memory) {
        this.ledger = ledger;
        this.memory = memory;
    }

    /// A copy of the message comes in while this is declared.
    void received(Message message, Catalog declared) {
        List<String> names = new ArrayList<>();
        for (Subscription subscription : declared.subscriptionsTo(message.source())) {
            if (Plan.wants(subscription, message.type())) {
                names.add(subscription.name());
            }
        }
        wanted.computeIfAbsent(id(message), _ -> new HashSet<>()).add(names);
    }

    private static String id(Message message) {
        return message.source() + " " + message.externalId();
    }

    /// The sender was told that its message is kept.
    void accepted(Message message, EventId id) {
        ledger.acknowledged(id, message);
        Event event = memory.event(id).orElse(null);
        if (event == null) {
            ledger.require(
                    ledger.isRemoved(id),
                    Invariant.ACKNOWLEDGED_IS_STORED,
                    id,
                    "is acknowledged for %s and not in the store",
                    message);
            return;
        }
        ledger.require(
                message.isHonest(), Invariant.ONLY_GENUINE_IS_STORED, id, "holds %s", message);
        ledger.require(
                event.source().equals(message.source())
                        && message.externalId().equals(event.externalId()),
                Invariant.SAME_ANSWER,
                id,
                "is another event than %s",
                message);
        List<String> names = new ArrayList<>();
        for (Delivery delivery : memory.deliveriesOf(id)) {
            if (delivery.replayOf() == null && delivery.createdAt().equals(event.receivedAt())) {
                names.add(delivery.subscription());
            }
        }
        ledger.require(
                wanted.getOrDefault(id(message), Set.of()).contains(names),
                Invariant.ALL_DELIVERIES_ARE_STORED,
                id,
                "is acknowledged with deliveries for %s; wanted were %s",
                names,
                wanted.get(id(message)));
    }

    /// The sender was told that its own copy made the event.
    void stored(Message message, EventId id) {
        accepted(message, id);
        memory.event(id)
                .ifPresent(
                        event ->
                                ledger.require(
                                        event.body().equals(message.body()),
                                        Invariant.EXACT_BYTES,
                                        id,
                                        "is acknowledged with another body than %s sent",
                                        message));
    }

    /// The sender was told that its message was seen before.
    void seen(Message message, EventId first, boolean sameBody) {
        accepted(message, first);
        memory.event(first)
                .ifPresent(
                        event ->
                                ledger.require(
                                        event.body().equals(message.body()) == sameBody,
                                        Invariant.SAME_ANSWER,
                                        first,
                                        "is said to hold %s body as %s",
                                        sameBody ? "the same" : "another",
                                        message));
    }
}
