package dev.belay;

import static dev.belay.Running.NOW;
import static dev.belay.Running.PATIENCE;
import static dev.belay.Running.http;
import static dev.belay.Running.next;
import static dev.belay.Running.shopTo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.DeliveryState;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.ingest.InboundRequest;
import dev.belay.signal.Signal;
import dev.belay.signature.Headers;
import dev.belay.signature.Providers;
import dev.belay.signature.SignedRequest;
import dev.belay.signature.Verdict;
import dev.belay.testkit.FakeEndpoint;
import dev.belay.testkit.FakeEndpoint.Request;
import dev.belay.testkit.Misbehaviour;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a request to an endpoint on a real socket.
class GatewayHttpTest {
    private static final Misbehaviour FAILS = new Misbehaviour.Status(500);

    @TempDir Path data;

    private final FakeEndpoint endpoint = FakeEndpoint.start();
    private final BlockingQueue<Event> notices = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        endpoint.close();
    }

    private Running start(BreakerPolicy breaker) {
        Running running = new Running(data, shopTo(hook(breaker)));
        watch(running);
        return running;
    }

    private Running start() {
        return start(BreakerPolicy.DEFAULT);
    }

    private dev.belay.catalog.Destination.Http hook(BreakerPolicy breaker) {
        return http("hook", endpoint.uri("/hook?x=1"), breaker);
    }

    private void watch(Running running) {
        running.gateway.on("belay", "*", (event, context) -> notices.add(event));
    }

    private static String text(Event event) {
        return new String(event.body().bytes(), StandardCharsets.UTF_8);
    }

    private static void assertGenuine(Request request, java.time.Instant at) {
        Verdict verdict =
                Providers.named("standard-webhooks")
                        .orElseThrow()
                        .scheme()
                        .verify(
                                new SignedRequest(
                                        "POST", "", request.headers(), request.body().bytes()),
                                List.of(Running.SIGNING),
                                at);
        assertThat(verdict).isEqualTo(new Verdict.Genuine(0));
    }

    @Test
    void the_exact_bytes_arrive_signed_and_under_one_id_at_every_attempt() throws Exception {
        endpoint.then(FAILS, new Misbehaviour.CloseBeforeHeaders());
        byte[] bytes = {0, '{', (byte) 0xff, '\r', '\n', ' ', '}', 0};
        InboundRequest request =
                new InboundRequest(
                        "shop",
                        "POST",
                        "",
                        Headers.of("X-Webhook-Id", "1", "content-type", "text/odd; a=\"b\""),
                        Body.of(bytes),
                        "");
        try (Running running = start()) {
            running.time.stepWall(Duration.ofMinutes(10));
            EventId event = running.accepted(request);
            assertThat(running.await(Signal.Retrying.class, 1).getFirst().at())
                    .isEqualTo(NOW.plusSeconds(2));
            running.time.advance(Duration.ofSeconds(2));
            assertThat(running.await(Signal.Retrying.class, 2).getLast().at())
                    .isEqualTo(NOW.plusSeconds(6));
            running.time.advance(Duration.ofSeconds(4));
            Signal.Delivered delivered = running.await(Signal.Delivered.class, 1).getFirst();
            assertThat(delivered.number()).isEqualTo(3);
            assertThat(delivered.sinceEvent()).isEqualTo(Duration.ofSeconds(6));

            List<Request> requests = endpoint.requests();
            assertThat(requests).hasSize(3);
            long wall = NOW.plusSeconds(600).getEpochSecond();
            for (int i = 0; i < 3; i++) {
                Request sent = requests.get(i);
                assertThat(sent.line()).isEqualTo("POST /hook?x=1 HTTP/1.1");
                assertThat(sent.body()).isEqualTo(Body.of(bytes));
                assertThat(sent.headers().all("content-type")).containsExactly("text/odd; a=\"b\"");
                assertThat(sent.headers().all("webhook-id")).containsExactly(event.toString());
                long at = wall + List.of(0, 2, 6).get(i);
                assertThat(sent.header("webhook-timestamp")).isEqualTo(Long.toString(at));
                assertThat(sent.header("belay-attempt")).isEqualTo(Integer.toString(i + 1));
                assertThat(sent.header("belay-delivery"))
                        .isEqualTo(running.deliveries(event).getFirst().id().toString());
                assertThat(sent.header("belay-source")).isEqualTo("shop");
                assertThat(sent.headers().count("belay-event-type")).isZero();
                assertThat(sent.header("x-extra")).isEqualTo("yes");
                assertGenuine(sent, java.time.Instant.ofEpochSecond(at));
            }
            assertThat(running.outcomes(event)).containsExactly("http_5xx", "reset", "delivered");
            assertThat(running.states(event)).containsExactly("delivered");
        }
    }

    @Test
    void a_body_of_megabytes_arrives_whole_with_its_type() throws Exception {
        byte[] bytes = new byte[4 * 1024 * 1024];
        new java.util.SplittableRandom(7).nextBytes(bytes);
        System.arraycopy(
                "{\"type\":\"big\",\"x\":\"".getBytes(StandardCharsets.UTF_8), 0, bytes, 0, 19);
        try (Running running = start()) {
            running.accepted(
                    new InboundRequest("shop", "POST", "", Headers.empty(), Body.of(bytes), ""));
            Request sent = endpoint.awaitRequests(1, PATIENCE).getFirst();
            assertThat(sent.body()).isEqualTo(Body.of(bytes));
            assertThat(sent.header("content-type")).isEqualTo("application/octet-stream");
        }
    }

    @Test
    void giving_up_makes_a_dead_letter_and_a_notice_and_the_replay_is_marked() throws Exception {
        endpoint.otherwise(FAILS);
        try (Running running = start(new BreakerPolicy(100, Duration.ofSeconds(60), 1))) {
            EventId event = running.accepted("1", "{\"type\":\"order.paid\"}");
            for (int attempt = 1; attempt < 5; attempt++) {
                running.await(Signal.Retrying.class, attempt);
                running.time.advance(Duration.ofSeconds(1L << attempt));
            }
            Signal.DeadLettered dead = running.await(Signal.DeadLettered.class, 1).getFirst();
            assertThat(dead.attempts()).isEqualTo(5);
            assertThat(dead.reason()).isEqualTo("attempts_exhausted");
            assertThat(running.outcomes(event)).hasSize(5).containsOnly("http_5xx");

            Event notice = next(notices);
            assertThat(notice.type()).isEqualTo("delivery.dead");
            assertThat(notice.source()).isEqualTo("belay");
            assertThat(text(notice))
                    .contains(
                            dead.delivery().toString(),
                            "\"reason\":\"attempts_exhausted\"",
                            "\"attempts\":5");

            endpoint.otherwise(Misbehaviour.OK);
            running.gateway.replays().event(event);
            running.await(Signal.Delivered.class, 1, s -> s.destination().equals("hook"));
            Request replay = endpoint.requests().getLast();
            assertThat(replay.header("webhook-id")).isEqualTo(event.toString());
            assertThat(replay.header("belay-replay")).isEqualTo("true");
            assertThat(replay.header("belay-attempt")).isEqualTo("1");
            assertThat(replay.header("belay-event-type")).isEqualTo("order.paid");
            assertThat(endpoint.requests().getFirst().headers().count("belay-replay")).isZero();
            assertThat(running.states(event)).containsExactly("dead", "delivered");
        }
    }

    @Test
    void an_answer_that_cannot_pass_is_a_dead_letter_at_once() throws Exception {
        endpoint.then(new Misbehaviour.Status(422));
        try (Running running = start()) {
            EventId event = running.accepted("1", "{}");
            running.await(Signal.DeadLettered.class, 1);
            assertThat(running.deliveries(event).getFirst().state())
                    .isEqualTo(new DeliveryState.Dead(NOW, DeadReason.REFUSED));
            assertThat(text(next(notices))).contains("\"outcome\":\"http_4xx\"");
        }
    }

    @Test
    void a_circuit_opens_holds_everything_back_and_closes_with_a_notice_of_each() throws Exception {
        endpoint.then(FAILS, FAILS);
        try (Running running = start(new BreakerPolicy(2, Duration.ofSeconds(60), 1))) {
            running.accepted("1", "{}");
            running.await(Signal.Retrying.class, 1);
            running.accepted("2", "{}");
            running.await(Signal.Retrying.class, 2);
            Event opened = next(notices);
            assertThat(opened.type()).isEqualTo("destination.circuit_opened");
            assertThat(text(opened)).contains("\"destination\":\"hook\"", "\"failures\":2");

            EventId third = running.accepted("3", "{}");
            running.time.advance(Duration.ofSeconds(59));
            // The notice of a marker passes through the same turns.
            running.gateway.on("api", "marker", (event, context) -> notices.add(event));
            running.gateway.publish("marker", Running.body("{}"), null);
            assertThat(next(notices).type()).isEqualTo("marker");
            assertThat(endpoint.requests()).hasSize(2);
            assertThat(running.states(third)).containsExactly("due");
            assertThat(running.deliveries(third).getFirst().attempts()).isZero();
            DestinationStatus status = running.gateway.destination("hook");
            assertThat(status).isNotNull();
            assertThat(status.circuit().state()).isEqualTo("open");
            assertThat(status.circuit().until()).isEqualTo(NOW.plusSeconds(60));

            running.time.advance(Duration.ofSeconds(1));
            assertThat(next(notices).type()).isEqualTo("destination.circuit_closed");
            running.await(Signal.Delivered.class, 3, s -> s.destination().equals("hook"));
            assertThat(endpoint.requests()).hasSize(5);
            assertThat(running.heard(Signal.CircuitChanged.class))
                    .extracting(Signal.CircuitChanged::state)
                    .containsExactly("open", "half_open", "closed");
        }
    }

    @Test
    void gone_disables_the_destination_over_restarts_until_it_is_resumed() throws Exception {
        endpoint.then(new Misbehaviour.Status(410));
        Catalog catalog = shopTo(hook(BreakerPolicy.DEFAULT));
        try (Running running = start()) {
            EventId first = running.accepted("1", "{}");
            List<Event> both = List.of(next(notices), next(notices));
            assertThat(both)
                    .extracting(Event::type)
                    .containsExactlyInAnyOrder("delivery.dead", "destination.disabled");
            assertThat(running.deliveries(first).getFirst().state())
                    .isEqualTo(new DeliveryState.Dead(NOW, DeadReason.GONE));

            EventId waiting = running.accepted("2", "{}");
            assertThat(running.states(waiting)).containsExactly("due");
            running.reopen(catalog);
            watch(running);
            DestinationStatus status = running.gateway.destination("hook");
            assertThat(status).isNotNull();
            assertThat(status.standing().mode()).isEqualTo(Standing.Mode.DISABLED);
            EventId later = running.accepted("3", "{}");
            assertThat(running.states(later)).containsExactly("due");

            running.gateway.resume("hook");
            running.await(Signal.Delivered.class, 2, s -> s.destination().equals("hook"));
            assertThat(running.states(waiting)).containsExactly("delivered");
            assertThat(running.states(later)).containsExactly("delivered");
        }
    }

    @Test
    void a_paused_destination_is_left_alone_over_restarts_until_it_is_resumed() throws Exception {
        Catalog catalog = shopTo(hook(BreakerPolicy.DEFAULT));
        try (Running running = start()) {
            running.gateway.pause("hook");
            EventId event = running.accepted("1", "{}");
            running.reopen(catalog);
            DestinationStatus status = running.gateway.destination("hook");
            assertThat(status).isNotNull();
            assertThat(status.standing().mode()).isEqualTo(Standing.Mode.PAUSED);
            assertThat(running.states(event)).containsExactly("due");
            assertThat(endpoint.requests()).isEmpty();

            running.gateway.resume("hook");
            endpoint.awaitRequests(1, PATIENCE);
            running.await(Signal.Delivered.class, 1);
            assertThat(running.gateway.declarations().standings()).isEmpty();
        }
    }

    @Test
    void a_destination_in_trouble_delays_no_other() throws Exception {
        // The endpoint closes first, so that closing the gateway need not wait for its deadline.
        try (Running running = new Running(data, shopTo());
                FakeEndpoint stuck = FakeEndpoint.start()) {
            stuck.otherwise(new Misbehaviour.Stall());
            running.gateway.apply(
                    shopTo(http("stuck", stuck.uri("/")), hook(BreakerPolicy.DEFAULT)));
            for (int i = 0; i < 20; i++) {
                running.accepted("e" + i, "{}");
            }
            running.await(Signal.Delivered.class, 20);
            assertThat(stuck.requests()).hasSizeLessThanOrEqualTo(4);
            assertThat(running.heard(Signal.AttemptFailed.class)).isEmpty();
        }
    }
}
