package dev.belay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.catalog.RetryPolicy;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.signal.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the dispatcher does when the store, the transport or the node lets it down.
class DispatcherFaultTest {
    private static final AttemptOutcome ERROR = new AttemptOutcome.Refused(500, null);

    private final World world = new World().with(World.destination("shop"));

    private DeadReason deadReason(DeliveryId id) {
        if (world.state(id) instanceof DeliveryState.Dead(_, DeadReason reason)) {
            return reason;
        }
        throw new AssertionError("not dead: " + world.state(id));
    }

    @Test
    void what_was_due_before_the_start_is_found() {
        DeliveryId id = world.lies("shop", 2, world.time.now().minusSeconds(900));
        DeliveryId later = world.lies("shop", 1, world.time.now().plusSeconds(100));
        world.transport.answer("shop", sending -> HandTransport.OK);
        world.pass(Duration.ofSeconds(5));
        assertThat(world.state(id)).isInstanceOf(DeliveryState.Delivered.class);
        assertThat(world.queue.row(id).attempts()).isEqualTo(3);
        world.pass(Duration.ofMillis(94_999));
        assertThat(world.state(later)).isInstanceOf(DeliveryState.Due.class);
        world.pass(Duration.ofMillis(17));
        assertThat(world.state(later)).isInstanceOf(DeliveryState.Delivered.class);
    }

    @Test
    void a_claim_whose_node_died_is_taken_up_when_its_lease_is_over() {
        Event event = world.event();
        Lease dead = new Lease(-1, world.time.now().plusSeconds(30));
        DeliveryId id =
                world.queue
                        .add(
                                event,
                                world.delivery(event, "shop", 1, new DeliveryState.Leased(dead)))
                        .id();
        world.transport.answer("shop", sending -> HandTransport.OK);
        world.pass(Duration.ofSeconds(29));
        assertThat(world.transport.sent).isEmpty();
        world.pass(Duration.ofSeconds(6));
        assertThat(world.state(id)).isInstanceOf(DeliveryState.Delivered.class);
        assertThat(world.heard(Signal.LeaseLost.class)).hasSize(1);
    }

    @Test
    void a_delivery_that_loses_its_lease_each_time_is_poison() {
        DeliveryId id = world.arrives("shop");
        world.pass(Duration.ofMinutes(20));
        assertThat(deadReason(id)).isEqualTo(DeadReason.POISON);
        assertThat(world.transport.sentTo("shop")).isEqualTo(3);
        assertThat(world.dispatcher.circuit("shop").inFlight()).isZero();
        assertThat(world.heard(Signal.DeadLettered.class)).hasSize(1);
    }

    @Test
    void lost_leases_do_not_lead_to_more_attempts_than_the_policy_allows() {
        world.with(
                World.destination("shop"),
                new RetryPolicy(1, Duration.ofSeconds(1), 2, Duration.ofSeconds(9), 0),
                null);
        DeliveryId id = world.lies("shop", 1, world.time.now());
        world.pass(Duration.ofSeconds(5));
        assertThat(deadReason(id)).isEqualTo(DeadReason.ATTEMPTS_EXHAUSTED);
        assertThat(world.transport.sent).isEmpty();
    }

    @Test
    void a_lease_too_short_for_an_attempt_is_given_back_untried() {
        world.queue.leaseCut = DispatcherLimits.DEFAULT.lease().minusSeconds(19);
        DeliveryId id = world.lies("shop", 0, world.time.now());
        world.dispatcher.noteDue("shop", world.time.now());
        assertThat(world.transport.sent).isEmpty();
        assertThat(world.queue.row(id).attempts()).isZero();
        assertThat(world.queue.releases).isEqualTo(1);
        world.queue.leaseCut = Duration.ZERO;
        world.pass(Duration.ofSeconds(1));
        assertThat(world.transport.open("shop")).hasSize(1);
        assertThat(world.queue.row(id).attempts()).isEqualTo(1);
    }

    @Test
    void what_waits_too_long_is_given_back_before_its_lease_ends() {
        world.with(World.limited("shop", 1, null));
        world.arrives("shop");
        DeliveryId second = world.arrives("shop");
        world.pass(Duration.ofSeconds(165));
        assertThat(world.queue.releases).isEqualTo(1);
        assertThat(world.queue.lost).doesNotContainKey(second);
    }

    @Test
    void a_result_that_comes_after_the_lease_was_taken_is_not_stored() {
        DeliveryId id = world.arrives("shop");
        HandTransport.Request slow = world.transport.open("shop").remove();
        world.queue.rows.put(
                id,
                world.delivery(
                        slow.sending().event(),
                        "shop",
                        2,
                        new DeliveryState.Leased(new Lease(-7, Instant.MAX))));
        slow.answers(HandTransport.OK);
        assertThat(world.state(id)).isInstanceOf(DeliveryState.Leased.class);
        assertThat(world.heard(Signal.Delivered.class)).isEmpty();
        assertThat(world.heard(Signal.LeaseLost.class)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = StoreFailure.Kind.class,
            names = {"FULL", "OVERLOADED", "UNAVAILABLE", "UNKNOWN"})
    void a_result_that_could_not_be_stored_is_kept_and_stored_later(StoreFailure.Kind kind) {
        world.queue.failure = kind;
        world.queue.failSettles = 5;
        world.transport.answer("shop", sending -> HandTransport.OK);
        DeliveryId id = world.arrives("shop");
        assertThat(world.heard(Signal.Delivered.class)).isEmpty();
        world.pass(Duration.ofSeconds(20));
        assertThat(world.state(id)).isInstanceOf(DeliveryState.Delivered.class);
        assertThat(world.transport.sentTo("shop")).isEqualTo(1);
        assertThat(world.heard(Signal.Delivered.class)).hasSize(1);
    }

    @Test
    void a_commit_of_unknown_outcome_that_was_made_counts_as_made() {
        world.queue.failure = StoreFailure.Kind.UNKNOWN;
        world.queue.failSettles = 1;
        world.queue.failAfterMaking = true;
        world.transport.answer(
                "shop", sending -> world.transport.sent.size() == 1 ? ERROR : HandTransport.OK);
        DeliveryId id = world.arrives("shop");
        world.pass(Duration.ofSeconds(3));
        assertThat(world.state(id)).isInstanceOf(DeliveryState.Delivered.class);
        assertThat(world.heard(Signal.Retrying.class)).hasSize(1);
        assertThat(world.heard(Signal.LeaseLost.class)).isEmpty();
    }

    @Test
    void a_result_that_cannot_be_stored_before_its_lease_ends_is_tried_again() {
        world.queue.failSettles = 40;
        world.transport.answer("shop", sending -> HandTransport.OK);
        DeliveryId id = world.arrives("shop");
        world.pass(Duration.ofMinutes(5));
        assertThat(world.state(id)).isInstanceOf(DeliveryState.Delivered.class);
        assertThat(world.transport.sentTo("shop")).isEqualTo(2);
        assertThat(world.queue.settles).isLessThan(60);
    }

    @Test
    void a_failed_claim_is_made_again() {
        world.queue.failClaims = 3;
        world.transport.answer("shop", sending -> HandTransport.OK);
        DeliveryId id = world.lies("shop", 1, world.time.now());
        world.dispatcher.noteDue("shop", world.time.now());
        world.pass(Duration.ofSeconds(2));
        assertThat(world.state(id)).isInstanceOf(DeliveryState.Delivered.class);
        assertThat(world.queue.claimLimits).hasSize(4);
    }

    @Test
    void a_missing_event_makes_a_dead_letter_and_an_unreadable_store_does_not() {
        DeliveryId missing = world.lies("shop", 0, world.time.now());
        DeliveryId unreadable = world.lies("shop", 0, world.time.now());
        world.queue.events.remove(missing.event());
        world.transport.answer("shop", sending -> HandTransport.OK);
        world.queue.failReads = 1;
        world.dispatcher.noteDue("shop", world.time.now());
        world.pass(Duration.ofSeconds(5));
        assertThat(deadReason(missing)).isEqualTo(DeadReason.INVALID);
        assertThat(world.state(unreadable)).isInstanceOf(DeliveryState.Delivered.class);
        assertThat(world.queue.row(unreadable).attempts()).isEqualTo(1);
        assertThat(world.dispatcher.circuit("shop").inFlight()).isZero();
    }

    @Test
    void a_transport_that_throws_is_a_failed_attempt() {
        world.transport.answer(
                "shop",
                sending -> {
                    throw new IllegalStateException("broken transport");
                });
        DeliveryId id = world.arrives("shop");
        assertThat(world.state(id)).isInstanceOf(DeliveryState.Due.class);
        assertThat(world.queue.attempts.get(id))
                .extracting(attempt -> attempt.outcome().word())
                .containsExactly("handler_failed");
    }

    @Test
    void deliveries_for_an_unknown_destination_stay_due_and_are_told_of_once() {
        DeliveryId id = world.lies("nowhere", 0, world.time.now());
        world.pass(Duration.ofMinutes(1));
        assertThat(world.state(id)).isInstanceOf(DeliveryState.Due.class);
        assertThat(world.heard(Signal.Trouble.class)).hasSize(1);
        world.transport.answer("nowhere", sending -> HandTransport.OK);
        world.with(World.destination("nowhere"));
        world.pass(Duration.ofSeconds(5));
        assertThat(world.state(id)).isInstanceOf(DeliveryState.Delivered.class);
    }

    @Test
    void bodies_beyond_the_budget_are_not_held_in_memory() {
        DispatcherLimits d = DispatcherLimits.DEFAULT;
        World small =
                new World(
                                new DispatcherLimits(
                                        d.lease(), 1024, 3, d.sweep(), 3, d.maxRetryAfter(), 100))
                        .with(World.destination("shop"));
        assertThat(small.dispatcher.firstState("shop", 4)).isInstanceOf(DeliveryState.Due.class);
        DeliveryId first = small.arrives("shop");
        DeliveryId second = small.arrives("shop");
        small.settle();
        assertThat(small.queue.reads).isEqualTo(1);
        assertThat(small.transport.open("shop")).hasSize(2);
        small.transport.open("shop").forEach(open -> open.answers(HandTransport.OK));
        assertThat(small.dispatcher.firstState("shop", 3)).isInstanceOf(DeliveryState.Leased.class);
        assertThat(small.state(first)).isInstanceOf(DeliveryState.Delivered.class);
        assertThat(small.state(second)).isInstanceOf(DeliveryState.Delivered.class);
    }

    @Test
    void notices_are_stored_with_the_settlement_and_go_out() {
        world.with(World.destination("alarm"));
        world.transport.answer("alarm", sending -> HandTransport.OK);
        world.transport.answer("shop", sending -> new AttemptOutcome.Refused(404, null));
        world.notices =
                happening -> {
                    Event event = world.event();
                    DeliveryState due = new DeliveryState.Due(world.time.now());
                    world.queue.add(event, world.delivery(event, "alarm", 0, due));
                    return List.of(
                            new DeliveryQueue.Notice(
                                    event, List.of(new NewDelivery("alarm", "alarm", null, due))));
                };
        world.arrives("shop");
        world.settle();
        assertThat(world.queue.notices).hasSize(1);
        assertThat(world.transport.sentTo("alarm")).isEqualTo(1);
    }

    @Test
    void listeners_and_notices_that_throw_do_no_harm() {
        world.notices =
                happening -> {
                    throw new IllegalStateException("broken notices");
                };
        world.transport.answer("shop", sending -> new AttemptOutcome.Refused(404, null));
        DeliveryId id = world.arrives("shop");
        assertThat(deadReason(id)).isEqualTo(DeadReason.REFUSED);
        assertThat(world.heard(Signal.Trouble.class)).hasSize(1);
    }

    @Test
    void draining_waits_for_what_is_under_way_and_gives_back_the_rest() {
        world.with(World.limited("shop", 2, null));
        for (int i = 0; i < 5; i++) {
            world.arrives("shop");
        }
        CompletableFuture<Void> drained = world.dispatcher.drain();
        assertThat(world.queue.count(DeliveryState.Due.class)).isEqualTo(3);
        assertThat(world.dispatcher.firstState("shop", 1)).isInstanceOf(DeliveryState.Due.class);
        assertThat(drained).isNotDone();
        world.transport.open("shop").remove().answers(HandTransport.OK);
        world.queue.failSettles = 1;
        world.transport.open("shop").remove().answers(HandTransport.OK);
        assertThat(drained).isNotDone();
        world.pass(Duration.ofSeconds(1));
        assertThat(drained).isCompleted();
        assertThat(world.transport.sentTo("shop")).isEqualTo(2);
        assertThat(world.queue.rows.values())
                .extracting(Delivery::attempts)
                .containsExactly(1, 1, 0, 0, 0);
        world.dispatcher.close();
    }

    @Test
    void what_was_read_while_the_circuit_opened_is_given_back_unsent() {
        List<Runnable> reading = new ArrayList<>();
        world.reads = reading::add;
        DeliveryId slow = world.lies("shop", 0, world.time.now());
        world.dispatcher.noteDue("shop", world.time.now());
        world.settle();
        world.transport.answer("shop", sending -> ERROR);
        for (int i = 0; i < 5; i++) {
            world.arrives("shop");
        }
        assertThat(world.dispatcher.circuit("shop").state()).isEqualTo("open");
        int sent = world.transport.sent.size();

        List.copyOf(reading).forEach(Runnable::run);

        assertThat(world.transport.sent).hasSize(sent);
        assertThat(world.state(slow)).isInstanceOf(DeliveryState.Due.class);
        assertThat(world.queue.row(slow).attempts()).isZero();
    }

    @Test
    void what_was_read_while_a_person_paused_the_destination_is_given_back_unsent() {
        List<Runnable> reading = new ArrayList<>();
        world.reads = reading::add;
        DeliveryId slow = world.lies("shop", 0, world.time.now());
        world.dispatcher.noteDue("shop", world.time.now());
        world.settle();
        world.dispatcher.standing("shop", new Standing(Standing.Mode.PAUSED, "by a person"));

        List.copyOf(reading).forEach(Runnable::run);

        assertThat(world.transport.sent).isEmpty();
        assertThat(world.state(slow)).isInstanceOf(DeliveryState.Due.class);
    }

    @Test
    void what_is_never_sent_says_nothing_of_the_destination() {
        RetryPolicy once = new RetryPolicy(1, Duration.ZERO, 1, Duration.ZERO, 0);
        world.with(World.destination("shop"), once, null);
        List<DeliveryId> lost = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            lost.add(world.lies("shop", 1, world.time.now()));
        }

        world.pass(Duration.ofSeconds(5));

        assertThat(lost).allMatch(id -> deadReason(id) == DeadReason.ATTEMPTS_EXHAUSTED);
        assertThat(world.dispatcher.circuit("shop").state()).isEqualTo("closed");
        assertThat(world.dispatcher.circuit("shop").failures()).isZero();
    }

    @Test
    void what_comes_back_after_its_destination_was_removed_is_buried_too() {
        DeliveryId silent = world.arrives("shop");
        world.without("shop");
        assertThat(world.dispatcher.bury("shop", DeadReason.DESTINATION_REMOVED))
                .isCompletedWithValue(0);

        world.pass(Duration.ofMinutes(4));

        assertThat(deadReason(silent)).isEqualTo(DeadReason.DESTINATION_REMOVED);
    }

    @Test
    void what_waits_for_a_destination_that_was_never_declared_is_buried_on_request() {
        DeliveryId stray = world.lies("nowhere", 0, world.time.now());
        world.pass(Duration.ofMinutes(1));
        assertThat(world.state(stray)).isInstanceOf(DeliveryState.Due.class);

        world.dispatcher.buryUndeclared(DeadReason.DESTINATION_REMOVED);
        world.pass(Duration.ofSeconds(5));

        assertThat(deadReason(stray)).isEqualTo(DeadReason.DESTINATION_REMOVED);
    }

    @Test
    void a_destination_that_is_declared_again_is_not_buried() {
        world.without("shop");
        assertThat(world.dispatcher.bury("shop", DeadReason.DESTINATION_REMOVED))
                .isCompletedWithValue(0);
        world.with(World.destination("shop"));
        world.transport.answer("shop", sending -> HandTransport.OK);
        DeliveryId id = world.lies("shop", 0, world.time.now());

        world.pass(Duration.ofSeconds(5));

        assertThat(world.state(id)).isInstanceOf(DeliveryState.Delivered.class);
    }

    @Test
    void a_burial_that_is_held_up_spares_a_destination_that_was_declared_again_meanwhile() {
        world.with(World.limited("shop", 1, null));
        world.arrives("shop");
        DeliveryId waiting = world.arrives("shop");
        world.queue.failReleases = 1;
        world.without("shop");
        var buried = world.dispatcher.bury("shop", DeadReason.DESTINATION_REMOVED);
        world.with(World.limited("shop", 1, null));

        world.pass(Duration.ofSeconds(5));

        assertThat(buried).isCompletedWithValue(0);
        assertThat(world.state(waiting)).isNotInstanceOf(DeliveryState.Dead.class);
    }
}
