package dev.belay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.CatalogStore;
import dev.belay.catalog.Destination;
import dev.belay.catalog.EventValidation;
import dev.belay.catalog.RateLimit;
import dev.belay.catalog.RetryPolicy;
import dev.belay.event.DeliveryId;
import dev.belay.signal.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    private static final AttemptOutcome ERROR = new AttemptOutcome.Refused(500, null);

    private final World world = new World().with(World.destination("shop"));

    private void shopAnswers(AttemptOutcome outcome) {
        world.transport.answer("shop", sending -> outcome);
    }

    @Test
    void a_new_delivery_goes_out_at_once_from_memory() {
        shopAnswers(HandTransport.OK);
        DeliveryId id = world.arrives("shop");
        assertThat(world.state(id)).isInstanceOf(DeliveryState.Delivered.class);
        assertThat(world.queue.reads).isZero();
        assertThat(world.queue.claimLimits).isEmpty();
        assertThat(world.heard(Signal.Delivered.class)).hasSize(1);
    }

    @Test
    void a_hanging_destination_delays_nobody_else() {
        world.with(World.destination("other"));
        for (int i = 0; i < 100; i++) {
            world.arrives("shop");
        }
        world.transport.answer("other", sending -> HandTransport.OK);
        DeliveryId other = world.arrives("other");
        assertThat(world.transport.open("shop")).hasSize(32);
        assertThat(world.state(other)).isInstanceOf(DeliveryState.Delivered.class);
    }

    @Test
    void concurrency_is_never_exceeded_and_every_place_is_used() {
        world.with(World.limited("shop", 3, null));
        for (int i = 0; i < 20; i++) {
            world.arrives("shop");
        }
        for (int left = 20; left > 0; left--) {
            assertThat(world.transport.open("shop")).hasSize(Math.min(3, left));
            world.transport.open("shop").remove().answers(HandTransport.OK);
        }
        assertThat(world.queue.count(DeliveryState.Delivered.class)).isEqualTo(20);
    }

    @Test
    void an_open_circuit_sends_nothing_and_spends_no_attempt() {
        shopAnswers(ERROR);
        for (int i = 0; i < 5; i++) {
            world.arrives("shop");
        }
        assertThat(world.dispatcher.circuit("shop").state()).isEqualTo("open");
        DeliveryId late = world.arrives("shop");
        world.pass(Duration.ofMillis(59_999));
        assertThat(world.transport.sentTo("shop")).isEqualTo(5);
        assertThat(world.queue.row(late).attempts()).isZero();
        assertThat(world.queue.claimLimits).isEmpty();
        shopAnswers(HandTransport.OK);
        world.pass(Duration.ofSeconds(20));
        assertThat(world.queue.count(DeliveryState.Delivered.class)).isEqualTo(6);
    }

    @Test
    void what_waits_when_the_circuit_opens_is_given_back() {
        for (int i = 0; i < 50; i++) {
            world.arrives("shop");
        }
        for (int i = 0; i < 5; i++) {
            world.transport.open("shop").remove().answers(ERROR);
        }
        world.settle();
        assertThat(world.dispatcher.circuit("shop").waiting()).isZero();
        // 32 went out at first, and each of the four failures before the last let one more go.
        assertThat(world.queue.releases).isEqualTo(50 - 36);
        assertThat(world.transport.sentTo("shop")).isEqualTo(36);
    }

    @Test
    void exactly_one_probe_goes_out_when_the_reset_time_is_over() {
        shopAnswers(ERROR);
        for (int i = 0; i < 30; i++) {
            world.arrives("shop");
        }
        world.transport.hang("shop");
        world.pass(Duration.ofSeconds(70));
        assertThat(world.transport.open("shop")).hasSize(1);
        assertThat(world.dispatcher.circuit("shop").state()).isEqualTo("half_open");
        world.transport.open("shop").remove().answers(ERROR);
        assertThat(world.dispatcher.circuit("shop").state()).isEqualTo("open");
        world.pass(Duration.ofSeconds(59));
        assertThat(world.transport.open("shop")).isEmpty();
    }

    @Test
    void a_probe_that_never_answers_does_not_leave_the_circuit_half_open() {
        shopAnswers(ERROR);
        for (int i = 0; i < 5; i++) {
            world.arrives("shop");
        }
        world.transport.hang("shop");
        world.pass(Duration.ofSeconds(60));
        assertThat(world.transport.open("shop")).hasSize(1);
        shopAnswers(HandTransport.OK);
        world.pass(Duration.ofMinutes(6));
        assertThat(world.dispatcher.circuit("shop").state()).isEqualTo("closed");
        assertThat(world.queue.count(DeliveryState.Delivered.class)).isEqualTo(5);
        assertThat(world.heard(Signal.LeaseLost.class)).hasSize(1);
    }

    @Test
    void after_recovery_few_requests_go_out_in_the_first_second() {
        shopAnswers(ERROR);
        for (int i = 0; i < 2_000; i++) {
            world.arrives("shop");
        }
        shopAnswers(HandTransport.OK);
        world.pass(Duration.ofMillis(59_999));
        assertThat(world.transport.sentTo("shop")).isEqualTo(5);
        world.pass(Duration.ofSeconds(1));
        assertThat(world.transport.sentTo("shop")).isBetween(7L, 5 + 1 + 8L);
        world.pass(Duration.ofSeconds(30));
        assertThat(world.queue.count(DeliveryState.Delivered.class)).isEqualTo(2_000);
    }

    @Test
    void a_retry_is_never_early_and_hardly_late() {
        List<Instant> sentAt = new ArrayList<>();
        List<Instant> dueAt = new ArrayList<>();
        world.transport.answer(
                "shop",
                sending -> {
                    sentAt.add(world.time.now());
                    return sentAt.size() < 4 ? ERROR : HandTransport.OK;
                });
        DeliveryId id = world.arrives("shop");
        while (world.state(id) instanceof DeliveryState.Due(Instant at)) {
            dueAt.add(at);
            world.pass(Duration.between(world.time.now(), at).plusMillis(16));
        }
        assertThat(sentAt).hasSize(4);
        assertThat(dueAt).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(Duration.between(dueAt.get(i), sentAt.get(i + 1)))
                    .isBetween(Duration.ZERO, Duration.ofMillis(16));
            assertThat(Duration.between(sentAt.get(i), dueAt.get(i)))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(2L << i));
        }
        assertThat(world.queue.row(id).attempts()).isEqualTo(4);
        assertThat(world.queue.attempts.get(id))
                .extracting(Attempt::number)
                .containsExactly(1, 2, 3, 4);
    }

    @Test
    void attempts_end_with_the_policy() {
        shopAnswers(ERROR);
        DeliveryId id = world.arrives("shop");
        world.pass(Duration.ofMinutes(30));
        assertThat(world.state(id))
                .isInstanceOfSatisfying(
                        DeliveryState.Dead.class,
                        dead -> assertThat(dead.reason()).isEqualTo(DeadReason.ATTEMPTS_EXHAUSTED));
        assertThat(world.transport.sentTo("shop")).isEqualTo(5);
        assertThat(world.happenings).anyMatch(h -> h instanceof Notices.Happening.DeliveryDead);
    }

    @Test
    void gone_disables_the_destination_for_good() {
        shopAnswers(new AttemptOutcome.Refused(410, null));
        DeliveryId gone = world.arrives("shop");
        DeliveryId after = world.arrives("shop");
        world.pass(Duration.ofMinutes(10));
        assertThat(world.state(gone)).isInstanceOf(DeliveryState.Dead.class);
        assertThat(world.state(after)).isInstanceOf(DeliveryState.Due.class);
        assertThat(world.transport.sentTo("shop")).isEqualTo(1);
        assertThat(world.standings)
                .extractingByKey("shop")
                .extracting(CatalogStore.Standing::mode)
                .isEqualTo(CatalogStore.Standing.Mode.DISABLED);
        assertThat(world.heard(Signal.DestinationDisabled.class)).hasSize(1);
        assertThat(world.happenings)
                .anyMatch(h -> h instanceof Notices.Happening.DestinationDisabled);
        shopAnswers(HandTransport.OK);
        world.dispatcher.standing("shop", CatalogStore.Standing.ACTIVE);
        world.settle();
        assertThat(world.state(after)).isInstanceOf(DeliveryState.Delivered.class);
    }

    @Test
    void standings_are_taken_over_as_they_are_stored_and_whoever_is_not_among_them_is_active() {
        shopAnswers(HandTransport.OK);
        world.with(World.destination("other"));
        world.transport.answer("other", sending -> HandTransport.OK);
        CatalogStore.Standing paused =
                new CatalogStore.Standing(CatalogStore.Standing.Mode.PAUSED, "");
        world.dispatcher.standings(Map.of("shop", paused));
        DeliveryId waits = world.arrives("shop");
        assertThat(world.state(waits)).isInstanceOf(DeliveryState.Due.class);

        world.dispatcher.standings(Map.of("other", paused));
        world.settle();
        assertThat(world.state(waits)).isInstanceOf(DeliveryState.Delivered.class);
        assertThat(world.state(world.arrives("other"))).isInstanceOf(DeliveryState.Due.class);
    }

    @Test
    void a_destination_that_is_just_being_disabled_is_not_taken_for_active() {
        shopAnswers(new AttemptOutcome.Refused(410, null));
        List<Runnable> reads = new ArrayList<>();
        world.reads = reads::add;
        world.arrives("shop");
        shopAnswers(HandTransport.OK);
        world.dispatcher.standings(Map.of());
        DeliveryId waits = world.arrives("shop");
        assertThat(world.state(waits)).isInstanceOf(DeliveryState.Due.class);

        world.reads = Runnable::run;
        reads.forEach(Runnable::run);
        assertThat(world.standings).containsKey("shop");
        world.dispatcher.standings(world.standings);
        world.settle();
        assertThat(world.state(waits)).isInstanceOf(DeliveryState.Due.class);
        // Somebody has resumed it on another node.
        world.dispatcher.standings(Map.of());
        world.settle();
        assertThat(world.state(waits)).isInstanceOf(DeliveryState.Delivered.class);
    }

    @Test
    void a_destination_that_was_declared_again_is_not_buried_when_it_is_missing_later() {
        world.without("shop");
        assertThat(world.dispatcher.bury("shop", DeadReason.DESTINATION_REMOVED)).isCompleted();
        world.with(World.destination("shop"));
        world.dispatcher.declared("shop");
        world.without("shop");
        DeliveryId waits = world.lies("shop", 0, world.time.now());
        world.pass(Duration.ofSeconds(11));
        assertThat(world.state(waits)).isInstanceOf(DeliveryState.Due.class);
    }

    @Test
    void other_nodes_are_told_of_what_is_given_back_now() {
        world.with(World.limited("shop", 1, null));
        world.arrives("shop");
        DeliveryId waits = world.arrives("shop");
        assertThat(world.published).isEmpty();
        CompletableFuture<Void> _ = world.dispatcher.drain();
        assertThat(world.state(waits)).isInstanceOf(DeliveryState.Due.class);
        assertThat(world.published).containsExactly(new Wakeup.WorkDue("shop"));
    }

    @Test
    void retry_after_pauses_the_destination() {
        shopAnswers(new AttemptOutcome.Refused(429, Duration.ofSeconds(30)));
        DeliveryId first = world.arrives("shop");
        shopAnswers(HandTransport.OK);
        DeliveryId second = world.arrives("shop");
        world.pass(Duration.ofMillis(29_999));
        assertThat(world.transport.sentTo("shop")).isEqualTo(1);
        world.pass(Duration.ofMillis(20));
        assertThat(world.state(first)).isInstanceOf(DeliveryState.Delivered.class);
        assertThat(world.state(second)).isInstanceOf(DeliveryState.Delivered.class);
        assertThat(world.queue.row(first).counted()).isEqualTo(1);
        assertThat(world.queue.row(second).attempts()).isEqualTo(1);
    }

    @Test
    void a_paused_destination_gives_back_what_waits_and_goes_on_when_resumed() {
        world.with(World.limited("shop", 1, null));
        for (int i = 0; i < 10; i++) {
            world.arrives("shop");
        }
        world.dispatcher.standing(
                "shop", new CatalogStore.Standing(CatalogStore.Standing.Mode.PAUSED, "moving"));
        world.transport.open("shop").remove().answers(HandTransport.OK);
        world.pass(Duration.ofMinutes(20));
        assertThat(world.queue.count(DeliveryState.Due.class)).isEqualTo(9);
        assertThat(world.transport.sentTo("shop")).isEqualTo(1);
        shopAnswers(HandTransport.OK);
        world.dispatcher.standing("shop", CatalogStore.Standing.ACTIVE);
        world.settle();
        assertThat(world.queue.count(DeliveryState.Delivered.class)).isEqualTo(10);
    }

    @Test
    void the_rate_is_kept_and_new_ones_and_retries_take_turns() {
        world.with(World.limited("shop", 32, new RateLimit(1, 1)));
        shopAnswers(HandTransport.OK);
        for (int i = 0; i < 10; i++) {
            world.lies("shop", 3, world.time.now().minusSeconds(60));
        }
        world.pass(Duration.ofSeconds(5));
        world.transport.sent.clear();
        for (int i = 0; i < 10; i++) {
            world.arrives("shop");
        }
        world.pass(Duration.ofSeconds(8));
        assertThat(world.transport.sent).hasSize(8);
        assertThat(world.transport.sent.stream().filter(s -> s.delivery().attempts() == 1).count())
                .isEqualTo(4);
    }

    @Test
    void what_the_subscription_demands_is_checked_before_sending() {
        EventValidation demands = new EventValidation(List.of("/id"), null);
        world.with(World.destination("shop"), RetryPolicy.DEFAULT, demands);
        DeliveryId id = world.arrives("shop");
        assertThat(world.state(id))
                .isInstanceOfSatisfying(
                        DeliveryState.Dead.class,
                        dead -> assertThat(dead.reason()).isEqualTo(DeadReason.INVALID));
        assertThat(world.transport.sent).isEmpty();
    }

    @Test
    void what_waits_for_a_removed_destination_is_buried() {
        world.with(World.limited("shop", 1, null));
        for (int i = 0; i < 2_500; i++) {
            world.arrives("shop");
        }
        world.without("shop");
        assertThat(world.dispatcher.bury("shop", DeadReason.DESTINATION_REMOVED))
                .isCompletedWithValue(2_499);
        world.transport.open("shop").remove().answers(ERROR);
        assertThat(world.queue.count(DeliveryState.Dead.class)).isEqualTo(2_500);
    }

    @Test
    void instant_answers_do_not_grow_the_stack() {
        world.with(
                new Destination.Handler(
                        "shop",
                        Duration.ofSeconds(10),
                        1,
                        null,
                        dev.belay.catalog.BreakerPolicy.DEFAULT));
        for (int i = 0; i < 20_000; i++) {
            world.lies("shop", 0, world.time.now());
        }
        List<Integer> depths = new ArrayList<>();
        world.transport.answer(
                "shop",
                sending -> {
                    if (sending.delivery().id().event().value() % 1_000 == 1) {
                        depths.add(new Throwable().getStackTrace().length);
                    }
                    return HandTransport.OK;
                });
        world.dispatcher.noteDue("shop", world.time.now());
        world.settle();
        assertThat(world.queue.count(DeliveryState.Delivered.class)).isEqualTo(20_000);
        assertThat(depths.stream().mapToInt(i -> i).max().orElseThrow())
                .isLessThan(depths.getFirst() + 50);
    }
}
