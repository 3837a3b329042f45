package dev.belay.testkit;

import dev.belay.event.Body;
import dev.belay.signature.Headers;
import dev.belay.time.SystemTime;
import dev.belay.time.Time;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/// An HTTP/1.1 endpoint on a real loopback socket that records what it gets and does with it what
/// the test wants. Requests follow the script, one entry each; those after its end get the default,
/// 200.
public final class FakeEndpoint implements AutoCloseable {
    /// One request as it came.
    ///
    /// @param line the request line
    /// @param headers every line, in order
    /// @param body the exact bytes
    /// @param at when its last byte was read
    /// @param connection which connection it came on, counted from 1
    public record Request(String line, Headers headers, Body body, Instant at, int connection) {
        /// The value of the first header line with this name, or the empty string.
        public String header(String name) {
            return headers.first(name).orElse("");
        }
    }

    private final Time time = new SystemTime();
    private final ServerSocket server;
    private final boolean secure;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ConcurrentLinkedQueue<Misbehaviour> script = new ConcurrentLinkedQueue<>();
    private volatile Misbehaviour otherwise = Misbehaviour.OK;

    // Guarded by this.
    private final List<Request> requests = new ArrayList<>();
    private final Set<Socket> open = new HashSet<>();
    private int connections;

    private FakeEndpoint(ServerSocket server, boolean secure) {
        this.server = server;
        this.secure = secure;
    }

    /// Starts one on a free port of 127.0.0.1.
    public static FakeEndpoint start() {
        return start(InetAddress.ofLiteral("127.0.0.1"));
    }

    /// Starts one on a free port of this loopback address.
    public static FakeEndpoint start(InetAddress address) {
        try {
            return listening(new ServerSocket(0, 1_024, address), false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts one that speaks TLS.
    ///
    /// @param tls with the server's key, such as [TestCertificate#server()]
    public static FakeEndpoint startTls(SSLContext tls) {
        try {
            InetAddress address = InetAddress.ofLiteral("127.0.0.1");
            return listening(
                    tls.getServerSocketFactory().createServerSocket(0, 1_024, address), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FakeEndpoint listening(ServerSocket server, boolean secure) {
        FakeEndpoint endpoint = new FakeEndpoint(server, secure);
        Thread.ofVirtual().name("fake-endpoint").start(endpoint::accept);
        return endpoint;
    }

    /// Adds to the script.
    public FakeEndpoint then(Misbehaviour... steps) {
        script.addAll(List.of(steps));
        return this;
    }

    /// Sets what requests after the script's end get.
    public FakeEndpoint otherwise(Misbehaviour step) {
        otherwise = step;
        return this;
    }

    /// The port it listens on.
    public int port() {
        return server.getLocalPort();
    }

    /// Its URL with this path, by address.
    public URI uri(String path) {
        return uri(server.getInetAddress().getHostAddress(), path);
    }

    /// Its URL with this path, by a name that a resolver leads here.
    public URI uri(String host, String path) {
        return URI.create((secure ? "https://" : "http://") + host + ":" + port() + path);
    }

    /// What came so far.
    public synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    /// How many connections were accepted so far.
    public synchronized int connections() {
        return connections;
    }

    /// How many connections are open on this side.
    public synchronized int openConnections() {
        return open.size();
    }

    /// Waits until so many requests have come, and returns what came.
    ///
    /// @throws TimeoutException when they have not within this time
    public List<Request> awaitRequests(int count, Duration within)
            throws InterruptedException, TimeoutException {
        await(() -> requests.size() >= count, within, count + " requests");
        return requests();
    }

    /// Waits until so many connections are open on this side.
    ///
    /// @throws TimeoutException when they are not within this time
    public void awaitOpenConnections(int count, Duration within)
            throws InterruptedException, TimeoutException {
        await(() -> open.size() == count, within, count + " open connections");
    }

    private synchronized void await(
            java.util.function.BooleanSupplier reached, Duration within, String what)
            throws InterruptedException, TimeoutException {
        long until = time.nanos() + within.toNanos();
        while (!reached.getAsBoolean()) {
            long left = until - time.nanos();
            if (left <= 0) {
                throw new TimeoutException(
                        "no %s within %s, but %d requests and %d open connections"
                                .formatted(what, within, requests.size(), open.size()));
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        closeQuietly(server);
        List<Socket> rest;
        synchronized (this) {
            rest = List.copyOf(open);
        }
        rest.forEach(FakeEndpoint::closeQuietly);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                int number;
                synchronized (this) {
                    number = ++connections;
                    open.add(socket);
                    notifyAll();
                }
                Thread.startVirtualThread(() -> serve(socket, number));
            }
        } catch (IOException ended) {
            // Closed.
        }
    }

    private void serve(Socket socket, int number) {
        try {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            boolean goOn = true;
            while (goOn) {
                Request request = read(in, number);
                if (request == null) {
                    return;
                }
                Misbehaviour planned = script.poll();
                Misbehaviour step = planned == null ? otherwise : planned;
                synchronized (this) {
                    requests.add(request);
                    notifyAll();
                }
                goOn = act(step, socket, out, in);
            }
        } catch (IOException | InterruptedException ended) {
            // The other side has had enough, or the test is over.
        } finally {
            closeQuietly(socket);
            synchronized (this) {
                open.remove(socket);
                notifyAll();
            }
        }
    }

    private boolean act(Misbehaviour step, Socket socket, OutputStream out, InputStream in)
            throws IOException, InterruptedException {
        switch (step) {
            case Misbehaviour.Status(int code, Headers headers) -> {
                send(out, head(code, headers, 0));
                return true;
            }
            case Misbehaviour.WithBody(int code, String body) -> {
                int length = body.getBytes(StandardCharsets.ISO_8859_1).length;
                send(out, head(code, Headers.empty(), length) + body);
                return true;
            }
            case Misbehaviour.Stall() -> awaitEnd(in);
            case Misbehaviour.CloseBeforeHeaders() -> {
                return false;
            }
            case Misbehaviour.Reset() -> socket.setSoLinger(true, 0);
            case Misbehaviour.CloseAfterAnswer() -> send(out, head(200, Headers.empty(), 0));
            case Misbehaviour.DripHeaders(Duration every) -> {
                send(out, "HTTP/1.1 200 OK\r\nX-Drip: ");
                drip(out, every);
            }
            case Misbehaviour.DripBody(int code, Duration every) -> {
                send(out, head(code, Headers.empty(), 1_000_000));
                drip(out, every);
            }
            case Misbehaviour.EndlessBody(int code) -> {
                send(out, "HTTP/1.1 " + code + " Word\r\n\r\n");
                repeat(out, "x".repeat(16_384));
            }
            case Misbehaviour.HeaderFlood() -> {
                send(out, "HTTP/1.1 200 OK\r\n");
                repeat(out, "X-Flood: " + "y".repeat(1_000) + "\r\n");
            }
            case Misbehaviour.InterimFlood() -> repeat(out, "HTTP/1.1 100 Continue\r\n\r\n");
            case Misbehaviour.Raw(String text, boolean close) -> {
                send(out, text);
                return !close;
            }
        }
        return false;
    }

    private static String head(int code, Headers headers, int length) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(code).append(" Word\r\n");
        headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        return head.append("Content-Length: " + length + "\r\n\r\n").toString();
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private void drip(OutputStream out, Duration every) throws IOException, InterruptedException {
        while (!closed.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
            send(out, "d");
        }
    }

    private void repeat(OutputStream out, String text) throws IOException {
        while (closed.getCount() > 0) {
            send(out, text);
        }
    }

    private static void awaitEnd(InputStream in) throws IOException {
        while (in.read() >= 0) {
            // Whatever else comes is not answered either.
        }
    }

    private @org.jspecify.annotations.Nullable Request read(InputStream in, int connection)
            throws IOException {
        String line = readLine(in);
        if (line == null) {
            return null;
        }
        List<String> headers = new ArrayList<>();
        int length = 0;
        while (true) {
            String header = readLine(in);
            if (header == null) {
                return null;
            }
            if (header.isEmpty()) {
                break;
            }
            int colon = header.indexOf(':');
            String name = header.substring(0, Math.max(0, colon));
            String value = header.substring(colon + 1).strip();
            headers.add(name);
            headers.add(value);
            length = name.equalsIgnoreCase("Content-Length") ? Integer.parseInt(value) : length;
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            return null;
        }
        return new Request(line, Headers.of(headers), Body.of(body), time.now(), connection);
    }

    private static @org.jspecify.annotations.Nullable String readLine(InputStream in)
            throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c < 0) {
                return null;
            }
            if (c == '\n') {
                int end = line.length();
                boolean cr = end > 0 && line.charAt(end - 1) == '\r';
                return line.substring(0, cr ? end - 1 : end);
            }
            line.append((char) c);
        }
    }

    private static void closeQuietly(java.io.Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // It is of no further use.
        }
    }
}
