package dev.belay.server.http;

import static dev.belay.server.http.Row.After.CLOSED;
import static dev.belay.server.http.Row.After.KEPT;
import static dev.belay.server.http.Row.CHUNKED;
import static dev.belay.server.http.Row.HEALTHY;
import static dev.belay.server.http.Row.HIDDEN;
import static dev.belay.server.http.Row.POST;
import static dev.belay.server.http.Row.row;

import java.util.stream.Stream;

/// Requests that are served or refused for what they ask, not for how they are framed.
final class WellFormed {
    private WellFormed() {}

    static Stream<Row> rows() {
        return Stream.of(served(), servedAndClosed(), elsewhere()).flatMap(rows -> rows);
    }

    private static Stream<Row> served() {
        return Stream.of(
                row("length", POST + "Content-Length: 3\r\n\r\nabc", KEPT, 202),
                row("length, no space", POST + "Content-Length:3\r\n\r\nabc", KEPT, 202),
                row("length, spaces", POST + "Content-Length:   3  \r\n\r\nabc", KEPT, 202),
                row("length 003", POST + "Content-Length: 003\r\n\r\nabc", KEPT, 202),
                row("length 0", POST + "Content-Length: 0\r\n\r\n", KEPT, 202),
                row("no length", POST + "\r\n", KEPT, 202),
                row(
                        "at the limit",
                        POST + "Content-Length: 1000\r\n\r\n" + "x".repeat(1000),
                        KEPT,
                        202),
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
                row(
                        "upgrade h2c",
                        POST + "Upgrade: h2c\r\nConnection: Upgrade\r\nHTTP2-Settings: AA\r\n\r\n",
                        KEPT,
                        202),
                row(
                        "upgrade websocket",
                        POST + "Upgrade: websocket\r\nConnection: upgrade\r\n\r\n",
                        KEPT,
                        202),
                row(
                        "expect, body at once",
                        POST + "Expect: 100-continue\r\nContent-Length: 1\r\n\r\na",
                        KEPT,
                        202),
                row(
                        "expect something",
                        POST + "Expect: wonders\r\nContent-Length: 1\r\n\r\na",
                        KEPT,
                        202),
                row("keep-alive", POST + "Connection: keep-alive\r\n\r\n", KEPT, 202),
                row("method override", POST + "X-HTTP-Method-Override: GET\r\n\r\n", KEPT, 202),
                row("whole URL", "GET http://a/thing HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 200),
                row("query", "GET /thing?a=%20&b HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 200),
                row("HEAD", "HEAD /thing HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 200),
                row(
                        "GET with body",
                        "GET /thing HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxx",
                        KEPT,
                        200),
                row("host with port", "GET /thing HTTP/1.1\r\nHost: a.b-c_d:80\r\n\r\n", KEPT, 200),
                row("host IPv6", "GET /thing HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", KEPT, 200),
                row("host empty", "GET /thing HTTP/1.1\r\nHost:\r\n\r\n", KEPT, 200),
                row("pipelined", HEALTHY + HIDDEN + HEALTHY, KEPT, 202, 200, 202),
                row(
                        "pipelined after chunks",
                        CHUNKED + "1\r\na\r\n0\r\n\r\n" + HIDDEN,
                        KEPT,
                        202,
                        200));
    }

    private static Stream<Row> servedAndClosed() {
        return Stream.of(
                row("1.0", "POST /in/x HTTP/1.0\r\nContent-Length: 1\r\n\r\na", CLOSED, 202),
                row(
                        "1.0 keep-alive",
                        "GET /thing HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                        CLOSED,
                        200),
                row(
                        "1.0, more behind",
                        "GET /thing HTTP/1.0\r\nHost: a\r\n\r\n" + HIDDEN,
                        CLOSED,
                        200),
                row("close", POST + "Connection: close\r\n\r\n" + HIDDEN, CLOSED, 202),
                row(
                        "close among others",
                        POST + "Connection: TE, Close\r\n\r\n" + HIDDEN,
                        CLOSED,
                        202),
                row(
                        "close in a second line",
                        POST + "Connection: TE\r\nConnection: close\r\n\r\n",
                        CLOSED,
                        202),
                row(
                        "chunks nobody reads",
                        "GET /thing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                                + HIDDEN,
                        CLOSED,
                        200),
                row(
                        "large body nobody reads",
                        "GET /thing HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n",
                        CLOSED,
                        200),
                row(
                        "another coding's name",
                        POST + "Transfer_Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
                        CLOSED,
                        202,
                        400));
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
                row(
                        "unknown path, body",
                        "POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                        KEPT,
                        404),
                row("two slashes", "POST //in/x HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 404),
                row("dot dot", "POST /in/../thing HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 404),
                row(
                        "escaped dot dot",
                        "POST /x/%2e%2e/in/x HTTP/1.1\r\nHost: a\r\n\r\n",
                        KEPT,
                        404),
                row("escaped slash", "POST /in%2fx HTTP/1.1\r\nHost: a\r\n\r\n", KEPT, 404));
    }
}
