package dev.belay.server.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads the body of one request into one array, which grows with what comes, not with what was
/// declared.
final class BodyReader {
    /// Up to here a declared length is believed at once.
    private static final int TRUSTED = 64 * 1024;

    /// Unread bodies up to here are read over to keep the connection.
    private static final int DRAINED = 64 * 1024;

    private static final int MAX_CHUNK_LINE = 1024;
    private static final int MAX_TRAILERS = 4 * 1024;

    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final RequestHead head;
    private final Input input;
    private final HeadReader headReader;
    private final OutputStream out;
    private final Watch watch;
    private boolean read;

    BodyReader(
            RequestHead head, Input input, HeadReader headReader, OutputStream out, Watch watch) {
        this.head = head;
        this.input = input;
        this.headReader = headReader;
        this.out = out;
        this.watch = watch;
    }

    /// See [Request#body(int)].
    byte[] read(int limit) throws IOException {
        if (read) {
            throw new IllegalStateException("the body was read before");
        }
        if (head.length() > limit) {
            throw new Refused(Problem.tooLarge(limit), true);
        }
        read = true;
        if (head.length() == 0) {
            return new byte[0];
        }
        if (head.expectContinue() && input.available() == 0) {
            out.write(CONTINUE);
            out.flush();
        }
        watch.enter(Watch.Phase.BODY);
        byte[] body = head.length() > 0 ? declared((int) head.length()) : chunked(limit);
        watch.serving();
        return body;
    }

    /// Reads over a small body that nobody asked for.
    ///
    /// @return whether the connection can serve another request
    boolean drain() throws IOException {
        if (read || head.length() == 0) {
            return true;
        }
        if (head.expectContinue() || head.length() < 0 || head.length() > DRAINED) {
            return false;
        }
        read(DRAINED);
        return true;
    }

    private byte[] declared(int length) throws IOException {
        byte[] body = new byte[Math.min(length, TRUSTED)];
        int count = 0;
        while (count < length) {
            if (count == body.length) {
                body = Arrays.copyOf(body, (int) Math.min(length, body.length * 2L));
            }
            int more = input.read(body, count, body.length - count);
            if (more < 0) {
                throw new EOFException();
            }
            count += more;
        }
        return body;
    }

    private byte[] chunked(int limit) throws IOException {
        byte[] body = new byte[Math.min(limit, 8 * 1024)];
        int count = 0;
        while (true) {
            int size = chunkSize(limit - count, limit);
            if (size == 0) {
                trailers();
                return count == body.length ? body : Arrays.copyOf(body, count);
            }
            int end = count + size;
            while (count < end) {
                if (count == body.length) {
                    body = Arrays.copyOf(body, (int) Math.min(limit, body.length * 2L));
                }
                int more = input.read(body, count, Math.min(end, body.length) - count);
                if (more < 0) {
                    throw new EOFException();
                }
                count += more;
            }
            if (input.line(0) != 0) {
                throw malformed();
            }
            input.skip(2);
        }
    }

    /// Reads a chunk's size line. The extension is checked and ignored.
    private int chunkSize(int room, int limit) throws IOException {
        int length = input.line(MAX_CHUNK_LINE);
        if (length == Input.END) {
            throw new EOFException();
        }
        if (length <= 0) {
            throw malformed();
        }
        byte[] b = input.buffer();
        int from = input.from();
        long size = 0;
        int digits = 0;
        while (digits < length && Character.digit(b[from + digits], 16) >= 0) {
            if (digits == 16) {
                throw malformed();
            }
            // Saturates far above every limit, long before it could overflow.
            size = Math.min(size * 16 + Character.digit(b[from + digits], 16), Integer.MAX_VALUE);
            digits++;
        }
        if (digits == 0 || (digits < length && b[from + digits] != ';')) {
            throw malformed();
        }
        boolean quoted = false;
        for (int i = digits; i < length; i++) {
            byte c = b[from + i];
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' || (c < ' ' && c != '\t') || c == 0x7f) {
                throw malformed();
            }
        }
        if (quoted) {
            throw malformed();
        }
        input.skip(length + 2);
        if (size > room) {
            throw new Refused(Problem.tooLarge(limit), true);
        }
        return (int) size;
    }

    private void trailers() throws IOException {
        List<String> lines = new ArrayList<>(0);
        if (!headReader.headerLines(lines, MAX_TRAILERS)) {
            throw new EOFException();
        }
        for (int i = 0; i < lines.size(); i += 2) {
            String name = lines.get(i);
            if (name.equalsIgnoreCase("content-length")
                    || name.equalsIgnoreCase("transfer-encoding")
                    || name.equalsIgnoreCase("host")) {
                throw malformed();
            }
        }
    }

    private static Refused malformed() {
        return new Refused(Problem.malformed("The chunked body is malformed."), true);
    }
}
