package dev.belay.transport;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.BasicHttpTransportMetrics;
import org.apache.hc.core5.http.impl.io.ChunkedInputStream;
import org.apache.hc.core5.http.impl.io.ContentLengthInputStream;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.IdentityInputStream;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.apache.hc.core5.http.io.entity.EmptyInputStream;

/// One connection to a checked address, used by one attempt at a time. Messages are parsed by
/// Apache HttpCore; what frames them is judged in [Framing].
final class Connection {
    private static final int BUFFER_BYTES = 8 * 1024;
    private static final int MAX_HEAD_BYTES = 64 * 1024;
    private static final int MAX_INTERIM = 8;

    /// Heads and bodies up to this size leave in one write.
    private static final int ONE_WRITE_BYTES = 64 * 1024;

    private static final Http1Config LIMITS =
            Http1Config.custom()
                    .setMaxHeaderCount(100)
                    .setMaxLineLength(8 * 1024)
                    .setMaxEmptyLineCount(2)
                    .build();

    /// An idle TLS connection is asked whether it still stands after this time only, because asking
    /// costs a millisecond.
    private static final long TLS_TRUSTED_NANOS = 1_000_000_000L;

    final Route route;
    private final SocketChannel channel;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final HeadStream headStream;
    private final SessionInputBufferImpl buffer;
    private final DefaultHttpResponseParser parser = new DefaultHttpResponseParser(LIMITS);

    /// @param channel connected
    /// @param socket the channel's own, or the TLS socket over it
    Connection(Route route, SocketChannel channel, Socket socket) throws IOException {
        this.route = route;
        this.channel = channel;
        this.socket = socket;
        in = socket.getInputStream();
        out = socket.getOutputStream();
        headStream = new HeadStream(in);
        buffer =
                new SessionInputBufferImpl(
                        new BasicHttpTransportMetrics(),
                        BUFFER_BYTES,
                        -1,
                        LIMITS.getMaxLineLength(),
                        null);
    }

    /// The socket itself, for whoever must be able to end it.
    SocketChannel channel() {
        return channel;
    }

    /// Writes the request.
    void write(byte[] head, byte[] body) throws IOException {
        if (head.length + body.length <= ONE_WRITE_BYTES) {
            byte[] all = java.util.Arrays.copyOf(head, head.length + body.length);
            System.arraycopy(body, 0, all, head.length, body.length);
            out.write(all);
        } else {
            out.write(head);
            out.write(body);
        }
        out.flush();
    }

    /// Reads the head of the final response.
    ///
    /// @throws HttpException when it is not HTTP/1.x
    /// @throws MessageConstraintException when it is too large
    /// @throws EOFException when the peer closed before its end
    ClassicHttpResponse readHead() throws HttpException, IOException {
        headStream.left = MAX_HEAD_BYTES;
        for (int interim = 0; interim <= MAX_INTERIM; interim++) {
            ClassicHttpResponse head = parser.parse(buffer, headStream);
            Framing.checkStatusLine(head);
            if (head.getCode() >= 200) {
                return head;
            }
        }
        throw new ProtocolException("too many interim responses");
    }

    /// The body that this framing announces, up to its end.
    InputStream body(long framing) {
        if (framing == Framing.CHUNKED) {
            return new ChunkedInputStream(buffer, in, LIMITS);
        }
        if (framing == Framing.UNTIL_CLOSE) {
            return new IdentityInputStream(buffer, in);
        }
        return framing == 0
                ? EmptyInputStream.INSTANCE
                : new ContentLengthInputStream(buffer, in, framing);
    }

    /// Whether the peer has sent something that nobody asked for: the connection is out of step.
    boolean hasLeftover() {
        return buffer.hasBufferedData();
    }

    /// Whether the idle connection still stands as it was left: not closed by the peer, nothing
    /// sent by it. Asked before the first byte of a request is written, so that going on with
    /// another connection can never send anything twice.
    boolean isFresh(long idleNanos) {
        try {
            if (route.secure()) {
                return idleNanos < TLS_TRUSTED_NANOS || isQuietForAMillisecond();
            }
            channel.configureBlocking(false);
            int read = channel.read(ByteBuffer.allocate(1));
            channel.configureBlocking(true);
            return read == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isQuietForAMillisecond() throws IOException {
        socket.setSoTimeout(1);
        try {
            // Data nobody asked for, or the end: either way it is not as it was left.
            return in.read() < -1;
        } catch (SocketTimeoutException quiet) {
            return true;
        } finally {
            socket.setSoTimeout(0);
        }
    }

    /// Ends the connection at once; also ends whatever is blocked on it. Does not block.
    static void abort(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException alreadyClosed) {
            // Closing again is harmless.
        }
        closeQuietly(channel);
    }

    /// Same as [#abort(SocketChannel)] for this connection.
    void abort() {
        abort(channel);
    }

    /// Ends the connection in order.
    void close() {
        closeQuietly(channel);
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to be done with it.
        }
    }

    /// The socket's stream while a head is read: the end of the stream is an error there, and so
    /// are more bytes than a head may have.
    private static final class HeadStream extends FilterInputStream {
        private int left;

        HeadStream(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left <= 0) {
                throw new MessageConstraintException("the response head is too large");
            }
            int read = super.read(bytes, offset, length);
            if (read < 0) {
                throw new EOFException("closed by the peer before the response head ended");
            }
            left -= read;
            return read;
        }
    }
}
