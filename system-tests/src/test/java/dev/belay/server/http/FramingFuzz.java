package dev.belay.server.http;

import dev.belay.time.SystemTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;

/// Any bytes on a connection: requests, or a refusal; and what was taken for a request is one that
/// every reader would cut at the same place.
public final class FramingFuzz {
    private static final int LIMIT = 4_096;

    private FramingFuzz() {}

    /// Takes one input.
    ///
    /// @param data what the client sends
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        Watch watch = new Watch(new SystemTime());
        Input input = new Input(new ByteArrayInputStream(data), watch);
        HeadReader heads = new HeadReader(input, HttpLimits.DEFAULT);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            for (int requests = 0; requests < 64; requests++) {
                RequestHead head = heads.read();
                if (head == null) {
                    return;
                }
                check(head);
                byte[] body = new BodyReader(head, input, heads, out, watch).read(LIMIT);
                if (body.length > LIMIT || (head.length() >= 0 && body.length != head.length())) {
                    throw new AssertionError("a body of another length than was said");
                }
            }
        } catch (Refused | EOFException answered) {
            // As it should be: a problem for the client, or a connection that ended.
        }
    }

    private static void check(RequestHead head) {
        int[] framing = new int[3];
        head.headers()
                .forEach(
                        (name, value) -> {
                            if (name.isEmpty()
                                    || value.chars().anyMatch(c -> c < ' ' && c != '\t')) {
                                throw new AssertionError("a header that others read differently");
                            }
                            switch (name.toLowerCase(java.util.Locale.ROOT)) {
                                case "content-length" -> framing[0]++;
                                case "transfer-encoding" -> framing[1]++;
                                case "host" -> framing[2]++;
                                default -> {}
                            }
                        });
        if (framing[0] > 1 || framing[1] > 1 || framing[0] + framing[1] > 1 || framing[2] > 1) {
            throw new AssertionError("two framings were taken");
        }
        if (head.path().chars().anyMatch(c -> c <= ' ' || c > 0x7e)) {
            throw new AssertionError("a path that others read differently");
        }
    }
}
