package dev.belay.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.time.SystemTime;
import dev.belay.time.SystemTimers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ListenerTest {
    private static final String POST = "POST /in/x HTTP/1.1\r\nHost: a\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
    private static final int LIMIT = 1000;

    private final SystemTimers timers = new SystemTimers();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private Listener listener;

    @BeforeEach
    void start() throws IOException {
        listener = start(HttpLimits.DEFAULT);
    }

    private Listener start(HttpLimits limits) throws IOException {
        Router router =
                new Router()
                        .add(
                                "POST",
                                "/in/{source}",
                                (request, values) ->
                                        new Response(202, "text/plain", request.body(LIMIT)))
                        .add("GET", "/thing", (request, values) -> Response.text("thing"))
                        .add(
                                "GET",
                                "/waits",
                                (request, values) -> {
                                    entered.countDown();
                                    try {
                                        release.await();
                                    } catch (InterruptedException e) {
                                        throw new IllegalStateException(e);
                                    }
                                    return Response.text("late");
                                })
                        .add(
                                "GET",
                                "/broken",
                                (request, values) -> {
                                    throw new IllegalStateException("secret detail");
                                });
        return Listener.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                router,
                new Listener.Parts(new SystemTime(), timers, new SplittableRandom(1)),
                limits);
    }

    @AfterEach
    void stop() {
        listener.close();
        timers.close();
    }

    @Test
    void a_door_that_breaks_is_a_503_without_details() throws IOException {
        try (RawClient client = new RawClient(listener.port())) {
            RawClient.Answer answer =
                    client.send("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n").answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
            assertThat(answer.head() + answer.body()).doesNotContain("secret detail");
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void a_body_is_taken_byte_for_byte_up_to_the_limit() throws IOException {
        String body = "\u0000\u00ff\r\n".repeat(250);
        try (RawClient client = new RawClient(listener.port())) {
            client.send(POST + "Content-Length: 1000\r\n\r\n" + body);
            assertThat(client.answer().header("content-length")).isEqualTo("1000");
            client.send(CHUNKED + "3e8\r\n" + body + "\r\n0\r\n\r\n");
            assertThat(client.answer().header("content-length")).isEqualTo("1000");
        }
    }

    @Test
    void a_body_that_ends_early_is_malformed() throws IOException {
        try (RawClient client = new RawClient(listener.port())) {
            client.send(POST + "Content-Length: 10\r\n\r\nabc").finish();
            assertThat(client.answer().status()).isEqualTo(400);
        }
    }

    @Test
    void a_client_that_waits_is_asked_for_the_body() throws IOException {
        try (RawClient client = new RawClient(listener.port())) {
            client.send(POST + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(100);
            assertThat(client.send("abc").answer().body()).isEqualTo("abc");
        }
    }

    @Test
    void pipelined_requests_are_answered_in_order() throws IOException {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            String body = "body-" + i;
            requests.append(POST)
                    .append("Content-Length: ")
                    .append(body.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n\r\n")
                    .append(body);
        }
        try (RawClient client = new RawClient(listener.port())) {
            client.send(requests.toString());
            for (int i = 0; i < 500; i++) {
                assertThat(client.answer().body()).isEqualTo("body-" + i);
            }
        }
    }

    @Test
    void a_body_nobody_reads_does_not_spoil_the_next_request() throws IOException {
        try (RawClient client = new RawClient(listener.port())) {
            client.send("POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(client.answer().status()).isEqualTo(404);
            client.send(POST + "Content-Length: 2\r\n\r\nok");
            assertThat(client.answer().body()).isEqualTo("ok");
        }
    }

    @Test
    void allowed_methods_are_named() throws IOException {
        try (RawClient client = new RawClient(listener.port())) {
            client.send("PUT /in/x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.answer().header("allow")).isEqualTo("POST");
        }
    }

    private static HttpLimits hasty() {
        return new HttpLimits(
                8192,
                16384,
                100,
                Duration.ofMillis(400),
                Duration.ofMillis(1500),
                Duration.ofMillis(400),
                500,
                Duration.ofMillis(400),
                Duration.ofSeconds(30),
                3);
    }

    @Test
    void headers_that_drip_are_cut_off_in_total_time() throws IOException {
        try (Listener hasty = start(hasty());
                RawClient client = new RawClient(hasty.port())) {
            client.send("POST /in/x HTTP/1.1\r\nX-Slow: ");
            RawClient.Answer answer = client.drip('a', 50);
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.header("connection")).isEqualTo("close");
        }
    }

    @Test
    void a_body_that_drips_is_cut_off() throws IOException {
        try (Listener hasty = start(hasty());
                RawClient client = new RawClient(hasty.port())) {
            client.send(POST + "Content-Length: 900\r\n\r\n");
            assertThat(client.drip('a', 50).status()).isEqualTo(408);
        }
    }

    @Test
    void a_body_that_stops_is_cut_off() throws IOException {
        try (Listener hasty = start(hasty());
                RawClient client = new RawClient(hasty.port())) {
            client.send(POST + "Content-Length: 900\r\n\r\n" + "x".repeat(899));
            assertThat(client.answer().status()).isEqualTo(408);
        }
    }

    @Test
    void an_idle_connection_is_closed_without_a_word() throws IOException {
        try (Listener hasty = start(hasty());
                RawClient client = new RawClient(hasty.port())) {
            client.send(POST + "Content-Length: 2\r\n\r\nok");
            assertThat(client.answer().status()).isEqualTo(202);
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void connections_beyond_the_limit_are_turned_away() throws IOException {
        try (Listener hasty = start(hasty());
                RawClient a = new RawClient(hasty.port());
                RawClient b = new RawClient(hasty.port());
                RawClient c = new RawClient(hasty.port());
                RawClient d = new RawClient(hasty.port())) {
            assertThat(d.answer().status()).isEqualTo(503);
            assertThat(a.send("GET /thing HTTP/1.1\r\nHost: a\r\n\r\n").answer().status())
                    .isEqualTo(200);
            assertThat(b).isNotSameAs(c);
        }
    }

    @Test
    void closing_lets_a_request_under_way_end() throws Exception {
        try (RawClient client = new RawClient(listener.port())) {
            client.send("GET /waits HTTP/1.1\r\nHost: a\r\n\r\n");
            entered.await();
            Thread closing = Thread.ofVirtual().start(listener::close);
            release.countDown();
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(client.closed()).isTrue();
            closing.join();
            assertThat(listener.connections()).isZero();
        }
    }
}
