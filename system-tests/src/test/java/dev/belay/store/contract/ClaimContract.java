package dev.belay.store.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.DeadNotices;
import dev.belay.delivery.DeliveryQueue.Notice;
import dev.belay.delivery.DeliveryQueue.Release;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.Settlement;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// What is due is found, claimed once, and can be given back or buried.
interface ClaimContract extends Contract {
    @Test
    default void nothing_is_claimed_before_it_is_due() {
        Delivery later = stock().due("agent", stock().now().plusMillis(500));
        stock().advance(Duration.ofMillis(499));
        assertThat(stock().claim("agent", 10)).isEmpty();
        stock().advance(Duration.ofMillis(1));
        assertThat(stock().claim("agent", 10)).extracting(Delivery::id).containsExactly(later.id());
    }

    @Test
    default void a_claim_takes_the_earliest_due_of_its_destination_up_to_the_limit() {
        Instant now = stock().now();
        Delivery third = stock().due("agent", now.minusMillis(1));
        Delivery first = stock().due("agent", now.minusMillis(3));
        Delivery sameTime = stock().due("agent", now.minusMillis(1));
        Delivery second = stock().due("agent", now.minusMillis(2));
        stock().due("other", now.minusMillis(9));
        assertThat(ids(stock().claim("agent", 3)))
                .containsExactly(first.id(), second.id(), third.id());
        assertThat(ids(stock().claim("agent", 3))).containsExactly(sameTime.id());
        assertThat(stock().claim("agent", 3)).isEmpty();
        assertThat(stock().claim("nobody", 3)).isEmpty();
    }

    @Test
    default void a_claim_gives_the_lease_and_counts_the_attempt_at_once() {
        Delivery due = stock().due("agent", stock().now());
        Lease lease = stock().lease();
        Delivery claimed =
                stock().ports().queue().claim("agent", 5, stock().now(), lease).join().getFirst();
        assertThat(claimed)
                .isEqualTo(
                        new Delivery(
                                due.id(),
                                "agent",
                                "to-agent",
                                due.createdAt(),
                                1,
                                0,
                                null,
                                new DeliveryState.Leased(lease)));
        assertThat(stock().stands(due.id())).isEqualTo(claimed);
    }

    @Test
    default void claims_at_once_share_out_what_is_due_and_nothing_is_claimed_twice()
            throws Exception {
        List<DeliveryId> due = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            due.add(stock().due("agent", stock().now()).id());
        }
        List<Callable<List<Delivery>>> claims = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Lease lease = stock().lease();
            Instant now = stock().now();
            claims.add(() -> stock().ports().queue().claim("agent", 7, now, lease).join());
        }
        List<Delivery> claimed = new ArrayList<>();
        try (ExecutorService nodes = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<Delivery>> answer : nodes.invokeAll(claims)) {
                claimed.addAll(answer.get());
            }
        }
        assertThat(ids(claimed)).containsExactlyInAnyOrderElementsOf(due);
        assertThat(claimed).allSatisfy(one -> assertThat(stock().stands(one.id())).isEqualTo(one));
    }

    @Test
    default void only_what_is_due_is_claimed() {
        stock().leased("agent");
        stock().held("agent");
        stock().dead("agent", DeadReason.REFUSED);
        stock().delivered("agent");
        stock().advance(Duration.ofDays(1));
        assertThat(stock().claim("agent", 10)).isEmpty();
    }

    @Test
    default void a_claim_given_back_untried_is_due_when_told_and_its_attempt_never_began() {
        stock().due("agent", stock().now());
        Delivery claimed = stock().claim("agent", 1).getFirst();
        Instant later = stock().now().plusSeconds(30);
        release(new Release(claimed.id(), Stock.token(claimed), later));

        Delivery released = stock().stands(claimed.id());
        assertThat(released.state()).isEqualTo(new DeliveryState.Due(later));
        assertThat(released.attempts()).isZero();
        assertThat(stock().ports().history().attempts(claimed.id())).isEmpty();
        assertThat(stock().claim("agent", 1)).isEmpty();
        stock().advance(Duration.ofSeconds(30));
        assertThat(stock().claim("agent", 1).getFirst().attempts()).isEqualTo(1);
    }

    @Test
    default void what_was_born_leased_can_be_given_back_too() {
        Delivery born = stock().leased("agent");
        release(new Release(born.id(), Stock.token(born), stock().now()));
        assertThat(stock().claim("agent", 1).getFirst().attempts()).isEqualTo(1);
    }

    @Test
    default void claims_that_are_no_longer_current_are_not_given_back() {
        Delivery mine = stock().leased("agent");
        Delivery lost = stock().leased("agent");
        Delivery done = stock().delivered("agent");
        DeliveryId unknown = new DeliveryId(stock().id(), 0);
        release(
                new Release(lost.id(), Stock.token(lost) + 1_000_000, stock().now()),
                new Release(done.id(), Stock.token(mine), stock().now()),
                new Release(unknown, 1, stock().now()),
                new Release(mine.id(), Stock.token(mine), stock().now()));
        assertThat(stock().stands(lost.id())).isEqualTo(lost);
        assertThat(stock().stands(done.id())).isEqualTo(done);
        assertThat(stock().stands(mine.id()).attempts()).isZero();
        release(new Release(mine.id(), Stock.token(mine), stock().now().plusSeconds(9)));
        assertThat(stock().stands(mine.id()).attempts()).isZero();
        assertThat(stock().stands(mine.id()).state())
                .isEqualTo(new DeliveryState.Due(stock().now()));
    }

    @Test
    default void the_next_due_time_is_the_earliest_of_each_destination() {
        Instant now = stock().now();
        assertThat(stock().ports().queue().nextDue()).isEmpty();
        stock().due("agent", now.plusSeconds(9));
        stock().due("agent", now.plusSeconds(2));
        stock().due("other", now.minusSeconds(5));
        stock().leased("busy");
        stock().held("held");
        stock().delivered("done");
        assertThat(stock().ports().queue().nextDue())
                .isEqualTo(Map.of("agent", now.plusSeconds(2), "other", now.minusSeconds(5)));
        Delivery claimed = stock().claim("other", 1).getFirst();
        assertThat(stock().ports().queue().nextDue()).containsOnlyKeys("agent");
        stock().settle(claimed, new Settlement.RetryAt(now.plusSeconds(1), true));
        reopen();
        assertThat(stock().ports().queue().nextDue())
                .isEqualTo(Map.of("agent", now.plusSeconds(2), "other", now.plusSeconds(1)));
    }

    @Test
    default void burying_makes_dead_letters_of_all_that_is_due_now_or_later() {
        Delivery now = stock().due("gone", stock().now());
        Delivery later = stock().due("gone", stock().now().plusSeconds(60));
        Delivery latest = stock().due("gone", stock().now().plusSeconds(90));
        Delivery leased = stock().leased("gone");
        Delivery held = stock().held("gone");
        Delivery other = stock().due("other", stock().now());
        assertThat(bury("gone", 2)).isEqualTo(2);
        assertThat(bury("gone", 2)).isEqualTo(1);
        assertThat(bury("gone", 2)).isZero();
        assertThat(bury("nobody", 2)).isZero();

        DeliveryState dead = new DeliveryState.Dead(stock().now(), DeadReason.DESTINATION_REMOVED);
        assertThat(List.of(now, later, latest))
                .allSatisfy(one -> assertThat(stock().stands(one.id()).state()).isEqualTo(dead));
        assertThat(List.of(leased, held, other))
                .allSatisfy(one -> assertThat(stock().stands(one.id())).isEqualTo(one));
        assertThat(stock().ports().history().attempts(now.id())).isEmpty();
        assertThat(stock().ports().queue().nextDue()).containsOnlyKeys("other");
    }

    @Test
    default void what_is_told_of_the_buried_is_stored_with_them() {
        Delivery gone = stock().due("gone", stock().now());
        Event notice = stock().event(Event.BUILT_IN_SOURCE, "delivery.dead", null, "{}");
        stock().ports()
                .queue()
                .bury(
                        "gone",
                        DeadReason.DESTINATION_REMOVED,
                        stock().now(),
                        10,
                        (dead, reason) -> {
                            assertThat(dead.id()).isEqualTo(gone.id());
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
        assertThat(stock().stands(gone.id()).state()).isInstanceOf(DeliveryState.Dead.class);
        assertThat(stock().ports().history().event(notice.id())).contains(notice);
        assertThat(stock().claim("ops", 10)).hasSize(1);
    }

    private int bury(String destination, int limit) {
        return stock().ports()
                .queue()
                .bury(
                        destination,
                        DeadReason.DESTINATION_REMOVED,
                        stock().now(),
                        limit,
                        DeadNotices.NONE)
                .join();
    }

    private void release(Release... releases) {
        stock().ports().queue().release(List.of(releases)).join();
    }

    private static List<DeliveryId> ids(List<Delivery> deliveries) {
        return deliveries.stream().map(Delivery::id).toList();
    }
}
