package dev.belay.server.http;

import static dev.belay.server.http.Row.CHUNKED;
import static dev.belay.server.http.Row.HIDDEN;
import static dev.belay.server.http.Row.POST;
import static dev.belay.server.http.Row.bad;

import java.util.stream.Stream;

/// Framing written so that one reader takes it and another does not: what hides a second request
/// behind the first where two programs stand in a row.
final class Smuggled {
    private static final String END = "\r\n\r\n0\r\n\r\n" + HIDDEN;

    private Smuggled() {}

    static Stream<Row> rows() {
        return Stream.of(names(), lengths(), codings(), chunks(), lines()).flatMap(rows -> rows);
    }

    /// Not quite the name of a framing header, with a value that would frame.
    private static Stream<Row> names() {
        Stream<Row> codings =
                Stream.of(
                                "Transfer-Encoding\u000b:",
                                "Transfer-Encoding\u000c:",
                                "Transfer-Encoding\u00a0:",
                                "Transfer-Encoding\0:",
                                "\u000bTransfer-Encoding:",
                                "\u00a0Transfer-Encoding:",
                                "Transfer Encoding:",
                                "Transfer-Encoding",
                                "Transfer-Encoding:\r\n",
                                "Transfer-Encoding::",
                                "Transfer-Encoding: x\r\n\tchunked\r\nX:",
                                "Transfer-\u00c8ncoding:",
                                "(Transfer-Encoding):",
                                "Transfer-Encoding,:",
                                "X: y\r\r\nTransfer-Encoding:",
                                "X: y\n\rTransfer-Encoding:")
                        .map(name -> bad("name '" + name + "'", POST + name + " chunked" + END));
        Stream<Row> lengths =
                Stream.of(
                                "Content-Length :",
                                "Content-Length\t:",
                                "Content-Length\u000b:",
                                "Content-Length\0:",
                                "Content-Length\u00a0:",
                                " Content-Length:",
                                "\tContent-Length:",
                                "Content Length:",
                                "Content-Length",
                                "Content-Length: 3\r\n",
                                "X: y\nContent-Length:",
                                "X: y\rContent-Length:")
                        .map(
                                name ->
                                        bad(
                                                "name '" + name + "'",
                                                POST + name + " 40\r\n\r\n" + HIDDEN));
        return Stream.concat(codings, lengths);
    }

    private static Stream<Row> lengths() {
        return Stream.of(
                        "3\u000c", "\u000c3", "3\0", "3\u0085", "3\u00a0", "3\u001f", "3,", ",3",
                        "3, 5", "3;5", "1_0", "0b11", "0o3", "+0", "-0", "0,0", "0x", ".3", "3%20",
                        "'3'", "3\\", "3/1", "NaN")
                .map(
                        length ->
                                bad(
                                        "length '" + length + "' hides",
                                        POST
                                                + "Content-Length: "
                                                + length
                                                + "\r\n\r\nabc"
                                                + HIDDEN));
    }

    private static Stream<Row> codings() {
        return Stream.of(
                        "chunked\u000c",
                        "\u000cchunked",
                        "chunked\u001f",
                        "chunked\u00a0",
                        "chunked\u00ff",
                        "chunk",
                        "chunkedd",
                        "identity, chunked",
                        "compress, chunked",
                        "chunked x",
                        "x chunked",
                        "chunked;",
                        "=chunked",
                        "[chunked]",
                        "'chunked'",
                        "chunked, ,",
                        "chunked/1.0")
                .map(
                        coding ->
                                bad(
                                        "coding '" + coding + "' hides",
                                        POST + "Transfer-Encoding: " + coding + END));
    }

    private static Stream<Row> chunks() {
        return Stream.of(
                        "3\u000b",
                        "3\u000c",
                        "3\0",
                        "3_",
                        "3.",
                        "3h",
                        "\t3",
                        "3 ;x",
                        "3\t;x",
                        "3\u0085",
                        "3\u00a0",
                        "3:",
                        "'3'",
                        "#3",
                        "3;x=\"\\",
                        "3;x=\"y\0\"",
                        "3\r")
                .map(
                        size ->
                                bad(
                                        "chunk '" + size + "' hides",
                                        CHUNKED + size + "\r\nabc\r\n0\r\n\r\n" + HIDDEN));
    }

    private static Stream<Row> lines() {
        return Stream.of(
                        "POST /in/x HTTP/1.1\u000b",
                        "POST /in/x HTTP/1.1\0",
                        "POST\u000b/in/x HTTP/1.1",
                        "POST /in/x\u000cHTTP/1.1",
                        "POST /in/x\u00a0HTTP/1.1",
                        "POST /in/x HTTP/1.1 HTTP/1.1",
                        "POST /in/x HTTP/+1.1",
                        "POST /in/x HTTP/1.1.1",
                        "POST /in/x HTTP /1.1",
                        "POST /in/x\r HTTP/1.1")
                .map(line -> bad("line '" + line + "' hides", line + "\r\nHost: a\r\n\r\n"));
    }
}
