package dev.belay.server.http;

import dev.belay.time.Time;
import dev.belay.time.Timers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// Listens on one address and serves a [Router], one virtual thread for each connection.
public final class Listener implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Listener.class.getName());
    private static final Duration SWEEP = Duration.ofMillis(250);
    private static final int BACKLOG = 1024;

    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final ServerSocket server;
    private final Router router;
    private final Parts parts;
    private final HttpLimits limits;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong requests = new AtomicLong();
    private final String requestPrefix;
    private final Object ended = new Object();
    private volatile String date = "";
    private volatile boolean closing;

    /// What a listener needs from outside.
    public record Parts(Time time, Timers timers, RandomGenerator random) {}

    private Listener(ServerSocket server, Router router, Parts parts, HttpLimits limits) {
        this.server = server;
        this.router = router;
        this.parts = parts;
        this.limits = limits;
        this.requestPrefix =
                "req_" + Long.toString(parts.random().nextLong(1L << 40, 1L << 41), 36) + "_";
    }

    /// Binds and begins to serve.
    ///
    /// @throws IOException when the address cannot be bound
    public static Listener start(
            InetSocketAddress address, Router router, Parts parts, HttpLimits limits)
            throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.bind(address, BACKLOG);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        Listener listener = new Listener(server, router, parts, limits);
        listener.sweep();
        Thread.ofPlatform().name("belay-listener").start(listener::accept);
        return listener;
    }

    /// The port bound.
    public int port() {
        return server.getLocalPort();
    }

    /// The address bound.
    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /// Connections open now.
    public int connections() {
        return connections.size();
    }

    private void accept() {
        while (!closing) {
            try {
                open(server.accept());
            } catch (IOException e) {
                if (!closing) {
                    // Out of file descriptors, or the client left before it was accepted. Others
                    // are served on; the pause keeps a persistent failure from eating the CPU.
                    LOG.log(System.Logger.Level.WARNING, "accepting a connection failed", e);
                    java.util.concurrent.locks.LockSupport.parkNanos(50_000_000L);
                }
            }
        }
    }

    private void open(Socket socket) throws IOException {
        if (connections.size() >= limits.connections()) {
            turnAway(socket);
            return;
        }
        socket.setTcpNoDelay(true);
        Connection connection = new Connection(this, socket, new Watch(parts.time()));
        connections.add(connection);
        Thread.ofVirtual().name("belay-http").start(connection);
    }

    private static void turnAway(Socket socket) throws IOException {
        try (socket) {
            socket.getOutputStream()
                    .write(
                            "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 5\r\nconnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private void sweep() {
        date = HTTP_DATE.format(parts.time().wall());
        long now = parts.time().nanos();
        for (Connection connection : connections) {
            if (connection.watch().overdue(limits, now)) {
                connection.expire();
            }
        }
        if (!closing || !connections.isEmpty()) {
            parts.timers().after(SWEEP, this::sweep);
        }
    }

    HttpLimits limits() {
        return limits;
    }

    Router router() {
        return router;
    }

    /// The present date as HTTP writes it.
    String date() {
        return date;
    }

    String nextRequestId() {
        return requestPrefix + Long.toString(requests.incrementAndGet(), 36);
    }

    boolean closing() {
        return closing;
    }

    void ended(Connection connection) {
        connections.remove(connection);
        if (closing) {
            synchronized (ended) {
                ended.notifyAll();
            }
        }
    }

    /// Stops listening, lets requests under way end within 10 s, then cuts what is left.
    @Override
    public void close() {
        close(Duration.ofSeconds(10));
    }

    /// Stops listening, lets requests under way end, then cuts what is left.
    public void close(Duration grace) {
        closing = true;
        try {
            server.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "closing the listener failed", e);
        }
        long end = parts.time().nanos() + grace.toNanos();
        for (Connection connection : connections) {
            if (connection.watch().phase() == Watch.Phase.IDLE
                    || connection.watch().phase() == Watch.Phase.FRESH) {
                connection.cut();
            }
        }
        awaitEnd(end);
        connections.forEach(Connection::cut);
    }

    private void awaitEnd(long end) {
        synchronized (ended) {
            long left = end - parts.time().nanos();
            while (!connections.isEmpty() && left > 0) {
                try {
                    ended.wait(Math.max(1, left / 1_000_000));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                left = end - parts.time().nanos();
            }
        }
    }
}
