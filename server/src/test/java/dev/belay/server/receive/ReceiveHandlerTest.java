package dev.belay.server.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.InboundLimits;
import dev.belay.catalog.Source;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.EventId;
import dev.belay.ingest.InboundRequest;
import dev.belay.ingest.Receipt;
import dev.belay.server.http.HttpLimits;
import dev.belay.server.http.Listener;
import dev.belay.server.http.RawClient;
import dev.belay.server.http.Router;
import dev.belay.signature.Acknowledgement;
import dev.belay.signature.Headers;
import dev.belay.signature.Providers;
import dev.belay.time.SystemTime;
import dev.belay.time.SystemTimers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReceiveHandlerTest {
    private static final int LIMIT = 4096;
    private static final EventId EVENT = new EventId(77);
    private static final Receipt ACCEPTED = new Receipt.Accepted(EVENT, Acknowledgement.ACCEPTED);

    private static final Source SHOP =
            Source.of("shop", Providers.named("none").orElseThrow())
                    .with(InboundLimits.ofBody(LIMIT));

    private final SystemTimers timers = new SystemTimers();
    private final BlockingQueue<InboundRequest> arrived = new LinkedBlockingQueue<>();
    private volatile Supplier<Receipt> gateway = () -> ACCEPTED;
    private Listener listener;

    @BeforeEach
    void start() throws IOException {
        listener = start(HttpLimits.DEFAULT);
    }

    private Listener start(HttpLimits limits) throws IOException {
        Function<InboundRequest, Receipt> takes =
                request -> {
                    arrived.add(request);
                    return gateway.get();
                };
        ReceiveHandler handler =
                new ReceiveHandler(Map.of("shop", SHOP)::get, takes, "https://hooks.example.com");
        return Listener.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Router().add("POST", "/in/{source}", handler),
                new Listener.Parts(new SystemTime(), timers, new SplittableRandom(1)),
                limits);
    }

    @AfterEach
    void stop() {
        listener.close();
        timers.close();
    }

    private static String post(String path, String headers, String body) {
        return "POST "
                + path
                + " HTTP/1.1\r\nHost: a\r\n"
                + headers
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    private RawClient.Answer ask(String bytes) throws IOException {
        try (RawClient client = new RawClient(listener.port())) {
            return client.send(bytes).answer();
        }
    }

    private RawClient.Answer answerTo(Receipt receipt) throws IOException {
        gateway = () -> receipt;
        return ask(post("/in/shop", "", "{}"));
    }

    private InboundRequest last() {
        List<InboundRequest> all = new ArrayList<>();
        arrived.drainTo(all);
        return all.getLast();
    }

    @Test
    void an_event_is_acknowledged_with_its_id() throws IOException {
        RawClient.Answer answer = answerTo(ACCEPTED);
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.body()).isEqualTo("{\"received\":true,\"event_id\":\"" + EVENT + "\"}");
        assertThat(answer.body()).contains("evt_");
    }

    @Test
    void a_duplicate_is_acknowledged_with_the_first_id() throws IOException {
        RawClient.Answer answer =
                answerTo(new Receipt.Duplicate(EVENT, false, Acknowledgement.ACCEPTED));
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.body())
                .isEqualTo("{\"received\":true,\"event_id\":\"" + EVENT + "\",\"duplicate\":true}");
    }

    @Test
    void too_many_are_told_when_to_come_again_in_whole_seconds() throws IOException {
        RawClient.Answer answer = answerTo(new Receipt.TooMany(Duration.ofMillis(1_200)));
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("retry-after")).isEqualTo("2");
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.body()).contains("rate-limited");
        assertThat(answerTo(new Receipt.TooMany(Duration.ofDays(90))).header("retry-after"))
                .isEqualTo("86400");
    }

    @Test
    void a_provider_is_answered_as_it_wants() throws IOException {
        Acknowledgement wanted = new Acknowledgement(200, "text/xml", "<ok>\u00e4</ok>");
        for (Receipt receipt :
                List.of(
                        new Receipt.Accepted(EVENT, wanted),
                        new Receipt.Duplicate(EVENT, true, wanted))) {
            RawClient.Answer answer = answerTo(receipt);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("content-type")).isEqualTo("text/xml");
            assertThat(answer.body()).isEqualTo("<ok>\u00e4</ok>");
        }
        assertThat(answerTo(new Receipt.Accepted(EVENT, Acknowledgement.OK)).status())
                .isEqualTo(200);
    }

    @Test
    void a_challenge_is_echoed_as_text_that_no_browser_reads_as_a_page() throws IOException {
        RawClient.Answer answer =
                answerTo(new Receipt.Challenge("text/plain", "<script>\u00e4", Headers.of()));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo("text/plain");
        assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(answer.body()).isEqualTo("<script>\u00e4");
    }

    @Test
    void a_forgery_learns_nothing() throws IOException {
        RawClient.Answer answer = answerTo(new Receipt.Rejected());
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"type\":\"/problems/signature-verification-failed\",\"title\":\"The"
                                + " signature was not accepted.\",\"status\":401}");
    }

    @Test
    void a_source_that_is_not_there_looks_like_any_other_path() throws IOException {
        RawClient.Answer unknown = ask(post("/in/nobody", "", "x"));
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(ask(post("/nothing", "", "x")).body()).isEqualTo(unknown.body());
        assertThat(answerTo(new Receipt.UnknownSource()).body()).isEqualTo(unknown.body());
        assertThat(arrived).hasSize(1);
    }

    @Test
    void a_body_over_the_limit_is_refused_before_it_is_read() throws IOException {
        String head = "POST /in/shop HTTP/1.1\r\nHost: a\r\n";
        for (String over :
                List.of(
                        "Content-Length: 4097\r\n\r\n",
                        "Content-Length: 999999999999999999\r\n\r\n",
                        "Expect: 100-continue\r\nContent-Length: 4097\r\n\r\n",
                        "Transfer-Encoding: chunked\r\n\r\n1001\r\n",
                        "Transfer-Encoding: chunked\r\n\r\n1000\r\n"
                                + "x".repeat(4096)
                                + "\r\n1\r\n")) {
            RawClient.Answer answer = ask(head + over);
            assertThat(answer.status()).as(over).isEqualTo(413);
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(answer.body()).contains("/problems/payload-too-large", "4096 bytes");
        }
        assertThat(arrived).isEmpty();
        assertThat(ask(post("/in/shop", "", "x".repeat(LIMIT))).status()).isEqualTo(202);
        assertThat(answerTo(new Receipt.TooLarge(5)).status()).isEqualTo(413);
    }

    @Test
    void a_body_that_stops_is_no_event() throws IOException {
        Duration soon = Duration.ofMillis(300);
        HttpLimits hasty = new HttpLimits(8192, 16384, 100, soon, soon, soon, 500, soon, soon, 10);
        try (Listener impatient = start(hasty);
                RawClient client = new RawClient(impatient.port())) {
            client.send("POST /in/shop HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{");
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.body()).contains("/problems/request-timeout");
        }
        try (RawClient client = new RawClient(listener.port())) {
            client.send("POST /in/shop HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{");
            assertThat(client.finish().answer().status()).isEqualTo(400);
        }
        assertThat(arrived).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void what_the_store_did_not_take_is_to_be_sent_again(StoreFailure.Kind kind)
            throws IOException {
        RawClient.Answer answer = answerTo(new Receipt.Unavailable(kind));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
        String expected =
                switch (kind) {
                    case FULL -> "storage-full 60";
                    case OVERLOADED -> "overloaded 1";
                    case CLOSED -> "shutting-down 5";
                    case UNAVAILABLE, CORRUPT, UNKNOWN -> "storage-unavailable 5";
                };
        assertThat(answer.body()).contains("\"/problems/" + expected.split(" ", 2)[0] + "\"");
        assertThat(answer.header("retry-after")).isEqualTo(expected.split(" ", 2)[1]);
    }

    @Test
    void a_gateway_that_breaks_is_a_503_that_tells_nothing() throws IOException {
        List<Throwable> breaks =
                List.of(
                        new IllegalStateException("hunter2"),
                        new NullPointerException(),
                        new StoreFailure(StoreFailure.Kind.UNKNOWN, "hunter2"),
                        new StackOverflowError(),
                        new OutOfMemoryError("hunter2"),
                        new AssertionError("hunter2"));
        for (Throwable thrown : breaks) {
            gateway =
                    () -> {
                        if (thrown instanceof Error error) {
                            throw error;
                        }
                        throw (RuntimeException) thrown;
                    };
            try (RawClient client = new RawClient(listener.port())) {
                RawClient.Answer answer = client.send(post("/in/shop", "", "{}")).answer();
                assertThat(answer.status()).as(thrown.toString()).isEqualTo(503);
                assertThat(answer.header("retry-after")).isEqualTo("5");
                assertThat(answer.body())
                        .startsWith("{\"type\":\"/problems/unavailable\"")
                        .doesNotContain("hunter2", "Exception", "Error", "dev.belay", "at ");
                assertThat(client.closed()).isTrue();
            }
        }
        gateway = () -> ACCEPTED;
        assertThat(ask(post("/in/shop", "", "{}")).status()).isEqualTo(202);
    }

    @Test
    void the_gateway_gets_exactly_the_bytes_that_were_sent() throws IOException {
        SplittableRandom random = new SplittableRandom(11);
        try (RawClient client = new RawClient(listener.port())) {
            for (int i = 0; i < 300; i++) {
                byte[] bytes = new byte[i == 0 ? 0 : random.nextInt(LIMIT)];
                random.nextBytes(bytes);
                String body = new String(bytes, StandardCharsets.ISO_8859_1);
                if (random.nextBoolean()) {
                    client.send(post("/in/shop", "", body));
                } else {
                    client.send(
                            "POST /in/shop HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    + chunked(body, random));
                }
                assertThat(client.answer().status()).isEqualTo(202);
                assertThat(last().body().bytes()).isEqualTo(bytes);
            }
            client.send("POST /in/shop HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(202);
            assertThat(last().body().length()).isZero();
        }
    }

    private static String chunked(String body, SplittableRandom random) {
        StringBuilder chunks = new StringBuilder();
        for (int at = 0; at < body.length(); ) {
            int size = random.nextInt(1, Math.min(700, body.length() - at + 1) + 1);
            int end = Math.min(body.length(), at + size);
            chunks.append(Integer.toHexString(end - at)).append("\r\n");
            chunks.append(body, at, end).append("\r\n");
            at = end;
        }
        return chunks.append("0\r\n\r\n").toString();
    }

    @Test
    void the_gateway_gets_the_request_as_it_was_sent() throws IOException {
        ask(
                post(
                        "/in/shop?x=%2F&x=2",
                        String.join(
                                "\r\n",
                                "X-TWICE: b",
                                "x-Twice:  a ",
                                "X-Empty:",
                                "X-8bit: \u00e4",
                                "X-Forwarded-For: 10.0.0.1",
                                ""),
                        "{}"));
        InboundRequest request = last();
        assertThat(request.source()).isEqualTo("shop");
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.url()).isEqualTo("https://hooks.example.com/in/shop?x=%2F&x=2");
        assertThat(request.remoteAddress()).isEqualTo("127.0.0.1");
        assertThat(request.headers().all("x-twice")).containsExactly("b", "a");
        assertThat(request.headers().first("X-EMPTY")).contains("");
        assertThat(request.headers().first("x-8BIT")).contains("\u00e4");
        List<String> names = new ArrayList<>();
        request.headers().forEach((name, value) -> names.add(name));
        assertThat(names)
                .containsExactly(
                        "Host",
                        "X-TWICE",
                        "x-Twice",
                        "X-Empty",
                        "X-8bit",
                        "X-Forwarded-For",
                        "Content-Length");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/in",
                "/in/",
                "/in//shop",
                "//in/shop",
                "/in/shop/",
                "/in/shop/x",
                "/in/./shop",
                "/in/../in/shop",
                "/in/%2e%2e/in/shop",
                "/in/%73hop",
                "/in%2fshop",
                "/in/shop%2f",
                "/in/shop%00",
                "/in/shop;x=1",
                "/in/SHOP",
                "/IN/shop",
                "/in/shop%",
                "/in/shop#x",
                "/in/\\shop",
                "http://evil/in/shop",
            })
    void a_path_that_is_not_the_sources_leads_nowhere(String path) throws IOException {
        RawClient.Answer answer = ask(post(path, "", "{}"));
        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.header("location")).isEmpty();
        assertThat(arrived).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "post", "POSTS"
            })
    void other_methods_are_not_allowed(String method) throws IOException {
        RawClient.Answer answer = ask(method + " /in/shop HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("allow")).isEqualTo("POST");
        assertThat(arrived).isEmpty();
    }
}
