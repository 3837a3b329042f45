package dev.belay;

import static dev.belay.Running.NOW;
import static dev.belay.Running.body;
import static dev.belay.Running.next;
import static dev.belay.Running.shopTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.EventValidation;
import dev.belay.catalog.Filter;
import dev.belay.catalog.RetryPolicy;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.signal.Signal;
import dev.belay.signature.Headers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Handlers in this process, and what the application publishes.
class GatewayHandlersTest {
    private record Call(Event event, EventContext context) {}

    @TempDir Path data;

    private Running running;
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> notices = new LinkedBlockingQueue<>();

    @BeforeEach
    void open() {
        running = new Running(data, shopTo());
    }

    @AfterEach
    void close() {
        running.close();
    }

    private void record(Event event, EventContext context) {
        calls.add(new Call(event, context));
    }

    private static HandlerOptions retrying(int attempts) {
        return HandlerOptions.DEFAULT.with(
                o ->
                        o.name("agent")
                                .retry(
                                        new RetryPolicy(
                                                attempts,
                                                Duration.ofSeconds(2),
                                                2,
                                                Duration.ofSeconds(300),
                                                0)));
    }

    private static HandlerOptions validating(List<String> required, String schema) {
        return HandlerOptions.DEFAULT.with(
                o -> o.name("agent").validation(new EventValidation(required, schema)));
    }

    private void noticeDead() {
        running.gateway.on(
                "belay",
                "delivery.dead",
                (event, context) ->
                        notices.add(
                                new String(
                                        event.body().bytes(),
                                        java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void a_handler_gets_the_event_as_it_came_and_returning_acknowledges() throws Exception {
        running.gateway.on("shop", "order.*", this::record);
        EventId id = running.accepted("1", "{\"type\":\"order.paid\"}");
        Call call = next(calls);
        assertThat(call.event()).isEqualTo(running.gateway.history().event(id).orElseThrow());
        assertThat(call.context().attempt()).isEqualTo(1);
        assertThat(call.context().isReplay()).isFalse();
        assertThat(call.context().attributes()).isEmpty();
        running.await(Signal.Delivered.class, 1);
        assertThat(running.outcomes(id)).containsExactly("delivered");

        EventId other = running.accepted("2", "{\"type\":\"ping\"}");
        assertThat(running.deliveries(other)).isEmpty();
    }

    @Test
    void a_handler_that_throws_is_called_again_by_the_policy_until_it_returns() throws Exception {
        AtomicInteger failures = new AtomicInteger(2);
        running.gateway.on(
                "shop",
                "*",
                retrying(5),
                (event, context) -> {
                    record(event, context);
                    if (failures.getAndDecrement() > 0) {
                        throw new java.io.IOException("not now");
                    }
                });
        EventId id = running.accepted("1", "{}");
        for (int attempt = 1; attempt <= 2; attempt++) {
            assertThat(next(calls).context().attempt()).isEqualTo(attempt);
            running.await(Signal.Retrying.class, attempt);
            running.time.advance(Duration.ofSeconds(1L << attempt));
        }
        assertThat(next(calls).context().attempt()).isEqualTo(3);
        running.await(Signal.Delivered.class, 1);
        assertThat(running.outcomes(id))
                .containsExactly("handler_failed", "handler_failed", "delivered");
        assertThat(attempt(id).outcome())
                .isEqualTo(new AttemptOutcome.Threw("java.io.IOException: not now"));
    }

    private dev.belay.delivery.Attempt attempt(EventId event) {
        Delivery first = running.deliveries(event).getFirst();
        return running.gateway.history().attempts(first.id()).getFirst();
    }

    @Test
    void a_handler_that_never_returns_is_interrupted_at_its_deadline() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        running.gateway.on(
                "shop",
                "*",
                retrying(1).with(o -> o.timeout(Duration.ofMillis(50))),
                (event, context) -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                        throw e;
                    }
                });
        EventId id = running.accepted("1", "{}");
        running.await(Signal.DeadLettered.class, 1);
        assertThat(interrupted.await(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        assertThat(running.outcomes(id)).containsExactly("deadline_exceeded");
    }

    @Test
    void the_last_failure_is_a_dead_letter_a_notice_and_no_further_notice() throws Exception {
        noticeDead();
        running.gateway.on(
                "belay",
                "*",
                HandlerOptions.DEFAULT.with(o -> o.name("broken").retry(retrying(1).retry())),
                (event, context) -> {
                    throw new IllegalStateException("broken too");
                });
        running.gateway.on(
                "shop",
                "*",
                retrying(1),
                (event, context) -> {
                    throw new StackOverflowError("planted");
                });
        EventId id = running.accepted("1", "{}");
        assertThat(next(notices))
                .contains("\"destination\":\"agent\"", "\"outcome\":\"handler_failed\"");
        running.await(Signal.DeadLettered.class, 2);
        assertThat(running.states(id)).containsExactly("dead");
        // The event and one notice with two deliveries: the dead one of them made no other.
        running.time.advance(Duration.ofSeconds(2));
        assertThat(running.gateway.history().stats().events()).isEqualTo(2);
        assertThat(notices).isEmpty();
    }

    @Test
    void what_lacks_a_required_field_is_never_handed_to_the_handler() throws Exception {
        noticeDead();
        running.gateway.on("shop", "*", validating(List.of("/order/id"), null), this::record);
        EventId invalid = running.accepted("1", "{\"order\":{\"id\":null}}");
        EventId valid = running.accepted("2", "{\"order\":{\"id\":7}}");
        assertThat(next(notices)).contains("\"reason\":\"invalid\"", invalid.toString());
        assertThat(next(calls).event().id()).isEqualTo(valid);
        assertThat(running.deliveries(invalid).getFirst().state())
                .isEqualTo(new DeliveryState.Dead(NOW, DeadReason.INVALID));
        assertThat(attempt(invalid).outcome())
                .isEqualTo(new AttemptOutcome.Invalid("required but absent: /order/id"));
        assertThat(calls).isEmpty();
    }

    @Test
    void what_does_not_fit_the_schema_is_a_dead_letter_at_once() throws Exception {
        String schema =
                """
                {"type":"object","required":["amount"],
                 "properties":{"amount":{"type":"integer","minimum":1}}}""";
        running.gateway.on("shop", "*", validating(List.of(), schema), this::record);
        EventId invalid = running.accepted("1", "{\"amount\":-4711}");
        EventId noJson = running.accepted("2", "amount=1");
        running.await(Signal.DeadLettered.class, 2);
        for (EventId event : List.of(invalid, noJson)) {
            assertThat(running.outcomes(event)).containsExactly("invalid");
        }
        assertThat(((AttemptOutcome.Invalid) attempt(invalid).outcome()).problem())
                .contains("amount")
                .doesNotContain("4711");
        running.accepted("3", "{\"amount\":1}");
        next(calls);
        assertThat(calls).isEmpty();
    }

    @Test
    void enrichment_reaches_the_handler_and_its_failure_is_the_attempts() throws Exception {
        AtomicInteger failures = new AtomicInteger(1);
        running.gateway.on(
                "shop",
                "*",
                retrying(3)
                        .with(
                                o ->
                                        o.enrichment(
                                                event -> {
                                                    if (failures.getAndDecrement() > 0) {
                                                        throw new java.io.IOException("no answer");
                                                    }
                                                    return Map.of("customer", event.externalId());
                                                })),
                this::record);
        EventId id = running.accepted("c-7", "{}");
        running.await(Signal.Retrying.class, 1);
        assertThat(calls).isEmpty();
        running.time.advance(Duration.ofSeconds(2));
        EventContext context = next(calls).context();
        assertThat(context.attribute("customer")).isEqualTo("c-7");
        assertThat(context.attribute("other")).isNull();
        running.await(Signal.Delivered.class, 1);
        assertThat(running.outcomes(id)).containsExactly("handler_failed", "delivered");
    }

    @Test
    void a_filter_narrows_what_a_handler_gets() throws Exception {
        Filter large = Filter.compile("event.body.amount > 100");
        running.gateway.on(
                "shop", "*", HandlerOptions.DEFAULT.with(o -> o.filter(large)), this::record);
        running.accepted("1", "{\"amount\":100}");
        EventId wanted = running.accepted("2", "{\"amount\":101}");
        assertThat(next(calls).event().id()).isEqualTo(wanted);
        assertThat(calls).isEmpty();
    }

    @Test
    void a_replay_is_known_as_one() throws Exception {
        running.gateway.on("shop", "*", this::record);
        EventId id = running.accepted("1", "{}");
        next(calls);
        running.await(Signal.Delivered.class, 1);
        running.gateway.replays().event(id);
        Call replay = next(calls);
        assertThat(replay.event().id()).isEqualTo(id);
        assertThat(replay.context().isReplay()).isTrue();
        assertThat(replay.context().attempt()).isEqualTo(1);
    }

    @Test
    void a_registration_that_cannot_be_changes_nothing() {
        running.gateway.on("shop", "a", this::record);
        Catalog before = running.gateway.catalog();
        assertThatThrownBy(() -> running.gateway.on("nobody", "a", this::record))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nobody");
        assertThatThrownBy(() -> running.gateway.on("shop", "a", this::record))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("handler:shop:a");
        assertThat(running.gateway.catalog()).isSameAs(before);
    }

    @Test
    void what_is_published_reaches_the_handlers_of_its_type_with_the_key_as_external_id()
            throws Exception {
        running.gateway.on("api", "order.paid", this::record);
        Published published = running.gateway.publish("order.paid", body("{\"n\":1}"), "k-1");
        Event event = next(calls).event();
        assertThat(published).isEqualTo(new Published.Accepted(event.id()));
        assertThat(event.externalId()).isEqualTo("k-1");
        assertThat(event.headers().first("Content-Type")).contains("application/json");
    }

    @Test
    void an_idempotency_key_stands_for_one_body() throws Exception {
        running.gateway.on("api", "*", this::record);
        running.gateway.publish("t", body("{\"n\":1}"), "k");
        EventId first = next(calls).event().id();
        Headers others = Headers.of("content-type", "text/plain");
        assertThat(running.gateway.publish("t", body("{\"n\":1}"), "k"))
                .isEqualTo(new Published.Duplicate(first));
        assertThat(running.gateway.publish("t", others, body("{\"n\":2}"), "k"))
                .isEqualTo(new Published.KeyReused(first));
        assertThat(running.gateway.publish("t", others, body("{\"n\":2}"), null))
                .isInstanceOf(Published.Accepted.class);
        assertThat(next(calls).event().body()).isEqualTo(body("{\"n\":2}"));
        assertThat(calls).isEmpty();
        assertThatThrownBy(() -> running.gateway.publish("", body("{}"), null))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
