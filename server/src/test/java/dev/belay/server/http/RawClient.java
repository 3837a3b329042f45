package dev.belay.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/// A connection that sends exactly the bytes it is told and reads one answer at a time.
public final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private boolean headOnly;

    public RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /// An answer.
    ///
    /// @param head status line and headers, with line ends
    public record Answer(int status, String head, String body) {
        /// The value of a header, empty where it is absent.
        public String header(String name) {
            for (String line : head.split("\r\n", -1)) {
                int colon = line.indexOf(':');
                if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
                    return line.substring(colon + 1).trim();
                }
            }
            return "";
        }
    }

    public RawClient send(String bytes) throws IOException {
        headOnly = bytes.startsWith("HEAD ");
        out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        return this;
    }

    /// Tells the server that nothing more will come.
    public RawClient finish() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /// Reads one answer.
    public Answer answer() throws IOException {
        String head = head();
        int status = Integer.parseInt(head.substring(9, 12));
        Answer answer = new Answer(status, head, "");
        String length = answer.header("content-length");
        byte[] body = in.readNBytes(length.isEmpty() || headOnly ? 0 : Integer.parseInt(length));
        return new Answer(status, head, new String(body, StandardCharsets.UTF_8));
    }

    private String head() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("closed after: " + bytes);
            }
            bytes.write(b);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /// Whether the server ends the connection, all it sent having been read.
    public boolean closed() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException e) {
            return true;
        }
    }

    /// Sends one byte at a time, a pause apart, until the server says something.
    public Answer drip(char each, int pauseMillis) throws IOException {
        socket.setSoTimeout(pauseMillis);
        while (true) {
            out.write(each);
            try {
                int first = in.read();
                socket.setSoTimeout(20_000);
                if (first != 'H') {
                    throw new IOException("unexpected byte " + first);
                }
                Answer rest = new Answer(0, "H" + head(), "");
                return new Answer(Integer.parseInt(rest.head().substring(9, 12)), rest.head(), "");
            } catch (SocketTimeoutException e) {
                // nothing said yet: the next byte
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
