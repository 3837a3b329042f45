package dev.belay.server.http;

import static dev.belay.server.http.Row.After.CLOSED;
import static dev.belay.server.http.Row.After.ENDED;
import static dev.belay.server.http.Row.CHUNKED;
import static dev.belay.server.http.Row.HEALTHY;
import static dev.belay.server.http.Row.HIDDEN;
import static dev.belay.server.http.Row.POST;
import static dev.belay.server.http.Row.bad;
import static dev.belay.server.http.Row.row;

import java.util.stream.Stream;

/// What another reader could take for something else, and what is too much or not whole.
final class Malformed {
    private Malformed() {}

    static Stream<Row> rows() {
        return Stream.of(
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

    private static Stream<Row> lengths() {
        return Stream.of(
                        "+3",
                        "-3",
                        "0x3",
                        "3,3",
                        "3, 3",
                        "3 3",
                        "3;",
                        "3.0",
                        "3e0",
                        "\"3\"",
                        "",
                        "\t3",
                        "3\t",
                        "\u000b3",
                        "\u00b3",
                        "three",
                        "9223372036854775808",
                        "18446744073709551619",
                        "00000000000000000003")
                .map(
                        length ->
                                bad(
                                        "length '" + length + "'",
                                        POST
                                                + "Content-Length: "
                                                + length
                                                + "\r\n\r\nabc"
                                                + HIDDEN));
    }

    private static Stream<Row> codings() {
        Stream<Row> odd =
                Stream.of(
                                "xchunked",
                                "chunked, identity",
                                "identity",
                                "gzip, chunked",
                                "chunked, chunked",
                                "chunked;q=1",
                                "\"chunked\"",
                                ",chunked",
                                "chunked,",
                                "",
                                "\tchunked",
                                "chunked\t",
                                "\u000bchunked",
                                "chunked\0",
                                "chunked\u0085",
                                "chun ked",
                                "deflate")
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
                        bad(
                                "length, chunks",
                                POST + "Content-Length: 5\r\nTransfer-Encoding: chunked" + end),
                        bad(
                                "chunks, length",
                                POST + "Transfer-Encoding: chunked\r\nContent-Length: 5" + end),
                        bad(
                                "length 0, chunks",
                                POST + "Content-Length: 0\r\nTransfer-Encoding: chunked" + end),
                        bad(
                                "length, odd coding",
                                POST + "Content-Length: 5\r\nTransfer-Encoding: x" + end),
                        bad(
                                "two equal lengths",
                                POST + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
                        bad(
                                "two lengths",
                                POST + "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde"),
                        bad(
                                "lengths apart",
                                POST
                                        + "Content-Length: 0\r\nX: y\r\ncontent-length: 41\r\n\r\n"
                                        + HIDDEN),
                        bad(
                                "chunked twice",
                                POST
                                        + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"
                                        + end),
                        bad(
                                "chunked and identity",
                                POST
                                        + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"
                                        + end),
                        bad("coding folded", POST + "Transfer-Encoding:\r\n chunked" + end),
                        bad(
                                "coding, space before colon",
                                POST + "Transfer-Encoding : chunked" + end),
                        bad(
                                "coding, tab before colon",
                                POST + "Transfer-Encoding\t: chunked" + end),
                        bad(
                                "coding behind bare LF",
                                POST + "X: y\nTransfer-Encoding: chunked" + end),
                        bad(
                                "coding behind bare CR",
                                POST + "X: y\rTransfer-Encoding: chunked" + end),
                        bad(
                                "coding with leading space",
                                POST + " Transfer-Encoding: chunked" + end),
                        bad(
                                "1.0 chunked",
                                "POST /in/x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked"
                                        + end));
        return Stream.concat(odd, several);
    }

    private static Stream<Row> chunks() {
        Stream<Row> sizes =
                Stream.of(
                                "0x3",
                                "3 ",
                                " 3",
                                "+3",
                                "-3",
                                "3\t",
                                "00000000000000003",
                                "",
                                "g",
                                "3,",
                                "3=x",
                                "\u0663",
                                "3;x=\"y",
                                "3;x=\\y",
                                "3;x=\0",
                                "3;x\ry",
                                "3;x\ny",
                                "3;" + "x".repeat(1100),
                                "3;" + "x".repeat(100_000))
                        .map(
                                size ->
                                        bad(
                                                "chunk '"
                                                        + size.substring(
                                                                0, Math.min(20, size.length()))
                                                        + "' "
                                                        + size.length(),
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
                        row(
                                "trailers too many",
                                CHUNKED + "0\r\n" + "X: y\r\n".repeat(101) + "\r\n",
                                CLOSED,
                                431),
                        row(
                                "trailers too large",
                                CHUNKED + "0\r\nX: " + "y".repeat(5000) + "\r\n\r\n",
                                CLOSED,
                                431),
                        row("chunk over the limit", CHUNKED + "3e9\r\n", CLOSED, 413),
                        row(
                                "chunks over the limit",
                                CHUNKED + "3e8\r\n" + "x".repeat(1000) + "\r\n1\r\n",
                                CLOSED,
                                413),
                        row("chunk 2^31", CHUNKED + "80000000\r\n", CLOSED, 413),
                        row("chunk 2^32", CHUNKED + "100000000\r\n", CLOSED, 413),
                        row("chunk 2^64-1", CHUNKED + "ffffffffffffffff\r\n", CLOSED, 413));
        return Stream.concat(sizes, others);
    }

    private static Stream<Row> headers() {
        return Stream.of(
                        "X-A: b\r\n c",
                        "X-A: b\r\n\tc",
                        "X-A: b\r\n ",
                        " X-A: b",
                        "X-A : b",
                        "X-A\t: b",
                        "X-A: b\rc",
                        "X-A: b\nc",
                        "X-A: b\n",
                        "X-A: b\r\r\n",
                        "X-A: b\0c",
                        "X-A: \u001b[2J",
                        "X-A: b\u007f",
                        "X-A: b\u000b",
                        "\0X-A: b",
                        ": b",
                        ":",
                        "X-A",
                        "X A: b",
                        "X(A: b",
                        "X-\u00e4: b",
                        "X-A;: b",
                        "X\0A: b",
                        "\"X-A\": b",
                        "GET /hidden HTTP/1.1")
                .map(line -> bad("header '" + line + "'", POST + line + "\r\n\r\n"));
    }

    private static Stream<Row> requestLines() {
        String rest = "\r\nHost: a\r\n\r\n";
        return Stream.of(
                        "POST /in/\u00e4 HTTP/1.1",
                        "POST  /in/x HTTP/1.1",
                        "POST /in/x  HTTP/1.1",
                        "POST\t/in/x HTTP/1.1",
                        "POST /in/x\tHTTP/1.1",
                        "POST /in/x HTTP/1.1 ",
                        " POST /in/x HTTP/1.1",
                        "GET /thing",
                        "GET",
                        "GET ",
                        "GET  HTTP/1.1",
                        "",
                        "GET /thing http/1.1",
                        "GET /thing HTTP/1.2",
                        "GET /thing HTTP/1.10",
                        "GET /thing HTTP/01.1",
                        "GET /thing HTTP/2.0",
                        "GET /thing HTTP/2",
                        "GET /thing HTTP/0.9",
                        "GET /thing HTTPS/1.1",
                        "GET /thing HTTP/1,1",
                        "PRI * HTTP/2.0",
                        "GET thing HTTP/1.1",
                        "GET a:80 HTTP/1.1",
                        "GET http://b/thing HTTP/1.1",
                        "GET http://ab/thing HTTP/1.1",
                        "GET https://a/thing HTTP/1.1",
                        "GET http://x@a/thing HTTP/1.1",
                        "GET http://a@b/thing HTTP/1.1",
                        "GET ftp://a/thing HTTP/1.1",
                        "GET /thing#x HTTP/1.1",
                        "GET /thing%zz HTTP/1.1",
                        "GET /thing%4 HTTP/1.1",
                        "GET /thing% HTTP/1.1",
                        "GET /th\0ing HTTP/1.1",
                        "GET /th\u007fing HTTP/1.1",
                        "GE(T /thing HTTP/1.1",
                        "\u0016\u0003\u0001\u0002",
                        "SSH-2.0-x",
                        "GET /thing HTTP/1.1\rX: y",
                        "\u00ff\u00fe")
                .map(
                        line ->
                                bad(
                                        "line '" + line + "'",
                                        (line.isEmpty() ? "\r\n\r\n" : line) + rest));
    }

    private static Stream<Row> hosts() {
        Stream<Row> values =
                Stream.of(
                                "a@b",
                                "a, b",
                                "a b",
                                "a/b",
                                "http://a",
                                "\u00e4",
                                "a%41",
                                "a?b",
                                "a#b",
                                "a\\b")
                        .map(
                                host ->
                                        bad(
                                                "host '" + host + "'",
                                                "GET /thing HTTP/1.1\r\nHost: "
                                                        + host
                                                        + "\r\n\r\n"));
        return Stream.concat(
                values,
                Stream.of(
                        bad("no host", "GET /thing HTTP/1.1\r\n\r\n"),
                        bad("two hosts", POST + "Host: a\r\n\r\n"),
                        bad("two other hosts", POST + "host: b\r\n\r\n"),
                        bad(
                                "1.0 with two hosts",
                                "GET /thing HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
                        bad("LF only", "GET /thing HTTP/1.1\nHost: a\n\n")));
    }

    private static Stream<Row> sizes() {
        return Stream.of(
                row(
                        "line too long",
                        "POST /in/" + "x".repeat(9000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
                        CLOSED,
                        414),
                row("line without end", "x".repeat(20_000), CLOSED, 414),
                row(
                        "header too large",
                        POST + "X-A: " + "b".repeat(17_000) + "\r\n\r\n",
                        CLOSED,
                        431),
                row("header without end", POST + "b".repeat(50_000), CLOSED, 431),
                row(
                        "headers too large",
                        POST + ("X-A: " + "b".repeat(400) + "\r\n").repeat(50) + "\r\n",
                        CLOSED,
                        431),
                row("headers too many", POST + "X-A: b\r\n".repeat(100) + "\r\n", CLOSED, 431),
                row(
                        "over the limit",
                        POST + "Content-Length: 1001\r\n\r\n" + "x".repeat(1001),
                        CLOSED,
                        413),
                row(
                        "far over the limit",
                        POST + "Content-Length: 999999999999999999\r\n\r\n",
                        CLOSED,
                        413),
                row(
                        "expect over the limit",
                        POST + "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n",
                        CLOSED,
                        413));
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
