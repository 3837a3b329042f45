package dev.belay.store.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.delivery.Attempt;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.AttemptOutcome.Trouble;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.DeadNotices;
import dev.belay.delivery.DeliveryQueue.Notice;
import dev.belay.delivery.DeliveryQueue.Release;
import dev.belay.delivery.DeliveryQueue.Settle;
import dev.belay.delivery.DeliveryQueue.SettleResult;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Settlement;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.Body;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.signature.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A result is stored with all that follows, once, and only under the current token.
interface SettleContract extends Contract {
    @Test
    default void a_completed_delivery_is_delivered_when_its_attempt_ended() {
        Delivery claimed = stock().leased("agent");
        Settle settle = stock().settlementOf(claimed, new Settlement.Complete());
        assertThat(stock().ports().queue().settle(settle).join()).isEqualTo(SettleResult.SETTLED);
        Instant ended = settle.attempt().startedAt().plus(settle.attempt().duration());
        reopen();
        assertThat(stock().stands(claimed.id()))
                .isEqualTo(in(claimed, 0, new DeliveryState.Delivered(ended)));
        assertThat(stock().ports().history().attempts(claimed.id()))
                .containsExactly(settle.attempt());
    }

    @Test
    default void a_retry_is_due_at_its_time_and_counts() {
        Delivery first = stock().leased("agent");
        Instant at = stock().now().plusSeconds(10);
        assertThat(stock().settle(first, new Settlement.RetryAt(at, true)))
                .isEqualTo(SettleResult.SETTLED);
        assertThat(stock().stands(first.id())).isEqualTo(in(first, 0, new DeliveryState.Due(at)));
        assertThat(stock().claim("agent", 1)).isEmpty();
        stock().advance(Duration.ofSeconds(10));
        Delivery second = stock().claim("agent", 1).getFirst();
        assertThat(second.attempts()).isEqualTo(2);
        assertThat(second.counted()).isEqualTo(2);
    }

    @Test
    default void a_retry_that_the_destination_asked_for_does_not_count() {
        Delivery first = stock().leased("agent");
        stock().settle(first, new Settlement.RetryAt(stock().now(), false));
        Delivery second = stock().claim("agent", 1).getFirst();
        assertThat(second.attempts()).isEqualTo(2);
        assertThat(second.throttled()).isEqualTo(1);
        stock().settle(second, new Settlement.Complete());
        assertThat(stock().stands(first.id()).throttled()).isEqualTo(1);
        assertThat(stock().stands(first.id()).attempts()).isEqualTo(2);
    }

    @Test
    default void a_delivery_given_up_is_a_dead_letter_for_every_reason() {
        for (DeadReason reason : DeadReason.values()) {
            Delivery claimed = stock().leased("agent");
            stock().settle(claimed, new Settlement.GiveUp(reason));
            DeliveryState dead = new DeliveryState.Dead(stock().now().plusMillis(7), reason);
            assertThat(stock().stands(claimed.id())).isEqualTo(in(claimed, 0, dead));
        }
    }

    @Test
    default void attempts_are_kept_whole_in_the_order_of_their_numbers() {
        List<AttemptOutcome> outcomes =
                new ArrayList<>(
                        List.of(
                                new AttemptOutcome.Refused(503, null),
                                new AttemptOutcome.Refused(429, Duration.ofMillis(1_500)),
                                new AttemptOutcome.TimedOut(),
                                new AttemptOutcome.Threw("Boom: \"ü\""),
                                new AttemptOutcome.Invalid("no field"),
                                new AttemptOutcome.LeaseLost()));
        Stream.of(Trouble.values()).map(AttemptOutcome.Unreachable::new).forEach(outcomes::add);
        outcomes.add(new AttemptOutcome.Acknowledged(204));

        List<Attempt.@Nullable Response> responses = new ArrayList<>();
        responses.add(null);
        responses.add(new Attempt.Response(Headers.empty(), Body.of(new byte[0]), false));
        responses.add(
                new Attempt.Response(
                        Headers.of("set-cookie", "a", "Set-Cookie", "é"),
                        Body.of(new byte[Attempt.Response.MAX_BODY_BYTES]),
                        true));

        Delivery claimed = stock().leased("agent");
        List<Attempt> made = new ArrayList<>();
        for (AttemptOutcome outcome : outcomes) {
            Attempt attempt =
                    new Attempt(
                            claimed.id(),
                            claimed.attempts(),
                            stock().now(),
                            Duration.ofNanos(1_234_567),
                            outcome,
                            responses.get(made.size() % responses.size()));
            made.add(attempt);
            Settlement next = new Settlement.RetryAt(stock().now(), true);
            settle(claimed, attempt, next, List.of());
            claimed = stock().claim("agent", 1).getFirst();
        }
        reopen();
        assertThat(stock().ports().history().attempts(claimed.id())).isEqualTo(made);
        assertThat(made).extracting(Attempt::number).isSorted().doesNotHaveDuplicates();
    }

    @Test
    default void the_attempts_of_nothing_are_none() {
        assertThat(stock().ports().history().attempts(new DeliveryId(stock().id(), 0))).isEmpty();
    }

    @Test
    default void a_result_under_an_older_token_changes_nothing() {
        Delivery old = stock().leased("agent");
        stock().ports()
                .queue()
                .release(List.of(new Release(old.id(), Stock.token(old), stock().now())))
                .join();
        assertFenced(old);
        Delivery current = stock().claim("agent", 1).getFirst();
        assertFenced(old);
        assertThat(stock().settle(current, new Settlement.Complete()))
                .isEqualTo(SettleResult.SETTLED);
    }

    @Test
    default void a_second_result_under_the_same_token_changes_nothing() {
        Delivery retried = stock().leased("agent");
        stock().settle(retried, new Settlement.RetryAt(stock().now().plusSeconds(1), true));
        assertFenced(retried);
        Delivery done = stock().leased("agent");
        stock().settle(done, new Settlement.Complete());
        assertFenced(done);
        Delivery dead = stock().leased("agent");
        stock().settle(dead, new Settlement.GiveUp(DeadReason.REFUSED));
        assertFenced(dead);
    }

    @Test
    default void a_result_after_the_lease_was_taken_back_changes_nothing() {
        Delivery slow = stock().leased("agent");
        stock().advance(Stock.LEASE);
        stock().ports().queue().rescue(stock().now(), 3, 10, DeadNotices.NONE).join();
        assertFenced(slow);
    }

    @Test
    default void a_result_of_nothing_known_changes_nothing() {
        Delivery known = stock().leased("agent");
        Delivery unknown =
                new Delivery(
                        new DeliveryId(stock().id(), 3),
                        "agent",
                        "to-agent",
                        stock().now(),
                        1,
                        0,
                        null,
                        known.state());
        assertThat(stock().settle(unknown, new Settlement.Complete()))
                .isEqualTo(SettleResult.FENCED);
        assertThat(stock().ports().history().delivery(unknown.id())).isEmpty();
        assertThat(stock().ports().history().attempts(unknown.id())).isEmpty();
    }

    @Test
    default void notices_are_stored_with_the_result_and_are_delivered_like_events() {
        Delivery claimed = stock().leased("agent");
        Event notice = stock().event(Event.BUILT_IN_SOURCE, "delivery.dead", null, "{}");
        Event quiet = stock().event(Event.BUILT_IN_SOURCE, "delivery.dead", null, "{}");
        settle(
                claimed,
                stock().attempt(claimed, new AttemptOutcome.TimedOut()),
                new Settlement.GiveUp(DeadReason.ATTEMPTS_EXHAUSTED),
                List.of(
                        new Notice(
                                notice,
                                List.of(
                                        Stock.to("ops", new DeliveryState.Due(stock().now())),
                                        Stock.to("log", new DeliveryState.Due(stock().now())))),
                        new Notice(quiet, List.of())));
        assertThat(stock().ports().history().event(notice.id())).contains(notice);
        assertThat(stock().ports().history().event(quiet.id())).contains(quiet);
        assertThat(stock().claim("ops", 10).getFirst().id())
                .isEqualTo(new DeliveryId(notice.id(), 0));
        assertThat(stock().claim("log", 10).getFirst().id())
                .isEqualTo(new DeliveryId(notice.id(), 1));
    }

    @Test
    default void when_a_notice_cannot_be_stored_the_result_is_not_stored_either() {
        Delivery claimed = stock().leased("agent");
        Event taken = stock().ports().history().event(claimed.id().event()).orElseThrow();
        assertThatThrownBy(
                        () ->
                                settle(
                                        claimed,
                                        stock().attempt(claimed, new AttemptOutcome.TimedOut()),
                                        new Settlement.GiveUp(DeadReason.REFUSED),
                                        List.of(new Notice(taken, List.of()))))
                .hasCauseInstanceOf(StoreFailure.class);
        assertThat(stock().stands(claimed.id())).isEqualTo(claimed);
        assertThat(stock().ports().history().attempts(claimed.id())).isEmpty();
        assertThat(stock().settle(claimed, new Settlement.Complete()))
                .isEqualTo(SettleResult.SETTLED);
    }

    /// Tries every settlement under the delivery's token, with a notice, and finds all as it was.
    private void assertFenced(Delivery stale) {
        Delivery before = stock().stands(stale.id());
        List<Attempt> attempts = stock().ports().history().attempts(stale.id());
        Event notice = stock().event(Event.BUILT_IN_SOURCE, "delivery.dead", null, "{}");
        for (Settlement settlement :
                List.of(
                        new Settlement.Complete(),
                        new Settlement.RetryAt(stock().now(), true),
                        new Settlement.GiveUp(DeadReason.REFUSED))) {
            Attempt attempt = stock().attempt(stale, new AttemptOutcome.TimedOut());
            assertThat(settle(stale, attempt, settlement, List.of(new Notice(notice, List.of()))))
                    .isEqualTo(SettleResult.FENCED);
        }
        assertThat(stock().stands(stale.id())).isEqualTo(before);
        assertThat(stock().ports().history().attempts(stale.id())).isEqualTo(attempts);
        assertThat(stock().ports().history().event(notice.id())).isEmpty();
    }

    private SettleResult settle(
            Delivery claimed, Attempt attempt, Settlement settlement, List<Notice> notices) {
        Settle settle = new Settle(claimed, Stock.token(claimed), attempt, settlement, notices);
        return stock().ports().queue().settle(settle).join();
    }

    private static Delivery in(Delivery claimed, int throttled, DeliveryState state) {
        return new Delivery(
                claimed.id(),
                claimed.destination(),
                claimed.subscription(),
                claimed.createdAt(),
                claimed.attempts(),
                throttled,
                claimed.replayOf(),
                state);
    }
}
