package dev.belay.system.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.delivery.Attempt;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.DeliveryQueue.Settle;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.Settlement;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.ingest.EventJournal.Append;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.signature.Headers;
import dev.belay.testkit.MemoryStore;
import dev.belay.testkit.SettableTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The audit must see each thing that must not be: one is planted at a time.
class KillAuditTest {
    private static final EventId ID = new EventId(4_242);
    private static final Body BODY = Body.of(new byte[] {1, 2, 3});
    private static final String SHA = Ledger.hex(BODY.sha256());

    private final SettableTime time = new SettableTime(Instant.parse("2026-01-01T00:00:00Z"));
    private final MemoryStore store = new MemoryStore(time);
    private final Map<String, Ledger.Entry> told = new HashMap<>();
    private final Map<MoodyReceiver.Key, MoodyReceiver.Receipt> seen = new HashMap<>();

    @Test
    void a_good_run_has_no_violation() {
        plantNothing();
        KillAudit audit = audit();
        assertThat(audit.violations()).isEmpty();
        assertThat(audit.acknowledged()).isEqualTo(1);
        assertThat(audit.delivered()).isEqualTo(2);
        assertThat(audit.lost()).isZero();
    }

    @Test
    void an_acknowledged_event_that_is_gone_is_lost() {
        plantNothing();
        told.put("gone", new Ledger.Entry(SHA, new EventId(5).toString(), 0));
        assertThat(lostBecause()).containsExactly("acknowledged_but_gone");
    }

    @Test
    void an_event_stored_under_two_ids_is_lost() {
        plantNothing();
        store(new EventId(4_243), "known", BODY, true);
        assertThat(lostBecause()).containsExactly("stored_twice");
    }

    @Test
    void another_id_than_the_acknowledged_one_is_lost() {
        plantNothing();
        told.put("known", new Ledger.Entry(SHA, new EventId(5).toString(), 0));
        assertThat(lostBecause()).containsExactly("other_id");
    }

    @Test
    void other_bytes_are_lost() {
        plantNothing();
        told.put("known", new Ledger.Entry("0000", ID.toString(), 0));
        assertThat(lostBecause()).containsExactly("other_bytes");
    }

    @Test
    void a_delivery_that_has_not_ended_is_lost() {
        store(ID, "known", BODY, false);
        plantTold();
        assertThat(lostBecause()).containsExactly("not_ended", "not_ended");
    }

    @Test
    void a_delivery_that_nobody_took_is_lost() {
        plantNothing();
        seen.remove(new MoodyReceiver.Key("/moody", ID.toString()));
        assertThat(lostBecause()).containsExactly("delivered_but_never_taken");
    }

    @Test
    void a_delivery_with_other_bytes_is_lost() {
        plantNothing();
        plantSeen("/moody", new MoodyReceiver.Receipt("0000", false, 1, 0, 0));
        assertThat(lostBecause()).containsExactly("delivered_other_bytes");
    }

    @Test
    void what_was_never_acknowledged_is_told() {
        plantNothing();
        told.put("pending", new Ledger.Entry(SHA, null, 3));
        assertThat(kinds(audit())).containsExactly("never_acknowledged");
    }

    @Test
    void what_was_never_sent_is_told() {
        plantNothing();
        told.clear();
        assertThat(kinds(audit())).containsExactly("stored_but_never_sent");
    }

    @Test
    void a_repetition_needs_a_kill() {
        plantNothing();
        plantSeen("/moody", new MoodyReceiver.Receipt(SHA, false, 2, 1, 0));
        assertThat(audit().violations()).isEmpty();
        assertThat(audit().duplicates()).isEqualTo(1);
        plantSeen("/moody", new MoodyReceiver.Receipt(SHA, false, 2, 0, 1));
        assertThat(kinds(audit())).containsExactly("repeated_without_kill");
    }

    @Test
    void a_repetition_has_the_same_bytes() {
        plantNothing();
        plantSeen("/steady", new MoodyReceiver.Receipt(SHA, true, 2, 1, 0));
        assertThat(kinds(audit())).containsExactly("bodies_differ");
    }

    private void plantNothing() {
        store(ID, "known", BODY, true);
        plantTold();
        plantSeen("/steady", new MoodyReceiver.Receipt(SHA, false, 1, 0, 0));
        plantSeen("/moody", new MoodyReceiver.Receipt(SHA, false, 1, 0, 0));
    }

    private void plantTold() {
        told.put("known", new Ledger.Entry(SHA, ID.toString(), 0));
    }

    private void plantSeen(String path, MoodyReceiver.Receipt receipt) {
        seen.put(new MoodyReceiver.Key(path, ID.toString()), receipt);
    }

    private void store(EventId id, String externalId, Body body, boolean settled) {
        Instant now = time.now();
        List<NewDelivery> deliveries = new ArrayList<>();
        for (String destination : List.of("steady", "moody")) {
            Lease lease = new Lease(id.value(), now.plus(Duration.ofMinutes(3)));
            deliveries.add(
                    new NewDelivery(
                            destination, destination, null, new DeliveryState.Leased(lease)));
        }
        Event event = new Event(id, "shop", null, externalId, now, Headers.empty(), body);
        Appended appended = store.append(new Append(event, null, now, deliveries)).join();
        if (settled && appended instanceof Appended.Stored(var stored)) {
            stored.forEach(
                    delivery -> {
                        Attempt attempt =
                                new Attempt(
                                        delivery.id(),
                                        1,
                                        now,
                                        Duration.ZERO,
                                        new AttemptOutcome.Acknowledged(200),
                                        null);
                        store.settle(
                                        new Settle(
                                                delivery,
                                                id.value(),
                                                attempt,
                                                new Settlement.Complete(),
                                                List.of()))
                                .join();
                    });
        }
    }

    private List<String> lostBecause() {
        KillAudit audit = audit();
        assertThat(audit.lost()).isEqualTo(1);
        return kinds(audit);
    }

    private static List<String> kinds(KillAudit audit) {
        return audit.violations().stream()
                .map(violation -> violation.substring(0, violation.indexOf(':')))
                .toList();
    }

    private KillAudit audit() {
        KillAudit audit = new KillAudit(told, seen, store, "shop");
        audit.run();
        return audit;
    }
}
