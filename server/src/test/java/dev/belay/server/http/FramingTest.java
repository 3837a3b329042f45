package dev.belay.server.http;

import static dev.belay.server.http.FramingTest.After.CLOSED;
import static dev.belay.server.http.FramingTest.After.ENDED;
import static dev.belay.server.http.FramingTest.After.KEPT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.time.SystemTime;
import dev.belay.time.SystemTimers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
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
    private static final String POST = "POST /in/x HTTP/1.1\r\nHost: a\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String HEALTHY = POST + "Content-Length: 2\r\n\r\nok";

    /// Behind the end of a body: served only where framing is read wrongly.
    private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

    private static final SystemTimers TIMERS = new SystemTimers();
    private static final AtomicInteger HIDDEN_SERVED = new AtomicInteger();
    private static Listener listener;

    /// What becomes of the connection.
    enum After {
        /// It serves the next request.
        KEPT,
        /// The last answer says that it ends, and it ends.
        CLOSED,
        /// The client ends it, and it ends without a word.
        ENDED
    }

    /// One row: what is sent, and the statuses of the answers, none where the connection just ends.
    record Row(String name, String bytes, After after, List<Integer> statuses) {
        @Override
        public String toString() {
            return name;
        }
    }

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
        return Stream.of(
                        served(),
                        servedAndClosed(),
                        elsewhere(),
                        lengths(),
                        codings(),
                        chunks(),
                        headers(),
                        requestLines(),
                        hosts(),
                        sizes(),
                        endings())
                .flatMap(rows -> rows);
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
        assertThat(corpus().map(Row::name)).hasSizeGreaterThan(180).doesNotHaveDuplicates();
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

    private static Row row(String name, String bytes, After after, int... statuses) {
        return new Row(name, bytes, after, Arrays.stream(statuses).boxed().toList());
    }

    private static Row bad(String name, String bytes) {
        return row(name, bytes, CLOSED, 400);
    }

    private static Stream<Row> served() {
        return Stream.of(
                row("length", POST + "Content-Length: 3\r\n\r\nabc", KEPT, 202),
                row("length, no space", POST + "Content-Length:3\r\n\r\nabc", KEPT, 202),
                row("length, spaces", POST + "Content-Length:   3  \r\n\r\nabc", KEPT, 202),
                row("length 003", POST + "Content-Length: 003\r\n\r\nabc", KEPT, 202),
                row("length 0", POST + "Content-Length: 0\r\n\r\n", KEPT, 202),
                row("no length", POST + "\r\n", KEPT, 202),
                row("at the limit", POST + "Content-Length: 1000\r\n\r\n" + "x".repeat(1000), KEPT, 202),
                row("chunks", CHUNKED + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", KEPT, 202),
                row("no chunks", CHUNKED + "0\r\n\r\n", KEPT, 202),
                row("chunk A", CHUNKED + "A\r\n0123456789\r\n000\r\n\r\n", KEPT, 202),
                row("chunk 0003", CHUNKED + "0003\r\nabc\r\n0\r\n\r\n", KEPT, 202),
                row("chunk 16 digits", CHUNKED + "0000000000000003\r\nabc\r\n0\r\n\r\n", KEPT, 202),
                row("extension", CHUNKED + "3;x=y\r\nabc\r\n0;z\r\n\r\n", KEPT, 202),
                row("extension quoted", CHUNKED + "3;x=\"y;z\"\r\nabc\r\n0\r\n\r\n", KEPT, 202),
                row("trailers", CHUNKED + "3\r\nabc\r\n0\r\nX-T: 1\r\nX-U: 2\r\n\r\n", KEPT, 202),
                row("Chunked", POST + "transfer-encoding: Chunked\r\n\r\n0\r\n\r\n", KEPT, 202),
                row("8-bit value", POST + "X-A: \u00e4\r\n\r\n", KEPT, 202),
                row("empty value", POST + "X-A:\r\n\r\n", KEPT, 202),
                row("tab in value", POST + "X-A: b\tc\r\n\r\n", KEPT, 202),
                row("odd name", POST + "!#$%&'*+-.^_`|~9aZ: b\r\n\r\n", KEPT, 202),
                row("100 lines", POST + "X-A: b\r\n".repeat(99) + "\r\n", KEPT, 202),
                row("empty line before", "\r\n" + HEALTHY, KEPT, 202),
                row("upgrade h2c", POST + "Upgrade: h2c\r\nConnection: Upgrade\r\nHTTP2-Settings: AA\r\n\r\n", KEPT, 202),
                row("upgrade websocket", POST + "Upgrade: websocket\r\nConnection: upgrade\r\n\r\n", KEPT, 202),
                row("expect, body at once", POST + "Expect: 100-continue\r\nContent-Length: 1\r\n\r\na", KEPT, 202),
                row("expect something", POST + "Expect: wonders\r\nContent-Length: 1\r\n\r\na", KEPT, 202),
                row("keep-alive", POST + "Connection: keep-alive\r\n\r\n", KEPT, 202),
                row("method override", POST + "X-HTTP-Method-Override: GET\r\n\r\n", KEPT, 202),
                row("whole URL", "GET http://a/thing HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 200),
                row("query", "GET /thing?a=%20&b HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 200),
                row("HEAD", "HEAD /thing HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 200),
                row("GET with body", "GET /thing HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxx", KEPT, 200),
                row("host with port", "GET /thing HTTP/1.1\r\nHost: a.b-c_d:80\r\n\r\n", KEPT, 200),
                row("host IPv6", "GET /thing HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", KEPT, 200),
                row("host empty", "GET /thing HTTP/1.1\r\nHost:\r\n\r\n", KEPT, 200),
                row("pipelined", HEALTHY + HIDDEN + HEALTHY, KEPT, 202, 200, 202),
                row("pipelined after chunks", CHUNKED + "1\r\na\r\n0\r\n\r\n" + HIDDEN, KEPT, 202, 200));
    }

    private static Stream<Row> servedAndClosed() {
        return Stream.of(
                row("1.0", "POST /in/x HTTP/1.0\r\nContent-Length: 1\r\n\r\na", CLOSED, 202),
                row("1.0 keep-alive", "GET /thing HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", CLOSED, 200),
                row("1.0, more behind", "GET /thing HTTP/1.0\r\nHost: a\r\n\r\n" + HIDDEN, CLOSED, 200),
                row("close", POST + "Connection: close\r\n\r\n" + HIDDEN, CLOSED, 202),
                row("close among others", POST + "Connection: TE, Close\r\n\r\n" + HIDDEN, CLOSED, 202),
                row("close in a second line", POST + "Connection: TE\r\nConnection: close\r\n\r\n", CLOSED, 202),
                row("chunks nobody reads", "GET /thing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN, CLOSED, 200),
                row("large body nobody reads", "GET /thing HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n", CLOSED, 200),
                row("another coding's name", POST + "Transfer_Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN, CLOSED, 202, 400));
    }

    private static Stream<Row> elsewhere() {
        return Stream.of(
                row("GET on POST", "GET /in/x HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 405),
                row("HEAD on POST", "HEAD /in/x HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 405),
                row("OPTIONS", "OPTIONS /in/x HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 405),
                row("TRACE", "TRACE /in/x HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 405),
                row("post", "post /in/x HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 405),
                row("BREW", "BREW /in/x HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 405),
                row("CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 404),
                row("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 404),
                row("whole URL, no path", "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 404),
                row("unknown path", "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 404),
                row("unknown path, body", "POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", KEPT, 404),
                row("two slashes", "POST //in/x HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 404),
                row("dot dot", "POST /in/../thing HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 404),
                row("escaped dot dot", "POST /x/%2e%2e/in/x HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 404),
                row("escaped slash", "POST /in%2fx HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 404));
    }

    private static Stream<Row> lengths() {
        return Stream.of(
                        "+3", "-3", "0x3", "3,3", "3, 3", "3 3", "3;", "3.0", "3e0", "\"3\"", "",
                        "\t3", "3\t", "\u000b3", "\u00b3", "three", "9223372036854775808",
                        "18446744073709551619", "00000000000000000003")
                .map(
                        length ->
                                bad(
                                        "length '" + length + "'",
                                        POST + "Content-Length: " + length + "\r\n\r\nabc" + HIDDEN));
    }

    private static Stream<Row> codings() {
        Stream<Row> odd =
                Stream.of(
                                "xchunked", "chunked, identity", "identity", "gzip, chunked",
                                "chunked, chunked", "chunked;q=1", "\"chunked\"", ",chunked",
                                "chunked,", "", "\tchunked", "chunked\t", "\u000bchunked",
                                "chunked\0", "chunked\u0085", "chun ked", "deflate")
                        .map(
                                coding ->
                                        bad(
                                                "coding '" + coding + "'",
                                                POST
                                                        + "Transfer-Encoding: "
                                                        + coding
                                                        + "\r\n\r\n0\r\n\r\n"
                                                        + HIDDEN));
        String end = "\r\n\r\n0\r\n\r\n" + HIDDEN;
        Stream<Row> several =
                Stream.of(
                        bad("length, chunks", POST + "Content-Length: 5\r\nTransfer-Encoding: chunked" + end),
                        bad("chunks, length", POST + "Transfer-Encoding: chunked\r\nContent-Length: 5" + end),
                        bad("length 0, chunks", POST + "Content-Length: 0\r\nTransfer-Encoding: chunked" + end),
                        bad("length, odd coding", POST + "Content-Length: 5\r\nTransfer-Encoding: x" + end),
                        bad("two equal lengths", POST + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
                        bad("two lengths", POST + "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde"),
                        bad("lengths apart", POST + "Content-Length: 0\r\nX: y\r\ncontent-length: 41\r\n\r\n" + HIDDEN),
                        bad("chunked twice", POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked" + end),
                        bad("chunked and identity", POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity" + end),
                        bad("coding folded", POST + "Transfer-Encoding:\r\n chunked" + end),
                        bad("coding, space before colon", POST + "Transfer-Encoding : chunked" + end),
                        bad("coding, tab before colon", POST + "Transfer-Encoding\t: chunked" + end),
                        bad("coding behind bare LF", POST + "X: y\nTransfer-Encoding: chunked" + end),
                        bad("coding behind bare CR", POST + "X: y\rTransfer-Encoding: chunked" + end),
                        bad("coding with leading space", POST + " Transfer-Encoding: chunked" + end),
                        bad("1.0 chunked", "POST /in/x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked" + end));
        return Stream.concat(odd, several);
    }

    private static Stream<Row> chunks() {
        Stream<Row> sizes =
                Stream.of(
                                "0x3", "3 ", " 3", "+3", "-3", "3\t", "00000000000000003", "", "g",
                                "3,", "3=x", "\u0663", "3;x=\"y", "3;x=\\y", "3;x=\0", "3;x\ry",
                                "3;x\ny", "3;" + "x".repeat(1100), "3;" + "x".repeat(100_000))
                        .map(
                                size ->
                                        bad(
                                                "chunk '" + size.substring(0, Math.min(20, size.length())) + "' " + size.length(),
                                                CHUNKED + size + "\r\nabc\r\n0\r\n\r\n" + HIDDEN));
        Stream<Row> others =
                Stream.of(
                        bad("chunk too long", CHUNKED + "3\r\nabcde\r\n0\r\n\r\n"),
                        bad("chunk end wrong", CHUNKED + "3\r\nabcXX0\r\n\r\n"),
                        bad("chunk end CR only", CHUNKED + "3\r\nabc\r0\r\n\r\n"),
                        bad("chunk end LF only", CHUNKED + "3\r\nabc\n0\r\n\r\n"),
                        bad("chunks LF only", CHUNKED + "3\nabc\n0\n\n"),
                        bad("last chunk LF only", CHUNKED + "3\r\nabc\r\n0\n\n"),
                        bad("trailer length", CHUNKED + "0\r\nContent-Length: 5\r\n\r\n"),
                        bad("trailer coding", CHUNKED + "0\r\ntransfer-encoding: chunked\r\n\r\n"),
                        bad("trailer host", CHUNKED + "0\r\nHost: b\r\n\r\n"),
                        bad("trailer folded", CHUNKED + "0\r\nX: y\r\n z\r\n\r\n"),
                        bad("trailer, no colon", CHUNKED + "0\r\n" + HIDDEN),
                        bad("trailer bare LF", CHUNKED + "0\r\nX: y\n\r\n"),
                        row("trailers too many", CHUNKED + "0\r\n" + "X: y\r\n".repeat(101) + "\r\n", CLOSED, 431),
                        row("trailers too large", CHUNKED + "0\r\nX: " + "y".repeat(5000) + "\r\n\r\n", CLOSED, 431),
                        row("chunk over the limit", CHUNKED + "3e9\r\n", CLOSED, 413),
                        row("chunks over the limit", CHUNKED + "3e8\r\n" + "x".repeat(1000) + "\r\n1\r\n", CLOSED, 413),
                        row("chunk 2^31", CHUNKED + "80000000\r\n", CLOSED, 413),
                        row("chunk 2^32", CHUNKED + "100000000\r\n", CLOSED, 413),
                        row("chunk 2^64-1", CHUNKED + "ffffffffffffffff\r\n", CLOSED, 413));
        return Stream.concat(sizes, others);
    }

    private static Stream<Row> headers() {
        return Stream.of(
                        "X-A: b\r\n c", "X-A: b\r\n\tc", "X-A: b\r\n ", " X-A: b", "X-A : b",
                        "X-A\t: b", "X-A: b\rc", "X-A: b\nc", "X-A: b\n", "X-A: b\r\r\n",
                        "X-A: b\0c", "X-A: \u001b[2J", "X-A: b\u007f", "X-A: b\u000b", "\0X-A: b",
                        ": b", ":", "X-A", "X A: b", "X(A: b", "X-\u00e4: b", "X-A;: b", "X\0A: b",
                        "\"X-A\": b", "GET /hidden HTTP/1.1")
                .map(line -> bad("header '" + line + "'", POST + line + "\r\n\r\n"));
    }

    private static Stream<Row> requestLines() {
        String rest = "\r\nHost: a\r\n\r\n";
        return Stream.of(
                        "POST /in/\u00e4 HTTP/1.1", "POST  /in/x HTTP/1.1", "POST /in/x  HTTP/1.1",
                        "POST\t/in/x HTTP/1.1", "POST /in/x\tHTTP/1.1", "POST /in/x HTTP/1.1 ",
                        " POST /in/x HTTP/1.1", "GET /thing", "GET", "GET ", "GET  HTTP/1.1", "",
                        "GET /thing http/1.1", "GET /thing HTTP/1.2", "GET /thing HTTP/1.10",
                        "GET /thing HTTP/01.1", "GET /thing HTTP/2.0", "GET /thing HTTP/2",
                        "GET /thing HTTP/0.9", "GET /thing HTTPS/1.1", "GET /thing HTTP/1,1",
                        "PRI * HTTP/2.0", "GET thing HTTP/1.1", "GET a:80 HTTP/1.1",
                        "GET http://b/thing HTTP/1.1", "GET http://ab/thing HTTP/1.1",
                        "GET https://a/thing HTTP/1.1", "GET http://x@a/thing HTTP/1.1",
                        "GET http://a@b/thing HTTP/1.1", "GET ftp://a/thing HTTP/1.1",
                        "GET /thing#x HTTP/1.1", "GET /thing%zz HTTP/1.1", "GET /thing%4 HTTP/1.1",
                        "GET /thing% HTTP/1.1", "GET /th\0ing HTTP/1.1", "GET /th\u007fing HTTP/1.1",
                        "GE(T /thing HTTP/1.1", "\u0016\u0003\u0001\u0002", "SSH-2.0-x",
                        "GET /thing HTTP/1.1\rX: y", "\u00ff\u00fe")
                .map(line -> bad("line '" + line + "'", (line.isEmpty() ? "\r\n\r\n" : line) + rest));
    }

    private static Stream<Row> hosts() {
        Stream<Row> values =
                Stream.of("a@b", "a, b", "a b", "a/b", "http://a", "\u00e4", "a%41", "a?b", "a#b", "a\\b")
                        .map(host -> bad("host '" + host + "'", "GET /thing HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
        return Stream.concat(
                values,
                Stream.of(
                        bad("no host", "GET /thing HTTP/1.1\r\n\r\n"),
                        bad("two hosts", POST + "Host: a\r\n\r\n"),
                        bad("two other hosts", POST + "host: b\r\n\r\n"),
                        bad("1.0 with two hosts", "GET /thing HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
                        bad("LF only", "GET /thing HTTP/1.1\nHost: a\n\n")));
    }

    private static Stream<Row> sizes() {
        return Stream.of(
                row("line too long", "POST /in/" + "x".repeat(9000) + " HTTP/1.1\r\nHost: a\r\n\r\n", CLOSED, 414),
                row("line without end", "x".repeat(20_000), CLOSED, 414),
                row("header too large", POST + "X-A: " + "b".repeat(17_000) + "\r\n\r\n", CLOSED, 431),
                row("header without end", POST + "b".repeat(50_000), CLOSED, 431),
                row("headers too large", POST + ("X-A: " + "b".repeat(400) + "\r\n").repeat(50) + "\r\n", CLOSED, 431),
                row("headers too many", POST + "X-A: b\r\n".repeat(100) + "\r\n", CLOSED, 431),
                row("over the limit", POST + "Content-Length: 1001\r\n\r\n" + "x".repeat(1001), CLOSED, 413),
                row("far over the limit", POST + "Content-Length: 999999999999999999\r\n\r\n", CLOSED, 413),
                row("expect over the limit", POST + "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n", CLOSED, 413));
    }

    private static Stream<Row> endings() {
        return Stream.of(
                row("nothing", "", ENDED),
                row("half a line", "POST /in", ENDED),
                row("half a head", POST + "X-A: b", ENDED),
                row("no empty line", POST, ENDED),
                row("body cut short", POST + "Content-Length: 10\r\n\r\nabc", CLOSED, 400),
                row("chunk cut short", CHUNKED + "5\r\nabc", CLOSED, 400),
                row("chunks cut before the last", CHUNKED + "3\r\nabc\r\n", CLOSED, 400),
                row("trailers cut", CHUNKED + "0\r\nX: y\r\n", CLOSED, 400),
                row("cut after one request", HEALTHY + "POST", ENDED, 202));
    }
}
