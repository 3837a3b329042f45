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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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

    static Stream<Arguments> requests() {
        return Stream.of(
                request("length", POST + "Content-Length: 3\r\n\r\nabc", 202),
                request("no body", POST + "\r\n", 202),
                request("chunks", CHUNKED + "3\r\nabc\r\n2;x=\"y\"\r\nde\r\n0\r\n\r\n", 202),
                request("trailer", CHUNKED + "3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n", 202),
                request("HTTP/1.0", "POST /in/x HTTP/1.0\r\nContent-Length: 1\r\n\r\na", 202),
                request("8-bit value", POST + "X-A: \u00e4\r\nContent-Length: 0\r\n\r\n", 202),
                request("whole URL", "GET http://a/thing HTTP/1.1\r\nHost: a\r\n\r\n", 200),
                request("HEAD", "HEAD /thing HTTP/1.1\r\nHost: a\r\n\r\n", 200),
                request(
                        "length and chunks",
                        POST + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        400),
                request(
                        "two equal lengths",
                        POST + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
                        400),
                request(
                        "two lengths",
                        POST + "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabc",
                        400),
                request("length +3", POST + "Content-Length: +3\r\n\r\nabc", 400),
                request("length 0x3", POST + "Content-Length: 0x3\r\n\r\nabc", 400),
                request("length 3,3", POST + "Content-Length: 3,3\r\n\r\nabc", 400),
                request("length -3", POST + "Content-Length: -3\r\n\r\nabc", 400),
                request("length empty", POST + "Content-Length:\r\n\r\nabc", 400),
                request(
                        "length over 2^63",
                        POST + "Content-Length: 9223372036854775808\r\n\r\n",
                        400),
                request("xchunked", POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
                request(
                        "chunked, identity",
                        POST + "Transfer-Encoding: chunked, identity\r\n\r\n",
                        400),
                request("identity", POST + "Transfer-Encoding: identity\r\n\r\n", 400),
                request(
                        "chunked twice",
                        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
                        400),
                request("chunked folded", POST + "Transfer-Encoding:\r\n chunked\r\n\r\n", 400),
                request(
                        "HTTP/1.0 chunked",
                        "POST /in/x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        400),
                request("chunk 0x3", CHUNKED + "0x3\r\nabc\r\n0\r\n\r\n", 400),
                request("chunk '3 '", CHUNKED + "3 \r\nabc\r\n0\r\n\r\n", 400),
                request("chunk +3", CHUNKED + "+3\r\nabc\r\n0\r\n\r\n", 400),
                request("chunk 17 digits", CHUNKED + "00000000000000003\r\nabc\r\n0\r\n\r\n", 400),
                request("chunk end wrong", CHUNKED + "3\r\nabcXX0\r\n\r\n", 400),
                request("chunk LF only", CHUNKED + "3\nabc\n0\n\n", 400),
                request(
                        "extension too long",
                        CHUNKED + "3;" + "x".repeat(1100) + "\r\nabc\r\n0\r\n\r\n",
                        400),
                request("extension open quote", CHUNKED + "3;x=\"y\r\nabc\r\n0\r\n\r\n", 400),
                request("trailer length", CHUNKED + "0\r\nContent-Length: 5\r\n\r\n", 400),
                request("LF only", "POST /in/x HTTP/1.1\nHost: a\n\n", 400),
                request("bare CR", POST + "X-A: b\rc\r\n\r\n", 400),
                request("folded", POST + "X-A: b\r\n c\r\n\r\n", 400),
                request("space before colon", POST + "X-A : b\r\n\r\n", 400),
                request("NUL", POST + "X-A: b\0c\r\n\r\n", 400),
                request("empty name", POST + ": b\r\n\r\n", 400),
                request("name no token", POST + "X(A: b\r\n\r\n", 400),
                request("8-bit line", "POST /in/\u00e4 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
                request("no host", "POST /in/x HTTP/1.1\r\n\r\n", 400),
                request("two hosts", POST + "Host: a\r\n\r\n", 400),
                request("host a@b", "POST /in/x HTTP/1.1\r\nHost: a@b\r\n\r\n", 400),
                request("other host in URL", "GET http://b/thing HTTP/1.1\r\nHost: a\r\n\r\n", 400),
                request("bad escape", "GET /thing%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
                request("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
                request(
                        "line too long",
                        "POST /in/" + "x".repeat(9000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
                        414),
                request("headers too large", POST + "X-A: " + "b".repeat(17_000) + "\r\n\r\n", 431),
                request("too many headers", POST + "X-A: b\r\n".repeat(101) + "\r\n", 431),
                request("TRACE", "TRACE /in/x HTTP/1.1\r\nHost: a\r\n\r\n", 405),
                request("CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 404),
                request("GET on POST", "GET /in/x HTTP/1.1\r\nHost: a\r\n\r\n", 405),
                request("HEAD on POST", "HEAD /in/x HTTP/1.1\r\nHost: a\r\n\r\n", 405),
                request("OPTIONS", "OPTIONS /in/x HTTP/1.1\r\nHost: a\r\n\r\n", 405),
                request("unknown path", "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", 404),
                request("two slashes", "POST //in/x HTTP/1.1\r\nHost: a\r\n\r\n", 404),
                request("dot dot", "POST /in/../thing HTTP/1.1\r\nHost: a\r\n\r\n", 404),
                request("escaped slash", "POST /in%2fx HTTP/1.1\r\nHost: a\r\n\r\n", 404),
                request(
                        "over the limit",
                        POST + "Content-Length: 1001\r\n\r\n" + "x".repeat(1001),
                        413),
                request("chunks over the limit", CHUNKED + "3e9\r\n", 413),
                request(
                        "expect over the limit",
                        POST + "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n",
                        413),
                request("broken door", "GET /broken HTTP/1.1\r\nHost: a\r\n\r\n", 503));
    }

    private static Arguments request(String name, String bytes, int status) {
        return Arguments.of(name, bytes, status);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void each_request_gets_its_status_and_a_request_id(String name, String bytes, int status)
            throws IOException {
        try (RawClient client = new RawClient(listener.port())) {
            RawClient.Answer answer = client.send(bytes).answer();
            assertThat(answer.status()).as(answer.head() + answer.body()).isEqualTo(status);
            assertThat(answer.header("x-request-id")).startsWith("req_");
            if (status >= 400) {
                assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
                assertThat(answer.head() + answer.body()).doesNotContain("secret detail");
            }
            if (status == 400 || status == 413 || status == 414 || status == 431) {
                assertThat(answer.header("connection")).isEqualTo("close");
                assertThat(client.finish().closed()).isTrue();
            }
        }
        try (RawClient healthy = new RawClient(listener.port())) {
            assertThat(healthy.send(POST + "Content-Length: 2\r\n\r\nok").answer().body())
                    .isEqualTo("ok");
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
