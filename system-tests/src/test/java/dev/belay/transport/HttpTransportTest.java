package dev.belay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.AttemptOutcome.Acknowledged;
import dev.belay.delivery.AttemptOutcome.Refused;
import dev.belay.delivery.AttemptOutcome.TimedOut;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Transport.Sending;
import dev.belay.delivery.Transport.Sent;
import dev.belay.event.Body;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.signature.Headers;
import dev.belay.signature.Secret;
import dev.belay.testkit.FakeEndpoint;
import dev.belay.testkit.FakeEndpoint.Request;
import dev.belay.testkit.Misbehaviour;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is sent, what is made of the answer, and what becomes of connections.
class HttpTransportTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final Attempts attempts = new Attempts();
    private final FakeEndpoint endpoint = FakeEndpoint.start();

    @AfterEach
    void close() {
        endpoint.close();
        attempts.close();
    }

    @Test
    void the_body_arrives_byte_for_byte_whatever_it_holds() {
        for (int length : new int[] {0, 1, 1_024, 65_535, 65_536, 3_000_000}) {
            byte[] body = new byte[length];
            for (int i = 0; i < length; i++) {
                body[i] = (byte) (i * 31 + i / 256);
            }
            Event event = Attempts.event(Headers.of("Content-Type", "x/y"), body);

            Sent sent = attempts.send(Attempts.to(endpoint.uri("/hook?a=b%20c")), event);

            assertThat(sent.outcome()).isEqualTo(new Acknowledged(200));
            Request request = endpoint.requests().getLast();
            assertThat(request.line()).isEqualTo("POST /hook?a=b%20c HTTP/1.1");
            assertThat(request.body().bytes()).isEqualTo(body);
            assertThat(request.header("content-type")).isEqualTo("x/y");
        }
    }

    @Test
    void the_head_says_which_event_and_which_attempt_it_is() {
        Event event = Attempts.event();
        Delivery replay =
                new Delivery(
                        new DeliveryId(event.id(), 3),
                        "reviewer",
                        "all",
                        Attempts.RECEIVED,
                        2,
                        0,
                        new DeliveryId(event.id(), 0),
                        new DeliveryState.Due(Attempts.RECEIVED));

        attempts.transport.send(new Sending(replay, event, Attempts.to(endpoint.uri("/")))).join();

        Request request = endpoint.requests().getFirst();
        assertThat(request.header("host")).isEqualTo("127.0.0.1:" + endpoint.port());
        assertThat(request.header("user-agent")).isEqualTo("Belay/test");
        assertThat(request.header("webhook-id")).isEqualTo(event.id().toString());
        assertThat(Long.parseLong(request.header("webhook-timestamp")))
                .isGreaterThan(Attempts.RECEIVED.getEpochSecond());
        assertThat(request.headers().count("webhook-signature")).isZero();
        assertThat(request.header("belay-delivery")).isEqualTo(replay.id().toString());
        assertThat(request.header("belay-attempt")).isEqualTo("2");
        assertThat(request.header("belay-source")).isEqualTo("github");
        assertThat(request.header("belay-event-type")).isEqualTo("push");
        assertThat(request.header("belay-replay")).isEqualTo("true");
        assertThat(request.header("belay-hops")).isEqualTo("1");
        assertThat(request.header("content-type")).isEqualTo("application/json");
    }

    @Test
    void an_original_carries_no_replay_mark_and_signing_secrets_bring_the_standard_headers() {
        Secret secret = Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        attempts.send(Attempts.to(endpoint.uri("/"), LONG, List.of(secret), Headers.empty()));

        Request request = endpoint.requests().getFirst();
        assertThat(request.headers().count("belay-replay")).isZero();
        assertThat(request.headers().count("webhook-id")).isEqualTo(1);
        assertThat(request.headers().count("webhook-timestamp")).isEqualTo(1);
    }

    @Test
    void nothing_from_outside_can_end_its_header_line() {
        Event event =
                new Event(
                        new EventId(1),
                        "git\r\nhub",
                        "push\r\nX-Evil: 1\u00e9\0" + "y".repeat(1_000),
                        null,
                        Attempts.RECEIVED,
                        Headers.of("Content-Type", "a/b\r\nX-Evil: 2", "Content-Encoding", "gz\n"),
                        Body.of(new byte[0]));
        Headers extra =
                Headers.of("X-Good", "yes", "X-Bad", "a\r\nX-Evil: 3", "Content-Length", "7");

        attempts.send(Attempts.to(endpoint.uri("/"), LONG, List.of(), extra), event);

        Request request = endpoint.requests().getFirst();
        assertThat(request.headers().count("X-Evil")).isZero();
        assertThat(request.headers().count("X-Bad")).isZero();
        assertThat(request.headers().all("Content-Length")).containsExactly("0");
        assertThat(request.header("X-Good")).isEqualTo("yes");
        assertThat(request.header("belay-event-type"))
                .startsWith("push??X-Evil: 1??yyy")
                .hasSize(256);
        assertThat(request.header("content-encoding")).isEqualTo("gz?");
    }

    @Test
    void extra_headers_replace_the_usual_ones_instead_of_doubling_them() {
        Headers extra = Headers.of("content-type", "text/plain", "User-Agent", "mine");

        attempts.send(Attempts.to(endpoint.uri("/"), LONG, List.of(), extra));

        Request request = endpoint.requests().getFirst();
        assertThat(request.headers().all("Content-Type")).containsExactly("text/plain");
        assertThat(request.headers().all("User-Agent")).containsExactly("mine");
    }

    @Test
    void an_event_that_goes_round_in_circles_is_not_sent_again() {
        Event fifth = Attempts.event(Headers.of("belay-hops", "4"), new byte[0]);
        Event sixth = Attempts.event(Headers.of("Belay-Hops", "5"), new byte[0]);
        Event nonsense = Attempts.event(Headers.of("belay-hops", "-9e9"), new byte[0]);

        attempts.send(Attempts.to(endpoint.uri("/")), fifth);
        Sent refused = attempts.send(Attempts.to(endpoint.uri("/")), sixth);
        attempts.send(Attempts.to(endpoint.uri("/")), nonsense);

        assertThat(refused.outcome()).isInstanceOf(AttemptOutcome.Invalid.class);
        assertThat(endpoint.requests())
                .extracting(request -> request.header("belay-hops"))
                .containsExactly("5", "1");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirects_are_not_followed(int status) {
        endpoint.then(
                new Misbehaviour.Status(
                        status, Headers.of("Location", endpoint.uri("/x").toString())));

        assertThat(attempts.outcome(Attempts.to(endpoint.uri("/"))))
                .isEqualTo(new Refused(status, null));
        assertThat(endpoint.requests()).hasSize(1);
    }

    @Test
    void statuses_cookies_and_challenges_are_reported_and_not_acted_upon() {
        endpoint.then(
                new Misbehaviour.Status(204),
                new Misbehaviour.Status(401, Headers.of("WWW-Authenticate", "Basic realm=x")),
                new Misbehaviour.Status(410),
                new Misbehaviour.Status(429, Headers.of("Retry-After", "120")),
                new Misbehaviour.Status(503, Headers.of("Retry-After", "-5", "Set-Cookie", "a=b")),
                new Misbehaviour.WithBody(200, "{\"error\":\"no\"}"));
        List<AttemptOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            outcomes.add(attempts.outcome(Attempts.to(endpoint.uri("/"))));
        }

        assertThat(outcomes)
                .containsExactly(
                        new Acknowledged(204),
                        new Refused(401, null),
                        new Refused(410, null),
                        new Refused(429, Duration.ofMinutes(2)),
                        new Refused(503, null),
                        new Acknowledged(200));
        assertThat(endpoint.requests()).hasSize(6);
        assertThat(endpoint.requests()).allMatch(r -> r.headers().count("Cookie") == 0);
        assertThat(endpoint.requests()).allMatch(r -> r.headers().count("Authorization") == 0);
    }

    @Test
    void the_answer_is_kept_as_it_came() {
        String chunked =
                "HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\nX-A: 2\r\n\r\n";
        endpoint.then(new Misbehaviour.Raw(chunked + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", false));

        Sent sent = attempts.send(Attempts.to(endpoint.uri("/")));

        assertThat(sent.response()).isNotNull();
        assertThat(sent.response().body())
                .isEqualTo(Body.of("abcde".getBytes(StandardCharsets.UTF_8)));
        assertThat(sent.response().truncated()).isFalse();
        assertThat(sent.response().headers().all("x-a")).containsExactly("1", "2");
        assertThat(attempts.transport.idleConnections()).isEqualTo(1);
    }

    @Test
    void connections_are_used_again() {
        endpoint.then(new Misbehaviour.WithBody(200, "ok"), new Misbehaviour.Status(500));
        for (int i = 0; i < 10; i++) {
            attempts.send(Attempts.to(endpoint.uri("/")));
        }

        assertThat(endpoint.requests()).hasSize(10);
        assertThat(endpoint.connections()).isEqualTo(1);
    }

    @Test
    void a_connection_the_peer_wants_closed_is_not_used_again() {
        endpoint.then(
                new Misbehaviour.Status(200, Headers.of("Connection", "foo, Close")),
                new Misbehaviour.Raw("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false),
                new Misbehaviour.Status(200, Headers.of("Keep-Alive", "timeout=1")));
        for (int i = 0; i < 4; i++) {
            attempts.send(Attempts.to(endpoint.uri("/")));
        }

        assertThat(endpoint.connections()).isEqualTo(4);
    }

    @Test
    void a_connection_closed_while_idle_costs_no_attempt() throws Exception {
        endpoint.then(new Misbehaviour.CloseAfterAnswer(), new Misbehaviour.CloseAfterAnswer());

        for (int i = 0; i < 3; i++) {
            assertThat(attempts.outcome(Attempts.to(endpoint.uri("/"))))
                    .isEqualTo(new Acknowledged(200));
            if (i < 2) {
                endpoint.awaitOpenConnections(0, LONG);
            }
        }
        assertThat(endpoint.requests()).hasSize(3);
    }

    @Test
    void a_connection_reset_in_use_is_not_hidden_by_a_second_send() {
        attempts.send(Attempts.to(endpoint.uri("/")));
        endpoint.then(new Misbehaviour.Reset());

        assertThat(attempts.outcome(Attempts.to(endpoint.uri("/"))))
                .isEqualTo(new AttemptOutcome.Unreachable(AttemptOutcome.Trouble.RESET));
        assertThat(endpoint.requests()).hasSize(2);
        assertThat(endpoint.connections()).isEqualTo(1);
    }

    @Test
    void the_deadline_frees_the_connection_and_a_late_answer_does_not_count() throws Exception {
        endpoint.then(new Misbehaviour.Stall());

        assertThat(attempts.outcome(Attempts.to(endpoint.uri("/"), Attempts.SHORT)))
                .isEqualTo(new TimedOut());

        endpoint.awaitOpenConnections(0, LONG);
        assertThat(attempts.transport.idleConnections()).isZero();
    }

    @Test
    void many_attempts_side_by_side_leak_no_connection() throws Exception {
        List<Misbehaviour> mix =
                List.of(
                        Misbehaviour.OK,
                        new Misbehaviour.WithBody(200, "fine"),
                        new Misbehaviour.Reset(),
                        new Misbehaviour.CloseBeforeHeaders(),
                        new Misbehaviour.Status(503),
                        new Misbehaviour.Raw("garbage\r\n\r\n", true),
                        new Misbehaviour.Stall(),
                        new Misbehaviour.EndlessBody(200));
        for (int i = 0; i < 400; i++) {
            endpoint.then(mix.get(i % mix.size()));
        }
        List<CompletableFuture<Sent>> all = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            all.add(attempts.start(Attempts.to(endpoint.uri("/"), Duration.ofSeconds(3))));
        }

        for (CompletableFuture<Sent> one : all) {
            assertThat(one.get(30, TimeUnit.SECONDS).outcome()).isNotNull();
        }
        int idle = attempts.transport.idleConnections();
        assertThat(idle).isLessThanOrEqualTo(32);
        endpoint.awaitOpenConnections(idle, LONG);
        attempts.transport.close();
        endpoint.awaitOpenConnections(0, LONG);
    }
}
