package dev.belay.server.http;

import dev.belay.signature.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads request line and headers as RFC 9112 has them, and refuses whatever another reader could
/// take for something else: two lengths, folded lines, bare line ends, a space before the colon.
final class HeadReader {
    private static final boolean[] TOKEN = new boolean[256];

    static {
        for (int c = '0'; c <= 'z'; c++) {
            TOKEN[c] = Character.isLetterOrDigit(c);
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private final Input input;
    private final HttpLimits limits;

    HeadReader(Input input, HttpLimits limits) {
        this.input = input;
        this.limits = limits;
    }

    /// Reads the next head.
    ///
    /// @return null when the connection ended before one was complete
    /// @throws Refused when it is too large, too slow or malformed
    @Nullable RequestHead read() throws IOException {
        int length = input.line(limits.requestLine());
        // A stray empty line before a request is to be passed over (RFC 9112, section 2.2).
        if (length == 0) {
            input.skip(2);
            length = input.line(limits.requestLine());
        }
        if (length == Input.END) {
            return null;
        }
        if (length == Input.TOO_LONG) {
            throw new Refused(
                    Problem.of(414, "uri-too-long", "The request line is too long."), true);
        }
        Line line = requestLine(length);
        List<String> lines = new ArrayList<>(24);
        if (!headerLines(lines, limits.headers())) {
            return null;
        }
        return new Framing(line, Headers.of(lines)).head();
    }

    /// Method, target and version.
    private record Line(String method, String target, boolean http10) {}

    private Line requestLine(int length) {
        byte[] b = input.buffer();
        int from = input.from();
        int end = from + length;
        int method = from;
        while (method < end && TOKEN[b[method] & 0xff]) {
            method++;
        }
        int target = method + 1;
        while (target < end && b[target] > ' ' && b[target] != 0x7f) {
            target++;
        }
        if (method == from
                || method >= end
                || b[method] != ' '
                || target == method + 1
                || target >= end
                || b[target] != ' ') {
            throw malformed("The request line is malformed.");
        }
        String version = new String(b, target + 1, end - target - 1, StandardCharsets.ISO_8859_1);
        if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
            throw malformed("Only HTTP/1.1 is spoken here.");
        }
        Line line =
                new Line(
                        new String(b, from, method - from, StandardCharsets.ISO_8859_1),
                        new String(b, method + 1, target - method - 1, StandardCharsets.ISO_8859_1),
                        version.equals("HTTP/1.0"));
        input.skip(length + 2);
        return line;
    }

    /// Reads header lines to the empty one; also used for trailers.
    ///
    /// @param lines takes name, value, name, value, …
    /// @return false when the connection ended first
    boolean headerLines(List<String> lines, int budget) throws IOException {
        int left = budget;
        while (true) {
            int length = input.line(left);
            if (length == Input.END) {
                return false;
            }
            if (length == 0) {
                input.skip(2);
                return true;
            }
            if (length == Input.TOO_LONG || lines.size() >= limits.headerLines() * 2) {
                throw new Refused(
                        Problem.of(431, "headers-too-large", "The headers are too large."), true);
            }
            header(lines, length);
            input.skip(length + 2);
            left -= length + 2;
        }
    }

    private void header(List<String> lines, int length) {
        byte[] b = input.buffer();
        int from = input.from();
        int end = from + length;
        int colon = from;
        while (colon < end && TOKEN[b[colon] & 0xff]) {
            colon++;
        }
        if (colon == from || colon == end || b[colon] != ':') {
            throw malformed("A header line is malformed.");
        }
        int start = colon + 1;
        while (start < end && (b[start] == ' ' || b[start] == '\t')) {
            start++;
        }
        while (end > start && (b[end - 1] == ' ' || b[end - 1] == '\t')) {
            end--;
        }
        for (int i = start; i < end; i++) {
            if ((b[i] >= 0 && b[i] < ' ' && b[i] != '\t') || b[i] == 0x7f) {
                throw malformed("A header value holds a control character.");
            }
        }
        String name = new String(b, from, colon - from, StandardCharsets.ISO_8859_1);
        if (frames(name) && hasTab(b, colon + 1, from + length)) {
            // Allowed, sent by nobody, and read in two ways: the means of a smuggler.
            throw malformed("The framing of the body is ambiguous or not supported.");
        }
        lines.add(name);
        lines.add(new String(b, start, end - start, StandardCharsets.ISO_8859_1));
    }

    private static boolean frames(String name) {
        return name.equalsIgnoreCase("transfer-encoding")
                || name.equalsIgnoreCase("content-length");
    }

    private static boolean hasTab(byte[] b, int from, int to) {
        for (int i = from; i < to; i++) {
            if (b[i] == '\t') {
                return true;
            }
        }
        return false;
    }

    private static Refused malformed(String detail) {
        return new Refused(Problem.malformed(detail), true);
    }

    /// What the headers say of target and body, checked.
    private record Framing(Line line, Headers headers) {
        RequestHead head() {
            host();
            String target = line.target();
            if (target.charAt(0) != '/' && !target.equals("*")) {
                target = originForm(target);
            }
            int question = target.indexOf('?');
            String path = question < 0 ? target : target.substring(0, question);
            checkEscapes(target);
            List<String> connection = headers.all("connection");
            return new RequestHead(
                    line.method(),
                    path,
                    question < 0 ? null : target.substring(question + 1),
                    headers,
                    length(),
                    !line.http10()
                            && headers.first("expect")
                                    .filter(value -> value.equalsIgnoreCase("100-continue"))
                                    .isPresent(),
                    line.http10() || connection.stream().anyMatch(Framing::saysClose));
        }

        private static boolean saysClose(String value) {
            return value.toLowerCase(Locale.ROOT).contains("close");
        }

        private void host() {
            int hosts = headers.count("host");
            if (hosts > 1 || (hosts == 0 && !line.http10())) {
                throw malformed("There must be exactly one Host header.");
            }
            String host = headers.first("host").orElse("");
            for (int i = 0; i < host.length(); i++) {
                char c = host.charAt(i);
                boolean fine =
                        (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || ".-_:[]".indexOf(c) >= 0;
                if (!fine) {
                    throw malformed("The Host header is malformed.");
                }
            }
        }

        /// A target written as a whole URL must name the host that the Host header names.
        private String originForm(String target) {
            String host = headers.first("host").orElse("");
            String prefix = "http://" + host;
            if (line.method().equals("CONNECT")) {
                return "*";
            }
            if (host.isEmpty() || !target.startsWith(prefix)) {
                throw malformed("The request target is malformed.");
            }
            String rest = target.substring(prefix.length());
            if (!rest.isEmpty() && rest.charAt(0) != '/') {
                throw malformed("The request target is malformed.");
            }
            return rest.isEmpty() ? "/" : rest;
        }

        private static void checkEscapes(String target) {
            for (int i = 0; i < target.length(); i++) {
                char c = target.charAt(i);
                boolean bad =
                        c == '#'
                                || (c == '%'
                                        && (i + 2 >= target.length()
                                                || Character.digit(target.charAt(i + 1), 16) < 0
                                                || Character.digit(target.charAt(i + 2), 16) < 0));
                if (bad) {
                    throw malformed("The request target is malformed.");
                }
            }
        }

        private long length() {
            int lengths = headers.count("content-length");
            int codings = headers.count("transfer-encoding");
            if (codings > 0) {
                boolean chunked =
                        codings == 1
                                && lengths == 0
                                && !line.http10()
                                && headers.first("transfer-encoding")
                                        .orElse("")
                                        .equalsIgnoreCase("chunked");
                if (!chunked) {
                    throw malformed("The framing of the body is ambiguous or not supported.");
                }
                return RequestHead.CHUNKED;
            }
            if (lengths == 0) {
                return 0;
            }
            String text = headers.first("content-length").orElse("");
            long length = 0;
            if (lengths > 1 || text.isEmpty() || text.length() > 18) {
                throw malformed("The Content-Length is malformed.");
            }
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c < '0' || c > '9') {
                    throw malformed("The Content-Length is malformed.");
                }
                length = length * 10 + (c - '0');
            }
            return length;
        }
    }
}
