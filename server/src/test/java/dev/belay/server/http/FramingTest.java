package dev.belay.server.http;

import static dev.belay.server.http.Row.After.CLOSED;
import static dev.belay.server.http.Row.After.ENDED;
import static dev.belay.server.http.Row.After.KEPT;
import static dev.belay.server.http.Row.HEALTHY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.time.SystemTime;
import dev.belay.time.SystemTimers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Bytes in, statuses out: what is a request, what is none, and what becomes of the connection.
final class FramingTest {
    private static final int LIMIT = 1000;

    private static final SystemTimers TIMERS = new SystemTimers();
    private static final AtomicInteger HIDDEN_SERVED = new AtomicInteger();
    private static Listener listener;

    @BeforeAll
    static void start() throws IOException {
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
                                "/hidden",
                                (request, values) -> {
                                    HIDDEN_SERVED.incrementAndGet();
                                    return Response.text("hidden");
                                });
        listener =
                Listener.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        router,
                        new Listener.Parts(new SystemTime(), TIMERS, new SplittableRandom(1)),
                        HttpLimits.DEFAULT);
    }

    @AfterAll
    static void stop() {
        listener.close();
        TIMERS.close();
    }

    static Stream<Row> corpus() {
        return Stream.of(WellFormed.rows(), Malformed.rows(), Smuggled.rows()).flatMap(s -> s);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("corpus")
    void bytes_have_one_meaning(Row row) throws IOException {
        int hiddenBefore = HIDDEN_SERVED.get();
        try (RawClient client = new RawClient(listener.port())) {
            client.send(row.bytes());
            if (row.after() == ENDED || row.name().contains("cut")) {
                client.finish();
            }
            RawClient.Answer last = new RawClient.Answer(0, "", "");
            for (int status : row.statuses()) {
                last = client.answer();
                assertThat(last.status()).as(last.head() + last.body()).isEqualTo(status);
                assertThat(last.status()).isNotEqualTo(500);
                assertThat(last.header("x-request-id")).startsWith("req_");
                assertThat(last.header("location")).isEmpty();
                if (status >= 400) {
                    assertThat(last.header("content-type")).isEqualTo("application/problem+json");
                }
            }
            assertThat(last.header("connection")).isEqualTo(row.after() == CLOSED ? "close" : "");
            if (row.after() != KEPT) {
                assertThat(client.closed()).isTrue();
            } else {
                assertThat(client.send(HEALTHY).answer().body()).isEqualTo("ok");
            }
        }
        assertThat(HIDDEN_SERVED.get() - hiddenBefore)
                .isEqualTo(row.name().startsWith("pipelined") ? 1 : 0);
        try (RawClient fresh = new RawClient(listener.port())) {
            assertThat(fresh.send(HEALTHY).answer().body()).isEqualTo("ok");
        }
    }

    @Test
    void the_corpus_is_large_and_names_each_row_once() {
        assertThat(corpus().map(Row::name))
                .hasSizeGreaterThanOrEqualTo(300)
                .doesNotHaveDuplicates();
        assertThat(corpus().flatMap(row -> row.statuses().stream()))
                .allMatch(status -> status != 500 && status / 100 != 3);
    }

    @Test
    void an_old_client_is_never_asked_for_its_body() throws IOException {
        try (RawClient client = new RawClient(listener.port())) {
            client.send("POST /in/x HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
            assertThat(client.send("a").answer().status()).isEqualTo(202);
        }
    }
}
