package dev.belay.system.bench;

import dev.belay.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/// A destination that takes everything: one thread, one selector, connections kept alive. Notes
/// when each request of a [LoadSender] came.
final class Receiver implements AutoCloseable {
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int REQUEST_BYTES = 32 * 1024;
    private static final int REMEMBERED = 1 << 22;

    private final Timeline timeline;
    private final Time time;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final Thread thread;

    /// The latest number received in each place, plus 1: tells a repeated one.
    private final long[] seen = new long[REMEMBERED];

    private volatile Window window = new Window(Long.MAX_VALUE);

    Receiver(Timeline timeline, Time time) throws IOException {
        this.timeline = timeline;
        this.time = time;
        this.selector = Selector.open();
        this.listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        this.thread = Thread.ofPlatform().name("receiver").daemon().start(this::loop);
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    /// Starts to count anew: requests with this number and later ones.
    Window measure(long firstNumber) {
        Window fresh = new Window(firstNumber);
        window = fresh;
        return fresh;
    }

    /// What was received.
    static final class Window {
        private final long firstNumber;
        private final Histogram sinceSent = new Histogram();
        private final Histogram sinceAccepted = new Histogram();
        // Counted after the histograms are written: reading it makes them visible.
        private final AtomicLong received = new AtomicLong();
        private final AtomicLong repeated = new AtomicLong();

        private Window(long firstNumber) {
            this.firstNumber = firstNumber;
        }

        /// How many different requests.
        long received() {
            return received.get();
        }

        /// How many requests that had been received before.
        long repeated() {
            return repeated.get();
        }

        /// From when the sender meant to send it until it was received. Read [#received()] first.
        Histogram sinceSent() {
            return sinceSent;
        }

        /// From when the sender had its answer until it was received; 0 when the answer came later.
        Histogram sinceAccepted() {
            return sinceAccepted;
        }
    }

    private void loop() {
        try {
            while (selector.isOpen()) {
                selector.select(this::ready);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalStateException("the receiver broke", e);
        } catch (java.nio.channels.ClosedSelectorException e) {
            // Closed: the end.
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else {
                ((Connection) key.attachment()).ready();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = listener.accept();
        if (channel != null) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Connection(channel));
        }
    }

    private void received(byte[] bytes, int bodyAt) {
        long now = time.nanos();
        long number = RequestTemplate.numberIn(bytes, bodyAt);
        Window current = window;
        if (number < current.firstNumber) {
            return;
        }
        int place = (int) (number & (REMEMBERED - 1));
        if (seen[place] == number + 1) {
            current.repeated.incrementAndGet();
            return;
        }
        seen[place] = number + 1;
        long acceptedAt = timeline.acceptedAt(number);
        current.sinceSent.record(now - timeline.sentAt(number));
        current.sinceAccepted.record(acceptedAt == 0 ? 0 : now - acceptedAt);
        current.received.incrementAndGet();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Connection {
        private final SocketChannel channel;
        private final ByteBuffer request = ByteBuffer.allocate(REQUEST_BYTES);
        private final ByteBuffer answer = ByteBuffer.wrap(ANSWER);

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        void ready() throws IOException {
            try {
                if (channel.read(request) < 0) {
                    channel.close();
                    return;
                }
                byte[] bytes = request.array();
                int bodyAt = HttpMessage.bodyAt(bytes, request.position());
                if (bodyAt > 0 && HttpMessage.end(bytes, bodyAt, request.position()) > 0) {
                    received(bytes, bodyAt);
                    request.clear();
                    answer.clear();
                    while (answer.hasRemaining()) {
                        channel.write(answer);
                    }
                }
            } catch (IOException goneAway) {
                channel.close();
            }
        }
    }
}
