package dev.belay.system.torture;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Stands between a node and the database, and can be a bad network: it loses answers, loses
/// requests, or becomes a partition, in which nobody is told that anything is wrong.
final class FaultProxy implements AutoCloseable {
    private static final long LOOK_NANOS = 5_000_000;

    private final ServerSocket listener = new ServerSocket();
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answersToLose = new AtomicInteger();
    private final AtomicInteger requestsToLose = new AtomicInteger();
    private volatile Way way = Way.OPEN;

    /// What becomes of what is sent.
    enum Way {
        /// It arrives.
        OPEN,
        /// It waits, and arrives when the way is open again, as what TCP repeats does.
        HELD,
        /// It is gone, and the connection stays mute for ever, as behind a firewall that has
        /// forgotten it.
        SWALLOWED
    }

    FaultProxy(int target) throws IOException {
        this.target = target;
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /// The next so many answers of the database end their connections instead of arriving: what was
    /// asked has been done.
    void loseAnswers(int count) {
        answersToLose.set(count);
    }

    /// The next so many requests end their connections instead of arriving: what was asked has not
    /// been done.
    void loseRequests(int count) {
        requestsToLose.set(count);
    }

    /// How many of those that were to be lost have not been.
    int left() {
        return answersToLose.get() + requestsToLose.get();
    }

    void way(Way other) {
        way = other;
    }

    private void accept() {
        while (!listener.isClosed()) {
            Socket client;
            try {
                client = listener.accept();
                client.setTcpNoDelay(true);
            } catch (IOException e) {
                // Closed, or the client was gone before it was taken.
                continue;
            }
            sockets.add(client);
            Thread.ofVirtual().start(() -> connect(client));
        }
    }

    private void connect(Socket client) {
        if (way == Way.SWALLOWED) {
            // Its first packet is lost: it waits until it gives up.
            pour(client);
            end(client);
            return;
        }
        awaitOpen();
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            server.setTcpNoDelay(true);
            sockets.add(server);
            Thread.ofVirtual().start(() -> copy(client, server, requestsToLose));
            copy(server, client, answersToLose);
        } catch (IOException refused) {
            end(client);
        }
    }

    private void copy(Socket from, Socket to, AtomicInteger toLose) {
        byte[] buffer = new byte[1 << 16];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (way == Way.SWALLOWED) {
                    pour(from);
                    awaitOpen();
                    break;
                }
                awaitOpen();
                if (toLose.get() > 0 && toLose.getAndDecrement() > 0) {
                    break;
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // One side has ended: so has the other.
        }
        end(from);
        end(to);
    }

    private void awaitOpen() {
        while (way != Way.OPEN && !listener.isClosed()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /// Reads and forgets, until it ends.
    private void pour(Socket from) {
        byte[] buffer = new byte[1 << 12];
        try {
            while (from.getInputStream().read(buffer) >= 0) {
                // Gone.
            }
        } catch (IOException e) {
            // Gone as well.
            return;
        }
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        way = Way.OPEN;
        sockets.forEach(this::end);
    }
}
