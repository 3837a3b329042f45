package dev.belay.store.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.DeadNotices;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.Settlement;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.history.HistoryIndex.Page;
import dev.belay.history.HistoryIndex.Stats;
import dev.belay.ingest.EventJournal.Redelivery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Deliveries are found by what is known of them, and counted.
interface DeliveryListContract extends Contract {
    @Test
    default void deliveries_are_listed_newest_event_first_finished_or_not() {
        Delivery due = stock().due("a", stock().now());
        Delivery dead = stock().dead("a", DeadReason.REFUSED);
        Event event = stock().event(null, "{}");
        List<Delivery> both =
                stock().store(
                                event,
                                Stock.to(
                                        "b",
                                        new DeliveryState.Dead(stock().now(), DeadReason.POISON)),
                                Stock.to("c", new DeliveryState.Held("order")));
        Delivery delivered = stock().delivered("a");
        assertThat(list(DeliveryQuery.ALL, 10))
                .containsExactly(delivered, both.get(1), both.get(0), dead, due);
        assertThat(stock().ports().history().deliveriesOf(event.id())).isEqualTo(both);
        assertThat(stock().ports().history().delivery(dead.id())).contains(dead);
        assertThat(stock().ports().history().delivery(new DeliveryId(event.id(), 2))).isEmpty();
    }

    @Test
    default void deliveries_are_found_by_status_reason_and_destination() {
        Delivery due = stock().due("a", stock().now());
        Delivery leased = stock().leased("b");
        Delivery held = stock().held("a");
        Delivery refused = stock().dead("a", DeadReason.REFUSED);
        Delivery poison = stock().dead("b", DeadReason.POISON);
        Delivery delivered = stock().delivered("b");
        DeliveryState off = new DeliveryState.Cancelled(stock().now(), "by a person");
        Delivery cancelled =
                stock().store(stock().event(null, "{}"), Stock.to("b", off)).getFirst();
        assertThat(find("due", null, null)).containsExactly(due);
        assertThat(find("leased", null, null)).containsExactly(leased);
        assertThat(find("held", null, null)).containsExactly(held);
        assertThat(find("dead", null, null)).containsExactly(poison, refused);
        assertThat(find("delivered", null, null)).containsExactly(delivered);
        assertThat(find("cancelled", null, null)).containsExactly(cancelled);
        assertThat(find("lost", null, null)).isEmpty();
        assertThat(find(null, "a", null)).containsExactly(refused, held, due);
        assertThat(find("dead", "b", null)).containsExactly(poison);
        assertThat(find(null, null, "refused")).containsExactly(refused);
        assertThat(find("dead", null, "poison")).containsExactly(poison);
        assertThat(find("due", null, "poison")).isEmpty();
        assertThat(find(null, "nobody", null)).isEmpty();
    }

    @Test
    default void deliveries_are_found_by_what_their_event_is() {
        Delivery paid = storeFor("shop", "order.paid");
        stock().advance(Duration.ofHours(1));
        Delivery sent = storeFor("shop", "order.sent");
        stock().advance(Duration.ofHours(1));
        Delivery bank = storeFor("bank", "order.paid");
        Instant second = sent.createdAt();
        assertThat(list(query("shop", null, null, null, null), 10)).containsExactly(sent, paid);
        assertThat(list(query(null, "order.paid", null, null, null), 10))
                .containsExactly(bank, paid);
        assertThat(list(query(null, null, sent.id().event(), null, null), 10))
                .containsExactly(sent);
        assertThat(list(query(null, null, stock().id(), null, null), 10)).isEmpty();
        assertThat(list(query(null, null, null, second, null), 10)).containsExactly(bank, sent);
        assertThat(list(query(null, null, null, null, second), 10)).containsExactly(paid);
        assertThat(list(query(null, null, null, second, second.plusMillis(1)), 10))
                .containsExactly(sent);
        assertThat(list(query(null, null, null, Instant.MIN, Instant.MAX), 10)).hasSize(3);
        assertThat(
                        list(
                                query(
                                        "bank",
                                        "order.paid",
                                        bank.id().event(),
                                        second,
                                        Instant.parse("2199-01-01T00:00:00Z")),
                                10))
                .containsExactly(bank);
    }

    @Test
    default void pages_hold_every_delivery_once_also_while_others_come_in_and_some_move_on() {
        List<DeliveryId> before = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            before.addFirst(stock().due("a", stock().now()).id());
            before.addFirst(stock().dead("a", DeadReason.REFUSED).id());
            before.addFirst(stock().leased("b").id());
        }
        Delivery oldest = stock().stands(before.getLast());
        NewDelivery again =
                new NewDelivery("a", "to-a", oldest.id(), new DeliveryState.Due(stock().now()));
        stock().ports()
                .journal()
                .replay(List.of(new Redelivery(oldest.id().event(), again)), stock().now())
                .join();
        before.add(before.size() - 1, new DeliveryId(oldest.id().event(), 1));
        List<DeliveryId> seen = new ArrayList<>();
        String cursor = null;
        do {
            Page<Delivery> page =
                    stock().ports().history().deliveries(DeliveryQuery.ALL, 2, cursor);
            page.items().forEach(delivery -> seen.add(delivery.id()));
            cursor = page.nextCursor();
            stock().dead("a", DeadReason.REFUSED);
            // From one table to the other, before or behind the cursor.
            stock().ports()
                    .queue()
                    .bury("a", DeadReason.DESTINATION_REMOVED, stock().now(), 1, DeadNotices.NONE)
                    .join();
        } while (cursor != null);
        assertThat(seen).isEqualTo(before);
    }

    @Test
    default void counts_say_how_many_stand_where_and_how_long_the_oldest_is_due() {
        assertThat(fresh()).isEqualTo(new Stats(0, List.of(), null));
        stock().due("a", stock().now().plusSeconds(30));
        stock().due("a", stock().now().minusSeconds(5));
        stock().due("b", stock().now());
        stock().leased("a");
        stock().held("a");
        stock().dead("b", DeadReason.REFUSED);
        stock().delivered("b");
        stock().delivered("b");
        stock().store(stock().event(null, "nowhere"));
        reopen();
        Stats stats = fresh();
        assertThat(stats.events()).isEqualTo(9);
        assertThat(stats.deliveries())
                .containsExactlyInAnyOrder(
                        new Stats.Count("a", "due", 2),
                        new Stats.Count("a", "leased", 1),
                        new Stats.Count("a", "held", 1),
                        new Stats.Count("b", "due", 1),
                        new Stats.Count("b", "dead", 1),
                        new Stats.Count("b", "delivered", 2));
        assertThat(stats.oldestDue()).isEqualTo(Duration.ofSeconds(5).plus(FRESH));
    }

    @Test
    default void counts_follow_every_change() {
        stock().due("a", stock().now());
        stock().due("a", stock().now());
        stock().leased("a");
        assertThat(counts()).containsExactlyInAnyOrder("due 2", "leased 1");
        List<Delivery> claimed = stock().claim("a", 1);
        assertThat(counts()).containsExactlyInAnyOrder("due 1", "leased 2");
        stock().settle(claimed.getFirst(), new Settlement.Complete());
        assertThat(counts()).containsExactlyInAnyOrder("due 1", "leased 1", "delivered 1");
        stock().advance(Stock.LEASE);
        stock().ports().queue().rescue(stock().now(), 3, 10, DeadNotices.NONE).join();
        assertThat(counts()).containsExactlyInAnyOrder("due 2", "delivered 1");
        stock().ports()
                .queue()
                .bury("a", DeadReason.REFUSED, stock().now(), 1, DeadNotices.NONE)
                .join();
        assertThat(counts()).containsExactlyInAnyOrder("due 1", "dead 1", "delivered 1");
        stock().advance(Duration.ofDays(1));
        stock().ports().history().purge(stock().now(), stock().now(), stock().now(), 10);
        assertThat(counts()).containsExactlyInAnyOrder("due 1");
        assertThat(fresh().events()).isEqualTo(1);
    }

    /// Counts may be as old as a second.
    Duration FRESH = Duration.ofMillis(1_001);

    private Stats fresh() {
        stock().advance(FRESH);
        return stock().ports().history().stats();
    }

    private List<String> counts() {
        return fresh().deliveries().stream().map(c -> c.status() + " " + c.count()).toList();
    }

    private Delivery storeFor(String source, String type) {
        Event event = stock().event(source, type, null, "{}");
        return stock().store(event, Stock.to("a", new DeliveryState.Due(stock().now()))).getFirst();
    }

    private List<Delivery> find(
            @Nullable String status, @Nullable String destination, @Nullable String reason) {
        return list(
                new DeliveryQuery(status, destination, null, null, null, reason, null, null), 2);
    }

    private static DeliveryQuery query(
            @Nullable String source,
            @Nullable String type,
            @Nullable EventId event,
            @Nullable Instant since,
            @Nullable Instant until) {
        return new DeliveryQuery(null, null, source, type, event, null, since, until);
    }

    private List<Delivery> list(DeliveryQuery query, int limit) {
        List<Delivery> found = new ArrayList<>();
        String cursor = null;
        do {
            Page<Delivery> page = stock().ports().history().deliveries(query, limit, cursor);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            found.addAll(page.items());
            cursor = page.nextCursor();
        } while (cursor != null);
        return found;
    }
}
