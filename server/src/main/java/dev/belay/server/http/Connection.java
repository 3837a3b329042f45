package dev.belay.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// One connection and the requests on it, one after the other, on a virtual thread of its own.
final class Connection implements Runnable {
    private static final System.Logger LOG = System.getLogger(Connection.class.getName());

    /// Most bytes that are thrown away after an answer that ends the connection, so that the client
    /// gets to read it: many read no answer before they have sent the whole of a body, and a body
    /// refused for its length is a long one. Bounded in time as well, see [Watch.Phase#LINGERING].
    private static final int LINGER_BYTES = 32 * 1024 * 1024;

    private final Listener listener;
    private final Socket socket;
    private final String remoteAddress;
    private final Watch watch;

    Connection(Listener listener, Socket socket, Watch watch) {
        this.listener = listener;
        this.socket = socket;
        this.watch = watch;
        this.remoteAddress = socket.getInetAddress().getHostAddress();
    }

    Watch watch() {
        return watch;
    }

    @Override
    public void run() {
        try {
            OutputStream out = socket.getOutputStream();
            Input input = new Input(socket.getInputStream(), watch);
            serveAll(input, out);
        } catch (IOException | Refused e) {
            // The client went away or was cut off: there is nobody to tell.
            LOG.log(System.Logger.Level.TRACE, "connection lost", e);
        } finally {
            cut();
            listener.ended(this);
        }
    }

    private void serveAll(Input input, OutputStream out) throws IOException {
        HeadReader heads = new HeadReader(input, listener.limits());
        while (true) {
            if (input.available() > 0) {
                watch.enter(Watch.Phase.HEAD);
            }
            String id = listener.nextRequestId();
            RequestHead head;
            try {
                head = heads.read();
            } catch (Refused refused) {
                write(out, refused.problem().response(), id, true, false);
                linger(input);
                return;
            }
            if (head == null) {
                return;
            }
            if (!serveOne(head, id, input, heads, out)) {
                linger(input);
                return;
            }
            if (listener.closing()) {
                return;
            }
            input.shrink();
            watch.enter(Watch.Phase.IDLE);
        }
    }

    /// @return whether the connection can serve another request
    private boolean serveOne(
            RequestHead head, String id, Input input, HeadReader heads, OutputStream out)
            throws IOException {
        watch.serving();
        BodyReader body = new BodyReader(head, input, heads, out, watch);
        Response response;
        boolean keep = !head.close() && !listener.closing();
        try {
            response = listener.router().serve(new Request(id, head, remoteAddress, body));
        } catch (Refused refused) {
            response = refused.problem().response();
            keep &= !refused.close();
        } catch (RuntimeException | Error e) {
            // Also no memory for one body, or a stack too deep for one: others are served on.
            LOG.log(System.Logger.Level.ERROR, "request " + id + " failed", e);
            response =
                    Problem.of(503, "unavailable", "The request could not be served.")
                            .retryAfter(5)
                            .response();
            keep = false;
        }
        keep = keep && drained(body);
        write(out, response, id, !keep, head.method().equals("HEAD"));
        return keep;
    }

    private static boolean drained(BodyReader body) {
        try {
            return body.drain();
        } catch (Refused | IOException e) {
            // The answer is known already; what is wrong with an unread body changes nothing.
            return false;
        }
    }

    private void write(
            OutputStream out, Response response, String id, boolean close, boolean headOnly)
            throws IOException {
        watch.enter(Watch.Phase.WRITING);
        byte[] body = response.body();
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ").append(response.status()).append(reason(response.status()));
        head.append("\r\ndate: ").append(listener.date());
        head.append("\r\nx-request-id: ").append(id);
        if (response.status() != 204) {
            head.append("\r\ncontent-length: ").append(body.length);
        }
        if (!response.contentType().isEmpty()) {
            head.append("\r\ncontent-type: ").append(response.contentType());
            head.append("\r\nx-content-type-options: nosniff");
        }
        String[] lines = response.headers();
        for (int i = 0; i < lines.length; i += 2) {
            head.append("\r\n").append(lines[i]).append(": ").append(lines[i + 1]);
        }
        if (close) {
            head.append("\r\nconnection: close");
        }
        head.append("\r\n\r\n");
        byte[] headBytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        if (headOnly || body.length == 0) {
            out.write(headBytes);
        } else {
            // One write, one packet where it fits.
            byte[] all = java.util.Arrays.copyOf(headBytes, headBytes.length + body.length);
            System.arraycopy(body, 0, all, headBytes.length, body.length);
            out.write(all);
        }
        out.flush();
    }

    /// Lets the client read the answer although it may still be sending: closing a socket that
    /// holds unread bytes would reset the connection.
    private void linger(Input input) throws IOException {
        watch.enter(Watch.Phase.LINGERING);
        socket.shutdownOutput();
        byte[] waste = new byte[16 * 1024];
        int total = 0;
        int count = 0;
        while (count >= 0 && total < LINGER_BYTES) {
            count = input.read(waste, 0, waste.length);
            total += Math.max(count, 0);
        }
    }

    /// Called by the sweep when the present phase has lasted too long.
    void expire() {
        switch (watch.phase()) {
            case HEAD, BODY, FRESH, IDLE -> {
                try {
                    // Wakes the reading thread, which then answers 408 itself.
                    socket.shutdownInput();
                } catch (IOException e) {
                    cut();
                }
            }
            case WRITING, LINGERING -> cut();
            case SERVING -> {}
        }
    }

    /// Ends the connection at once.
    void cut() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.TRACE, "closing failed", e);
        }
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> " OK";
            case 201 -> " Created";
            case 202 -> " Accepted";
            case 204 -> " No Content";
            case 400 -> " Bad Request";
            case 401 -> " Unauthorized";
            case 404 -> " Not Found";
            case 405 -> " Method Not Allowed";
            case 408 -> " Request Timeout";
            case 409 -> " Conflict";
            case 413 -> " Content Too Large";
            case 414 -> " URI Too Long";
            case 415 -> " Unsupported Media Type";
            case 422 -> " Unprocessable Content";
            case 429 -> " Too Many Requests";
            case 431 -> " Request Header Fields Too Large";
            case 503 -> " Service Unavailable";
            // The phrase is optional (RFC 9112, section 4); the space before it is not.
            default -> " ";
        };
    }
}
