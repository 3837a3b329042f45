package dev.belay.system.bench;

/// Finds the end of an HTTP/1.1 message in a buffer, and nothing more. Knows `Content-Length` and,
/// for the sake of answers of a few bytes, a chunked body that ends with its last chunk.
public final class HttpMessage {
    private static final byte[] LENGTH =
            "content-length:".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final byte[] CODING =
            "transfer-encoding:".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private HttpMessage() {}

    /// Where the body begins, or -1 while the head is incomplete.
    public static int bodyAt(byte[] bytes, int length) {
        for (int i = 3; i < length; i++) {
            if (bytes[i] == '\n'
                    && bytes[i - 1] == '\r'
                    && bytes[i - 2] == '\n'
                    && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    /// Where the message ends, or -1 while it is incomplete.
    public static int end(byte[] bytes, int bodyAt, int length) {
        int line = nextLine(bytes, 0, bodyAt);
        while (line < bodyAt - 2) {
            if (startsWith(bytes, line, LENGTH)) {
                int end = bodyAt + number(bytes, line + LENGTH.length);
                return end <= length ? end : -1;
            }
            if (startsWith(bytes, line, CODING)) {
                boolean ended =
                        length - bodyAt >= 5
                                && bytes[length - 5] == '0'
                                && bodyAt(bytes, length) > 0
                                && bytes[length - 1] == '\n'
                                && bytes[length - 3] == '\n';
                return ended ? length : -1;
            }
            line = nextLine(bytes, line, bodyAt);
        }
        return bodyAt;
    }

    /// The status of an answer.
    public static int status(byte[] bytes) {
        return (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + bytes[11] - '0';
    }

    private static int nextLine(byte[] bytes, int from, int limit) {
        int at = from;
        while (at < limit && bytes[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    private static boolean startsWith(byte[] bytes, int at, byte[] lowerCaseName) {
        for (int i = 0; i < lowerCaseName.length; i++) {
            int c = bytes[at + i];
            if (c >= 'A' && c <= 'Z') {
                c += 'a' - 'A';
            }
            if (c != lowerCaseName[i]) {
                return false;
            }
        }
        return true;
    }

    private static int number(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] == ' ') {
            at++;
        }
        int number = 0;
        while (bytes[at] >= '0' && bytes[at] <= '9') {
            number = number * 10 + bytes[at] - '0';
            at++;
        }
        return number;
    }
}
