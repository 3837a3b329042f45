package dev.belay.server.http;

import java.io.IOException;
import java.io.InputStream;

/// The bytes of a connection that have come and are not consumed yet.
final class Input {
    /// The connection ended.
    static final int END = -1;

    /// A line is longer than allowed.
    static final int TOO_LONG = -2;

    private static final int INITIAL = 4 * 1024;

    private final InputStream in;
    private final Watch watch;
    private byte[] buffer = new byte[INITIAL];
    private int from;
    private int to;

    Input(InputStream in, Watch watch) {
        this.in = in;
        this.watch = watch;
    }

    /// The bytes; valid until the next reading.
    byte[] buffer() {
        return buffer;
    }

    /// Where in [#buffer()] the unconsumed bytes begin.
    int from() {
        return from;
    }

    /// How many bytes are there without waiting.
    int available() {
        return to - from;
    }

    /// Consumes so many of the bytes that are there.
    void skip(int count) {
        from += count;
    }

    /// Waits for more bytes.
    ///
    /// @return whether any came; false at the end of the connection
    /// @throws Refused with 408 when the present phase was ended by the sweep
    boolean fill() throws IOException {
        if (from == to) {
            from = 0;
            to = 0;
        } else if (to == buffer.length) {
            if (from > 0) {
                System.arraycopy(buffer, from, buffer, 0, to - from);
                to -= from;
                from = 0;
            } else {
                buffer = java.util.Arrays.copyOf(buffer, buffer.length * 2);
            }
        }
        int count = in.read(buffer, to, buffer.length - to);
        return came(count, to);
    }

    private boolean came(int count, int end) {
        if (count < 0) {
            // An idle connection is closed without a word.
            if (watch.expired() && watch.phase() != Watch.Phase.IDLE) {
                throw new Refused(Problem.tooSlow(), true);
            }
            return false;
        }
        to = end + count;
        watch.came(count);
        return true;
    }

    /// Reads into an array: what is there first, then from the connection.
    ///
    /// @return how many bytes, -1 at the end
    int read(byte[] into, int offset, int length) throws IOException {
        if (available() > 0) {
            int count = Math.min(length, available());
            System.arraycopy(buffer, from, into, offset, count);
            from += count;
            return count;
        }
        int count = in.read(into, offset, length);
        if (count < 0) {
            came(count, to);
        } else {
            watch.came(count);
        }
        return count;
    }

    /// Waits until a whole line is there.
    ///
    /// @return its length without the line end, from [#from()]; [#END] or [#TOO_LONG]
    /// @throws Refused with 400 when a line does not end in CR LF
    int line(int limit) throws IOException {
        int at = 0;
        while (true) {
            while (at < available()) {
                byte b = buffer[from + at];
                if (b == '\n') {
                    throw malformedLine();
                }
                if (b == '\r') {
                    if (at + 1 == available()) {
                        break;
                    }
                    if (buffer[from + at + 1] != '\n') {
                        throw malformedLine();
                    }
                    return at;
                }
                if (++at > limit) {
                    return TOO_LONG;
                }
            }
            if (!fill()) {
                return END;
            }
        }
    }

    /// Gives up the space that a large head took.
    void shrink() {
        if (buffer.length > INITIAL && available() == 0) {
            buffer = new byte[INITIAL];
            from = 0;
            to = 0;
        }
    }

    private static Refused malformedLine() {
        return new Refused(Problem.malformed("Lines end in CR LF."), true);
    }
}
