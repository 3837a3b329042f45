package dev.belay.store.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Settlement;
import dev.belay.event.Event;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.ingest.EventJournal.Appended;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// History goes when its time is over, and nothing undelivered ever does.
interface RetentionContract extends Contract {
    @Test
    default void a_delivered_event_goes_with_all_that_belongs_to_it_when_its_window_ends() {
        Delivery delivered = stock().delivered("agent");
        Instant finished = stock().now().plusMillis(7);
        stock().advance(Duration.ofDays(1));
        assertThat(purge(finished, Instant.EPOCH)).isZero();
        assertThat(purge(finished.plusMillis(1), Instant.EPOCH)).isEqualTo(1);
        assertThat(stock().ports().history().event(delivered.id().event())).isEmpty();
        assertThat(stock().ports().history().delivery(delivered.id())).isEmpty();
        assertThat(stock().ports().history().attempts(delivered.id())).isEmpty();
        assertThat(stock().ports().history().events(EventQuery.ALL, 9, null).items()).isEmpty();
        assertThat(stock().ports().history().deliveries(DeliveryQuery.ALL, 9, null).items())
                .isEmpty();
    }

    @Test
    default void dead_letters_have_a_window_of_their_own() {
        Delivery dead = stock().dead("agent", DeadReason.REFUSED);
        Delivery delivered = stock().delivered("agent");
        stock().advance(Duration.ofDays(1));
        assertThat(purge(stock().now(), Stock.START)).isEqualTo(1);
        assertThat(stock().stands(dead.id())).isEqualTo(dead);
        assertThat(stock().ports().history().event(delivered.id().event())).isEmpty();
        assertThat(purge(stock().now(), Stock.START.plusMillis(1))).isEqualTo(1);
        assertThat(stock().ports().history().delivery(dead.id())).isEmpty();
    }

    @Test
    default void an_event_stays_until_the_last_of_its_deliveries_may_go() {
        Event event = stock().event(null, "{}");
        List<Delivery> both =
                stock().store(
                                event,
                                Stock.to(
                                        "a",
                                        new DeliveryState.Dead(stock().now(), DeadReason.REFUSED)),
                                Stock.to("b", new DeliveryState.Leased(stock().lease())));
        stock().advance(Duration.ofMinutes(1));
        stock().settle(both.get(1), new Settlement.Complete());
        stock().advance(Duration.ofDays(1));
        assertThat(purge(Stock.START.plusMillis(1), Stock.START.plusMillis(1))).isZero();
        assertThat(stock().ports().history().deliveriesOf(event.id())).hasSize(2);
        assertThat(purge(stock().now(), stock().now())).isEqualTo(1);
    }

    @Test
    default void nothing_undelivered_is_removed_whatever_the_clock_says() {
        Instant now = stock().now();
        for (DeliveryState unfinished :
                List.of(
                        new DeliveryState.Due(now),
                        new DeliveryState.Due(now.plusSeconds(60)),
                        new DeliveryState.Leased(stock().lease()),
                        new DeliveryState.Held("order"))) {
            Event event = stock().event(null, "{}");
            Event mixed = stock().event(null, "{}");
            List<Delivery> alone = stock().store(event, Stock.to("a", unfinished));
            List<Delivery> beside =
                    stock().store(
                                    mixed,
                                    Stock.to("a", new DeliveryState.Delivered(now)),
                                    Stock.to("b", new DeliveryState.Dead(now, DeadReason.REFUSED)),
                                    Stock.to("c", unfinished));
            for (long days : List.of(-3_650L, 0L, 3_650L)) {
                Instant at = now.plus(Duration.ofDays(days));
                assertThat(stock().ports().history().purge(at, at, at, 1_000)).isZero();
            }
            assertThat(stock().ports().history().event(event.id())).contains(event);
            assertThat(stock().ports().history().event(mixed.id())).contains(mixed);
            assertThat(stock().ports().history().deliveriesOf(event.id())).isEqualTo(alone);
            assertThat(stock().ports().history().deliveriesOf(mixed.id())).isEqualTo(beside);
        }
    }

    @Test
    default void an_event_without_deliveries_goes_by_the_time_it_was_received() {
        Event event = stock().event(null, "{}");
        stock().store(event);
        stock().advance(Duration.ofDays(1));
        assertThat(purge(Stock.START, stock().now())).isZero();
        assertThat(purge(Stock.START.plusMillis(1), Instant.EPOCH)).isEqualTo(1);
        assertThat(stock().ports().history().event(event.id())).isEmpty();
    }

    @Test
    default void a_cancelled_delivery_goes_with_the_delivered_ones() {
        DeliveryState off = new DeliveryState.Cancelled(stock().now(), "by a person");
        stock().store(stock().event(null, "{}"), Stock.to("a", off));
        stock().advance(Duration.ofDays(1));
        assertThat(purge(Stock.START, stock().now())).isZero();
        assertThat(purge(stock().now(), Instant.EPOCH)).isEqualTo(1);
    }

    @Test
    default void a_key_outlives_its_event_until_its_own_time_is_over() {
        Event first = stock().event("paid-1", "one");
        stock().store(first);
        stock().advance(Duration.ofDays(1));
        assertThat(purge(stock().now(), stock().now())).isEqualTo(1);
        reopen();
        assertThat(append(stock().event("paid-1", "two")))
                .isEqualTo(new Appended.AlreadySeen(first.id(), true));
        stock().advance(Stock.KEY_KEPT);
        purge(stock().now(), stock().now());
        assertThat(append(stock().event("paid-1", "two"))).isInstanceOf(Appended.Stored.class);
    }

    @Test
    default void at_most_the_limit_goes_at_a_time() {
        for (int i = 0; i < 7; i++) {
            stock().delivered("agent");
        }
        Delivery due = stock().due("agent", stock().now());
        stock().advance(Duration.ofDays(1));
        Instant now = stock().now();
        assertThat(stock().ports().history().purge(now, now, now, 3)).isEqualTo(3);
        assertThat(stock().ports().history().events(EventQuery.ALL, 10, null).items()).hasSize(5);
        assertThat(stock().ports().history().purge(now, now, now, 3)).isEqualTo(3);
        assertThat(stock().ports().history().purge(now, now, now, 3)).isEqualTo(1);
        assertThat(stock().ports().history().purge(now, now, now, 3)).isZero();
        assertThat(stock().ports().history().deliveries(DeliveryQuery.ALL, 10, null).items())
                .containsExactly(due);
    }

    private Appended append(Event event) {
        return stock().ports().journal().append(Stock.append(event)).join();
    }

    private int purge(Instant deliveredBefore, Instant deadBefore) {
        return stock().ports().history().purge(deliveredBefore, deadBefore, stock().now(), 1_000);
    }
}
