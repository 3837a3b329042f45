package dev.belay.store.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.delivery.Attempt;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.DeadNotices;
import dev.belay.delivery.DeliveryQueue.Notice;
import dev.belay.delivery.DeliveryQueue.Release;
import dev.belay.delivery.DeliveryQueue.Rescued;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.Settlement;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// A claim whose lease ended is taken back, on record, and not for ever.
interface RescueContract extends Contract {
    @Test
    default void a_lease_is_taken_back_when_it_ends_and_not_before() {
        Delivery claimed = stock().leased("agent");
        stock().advance(Stock.LEASE.minusMillis(1));
        assertThat(rescue(3, 10)).isEmpty();
        stock().advance(Duration.ofMillis(1));
        assertThat(rescue(3, 10)).containsExactly(new Rescued(claimed.id(), "agent", false));
        assertThat(rescue(3, 10)).isEmpty();
        assertThat(stock().stands(claimed.id()).state())
                .isEqualTo(new DeliveryState.Due(stock().now()));
        assertThat(stock().claim("agent", 1).getFirst().attempts()).isEqualTo(2);
    }

    @Test
    default void a_lost_lease_is_on_record_as_an_attempt() {
        stock().due("agent", stock().now());
        stock().advance(Duration.ofSeconds(20));
        Delivery claimed = stock().claim("agent", 1).getFirst();
        stock().advance(Stock.LEASE.plusSeconds(2));
        rescue(3, 10);
        reopen();
        assertThat(stock().ports().history().attempts(claimed.id()))
                .containsExactly(
                        new Attempt(
                                claimed.id(),
                                1,
                                stock().now().minus(Stock.LEASE).minusSeconds(2),
                                Stock.LEASE.plusSeconds(2),
                                new AttemptOutcome.LeaseLost(),
                                null));
    }

    @Test
    default void at_most_the_limit_is_taken_back_at_a_time() {
        List<DeliveryId> claimed =
                List.of(
                        stock().leased("agent").id(),
                        stock().leased("other").id(),
                        stock().leased("agent").id());
        stock().advance(Stock.LEASE);
        List<Rescued> first = rescue(3, 2);
        List<Rescued> second = rescue(3, 2);
        assertThat(first).hasSize(2);
        assertThat(second).hasSize(1);
        assertThat(List.of(first.getFirst(), first.getLast(), second.getFirst()))
                .extracting(Rescued::delivery)
                .containsExactlyInAnyOrderElementsOf(claimed);
    }

    @Test
    default void what_lost_its_lease_again_and_again_is_poison() {
        Delivery poison = stock().leased("agent");
        for (int i = 1; i <= 2; i++) {
            stock().advance(Stock.LEASE);
            assertThat(rescue(3, 10)).containsExactly(new Rescued(poison.id(), "agent", false));
            assertThat(stock().claim("agent", 1)).hasSize(1);
        }
        stock().advance(Stock.LEASE);
        assertThat(rescue(3, 10)).containsExactly(new Rescued(poison.id(), "agent", true));
        Delivery dead = stock().stands(poison.id());
        assertThat(dead.state())
                .isEqualTo(new DeliveryState.Dead(stock().now(), DeadReason.POISON));
        assertThat(dead.attempts()).isEqualTo(3);
        assertThat(stock().outcomes(poison.id()))
                .containsExactly("lease_lost", "lease_lost", "lease_lost");
        assertThat(stock().claim("agent", 1)).isEmpty();
    }

    @Test
    default void a_result_between_lost_leases_shows_that_it_is_no_poison() {
        Delivery delivery = stock().leased("agent");
        stock().advance(Stock.LEASE);
        rescue(2, 10);
        stock().settle(
                        stock().claim("agent", 1).getFirst(),
                        new Settlement.RetryAt(stock().now(), true));
        stock().claim("agent", 1);
        stock().advance(Stock.LEASE);
        assertThat(rescue(2, 10)).containsExactly(new Rescued(delivery.id(), "agent", false));
        stock().claim("agent", 1);
        stock().advance(Stock.LEASE);
        assertThat(rescue(2, 10)).containsExactly(new Rescued(delivery.id(), "agent", true));
    }

    @Test
    default void a_claim_given_back_untried_says_nothing_about_poison() {
        Delivery delivery = stock().leased("agent");
        stock().advance(Stock.LEASE);
        rescue(2, 10);
        Delivery claimed = stock().claim("agent", 1).getFirst();
        Release release = new Release(claimed.id(), Stock.token(claimed), stock().now());
        stock().ports().queue().release(List.of(release)).join();
        stock().claim("agent", 1);
        stock().advance(Stock.LEASE);
        assertThat(rescue(2, 10)).containsExactly(new Rescued(delivery.id(), "agent", true));
    }

    @Test
    default void only_what_is_leased_is_rescued() {
        Delivery due = stock().due("agent", stock().now());
        Delivery held = stock().held("agent");
        Delivery dead = stock().dead("agent", DeadReason.REFUSED);
        Delivery delivered = stock().delivered("agent");
        stock().advance(Duration.ofDays(365));
        assertThat(rescue(1, 10)).isEmpty();
        assertThat(List.of(due, held, dead, delivered))
                .allSatisfy(one -> assertThat(stock().stands(one.id())).isEqualTo(one));
    }

    @Test
    default void a_lease_that_was_shorter_than_an_older_one_is_found_all_the_same() {
        stock().leased("agent");
        rescue(3, 10);
        stock().due("agent", stock().now());
        Delivery brief =
                stock().ports()
                        .queue()
                        .claim("agent", 1, stock().now(), new Lease(7, stock().now().plusMillis(5)))
                        .join()
                        .getFirst();
        stock().advance(Duration.ofMillis(5));
        assertThat(rescue(3, 10)).containsExactly(new Rescued(brief.id(), "agent", false));
    }

    @Test
    default void what_is_told_of_poison_is_stored_with_it() {
        Delivery poison = stock().leased("agent");
        stock().advance(Stock.LEASE);
        Event notice = stock().event(Event.BUILT_IN_SOURCE, "delivery.dead", null, "{}");
        List<Delivery> told = new ArrayList<>();
        stock().ports()
                .queue()
                .rescue(
                        stock().now(),
                        1,
                        10,
                        (dead, reason) -> {
                            assertThat(reason).isEqualTo(DeadReason.POISON);
                            told.add(dead);
                            return List.of(
                                    new Notice(
                                            notice,
                                            List.of(
                                                    Stock.to(
                                                            "ops",
                                                            new DeliveryState.Due(
                                                                    stock().now())))));
                        })
                .join();
        assertThat(told).containsExactly(stock().stands(poison.id()));
        assertThat(stock().ports().history().event(notice.id())).contains(notice);
        assertThat(stock().claim("ops", 10)).hasSize(1);
    }

    @Test
    default void when_what_is_told_of_poison_cannot_be_stored_it_stays_claimed() {
        Delivery poison = stock().leased("agent");
        stock().advance(Stock.LEASE);
        Event taken = stock().ports().history().event(poison.id().event()).orElseThrow();
        CompletableFuture<List<Rescued>> refused =
                stock().ports()
                        .queue()
                        .rescue(
                                stock().now(),
                                1,
                                10,
                                (dead, reason) -> List.of(new Notice(taken, List.of())));
        assertThatThrownBy(refused::join).hasCauseInstanceOf(StoreFailure.class);
        assertThat(stock().stands(poison.id())).isEqualTo(poison);
        assertThat(rescue(1, 10)).containsExactly(new Rescued(poison.id(), "agent", true));
    }

    private List<Rescued> rescue(int poisonAfter, int limit) {
        return stock().ports()
                .queue()
                .rescue(stock().now(), poisonAfter, limit, DeadNotices.NONE)
                .join();
    }
}
