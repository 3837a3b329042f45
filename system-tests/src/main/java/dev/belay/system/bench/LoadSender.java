package dev.belay.system.bench;

import dev.belay.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Sends signed webhooks over connections that are kept alive, from one thread and one selector: as
/// cheap as a generator can be that has to share the machine with what it measures.
public final class LoadSender implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ANSWER_BYTES = 8 * 1024;

    /// A request due within this time is sent now: a selector cannot wait for less than 1 ms.
    private static final long EARLY_NANOS = 500_000;

    private final List<InetSocketAddress> servers;
    private final RequestTemplate template;
    private final Timeline timeline;
    private final Time time;
    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private long nextNumber;

    // Of the current run:
    private Histogram latency = new Histogram();
    private Map<Integer, Long> refused = new TreeMap<>();
    private long accepted;
    private long broken;
    private long endNanos;
    private double perSecond;

    LoadSender(
            List<InetSocketAddress> servers,
            RequestTemplate template,
            Timeline timeline,
            Time time,
            long firstNumber)
            throws IOException {
        this.servers = List.copyOf(servers);
        this.template = template;
        this.timeline = timeline;
        this.time = time;
        this.nextNumber = firstNumber;
        this.selector = Selector.open();
    }

    /// The number that the next request will have.
    long nextNumber() {
        return nextNumber;
    }

    /// Opens or closes connections until there are this many. Not while a run is under way.
    void connections(int count) throws IOException {
        while (connections.size() > count) {
            connections.removeLast().channel.close();
        }
        while (connections.size() < count) {
            connections.add(new Connection(servers.get(connections.size() % servers.size())));
        }
    }

    /// Sends, and returns when every request is answered.
    ///
    /// @throws IOException when the server cannot be reached, or leaves requests unanswered
    Load.Result run(Load load) throws IOException {
        latency = new Histogram();
        refused = new TreeMap<>();
        accepted = 0;
        broken = 0;
        perSecond = load.perSecond();
        idle.clear();
        idle.addAll(connections);
        long start = time.nanos();
        endNanos = start + load.duration().toNanos();
        long due = 0;
        while (time.nanos() < endNanos) {
            if (perSecond > 0) {
                due = sendDue(start, due);
                select(untilDue(start, due));
            } else {
                while (!idle.isEmpty()) {
                    long now = time.nanos();
                    idle.removeFirst().send(nextNumber++, now);
                }
                select(1);
            }
        }
        Duration elapsed = Duration.ofNanos(time.nanos() - start);
        long acceptedInTime = accepted;
        awaitAnswers();
        return new Load.Result(
                elapsed, acceptedInTime, accepted - acceptedInTime, refused, broken, latency);
    }

    private long dueNanos(long start, long index) {
        return start + (long) (index * 1e9 / perSecond);
    }

    private long sendDue(long start, long firstIndex) throws IOException {
        long index = firstIndex;
        while (!idle.isEmpty()) {
            long now = time.nanos();
            long due = dueNanos(start, index);
            if (due > now + EARLY_NANOS || due >= endNanos) {
                break;
            }
            idle.removeFirst().send(nextNumber++, Math.min(now, due));
            index++;
        }
        return index;
    }

    private long untilDue(long start, long index) {
        long wait = dueNanos(start, index) - EARLY_NANOS - time.nanos();
        return Math.clamp((wait + 999_999) / 1_000_000, 1, 10);
    }

    private void awaitAnswers() throws IOException {
        long deadline = time.nanos() + PATIENCE.toNanos();
        while (idle.size() < connections.size()) {
            if (time.nanos() > deadline) {
                throw new IOException(
                        (connections.size() - idle.size()) + " requests were never answered");
            }
            select(10);
        }
    }

    private void select(long millis) throws IOException {
        try {
            selector.select(LoadSender::ready, millis);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void ready(SelectionKey key) {
        try {
            ((Connection) key.attachment()).ready();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        connections(0);
        selector.close();
    }

    /// One connection: at most one request under way.
    private final class Connection {
        private final InetSocketAddress server;
        private final ByteBuffer request = ByteBuffer.allocate(template.length());
        private final ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES);
        private SocketChannel channel;
        private SelectionKey key;
        private long number;
        private long dueNanos;

        Connection(InetSocketAddress server) throws IOException {
            this.server = server;
            channel = open(server);
            key = channel.register(selector, SelectionKey.OP_READ, this);
        }

        private SocketChannel open(InetSocketAddress server) throws IOException {
            SocketChannel opened = SocketChannel.open(server);
            opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
            opened.configureBlocking(false);
            return opened;
        }

        void send(long newNumber, long due) throws IOException {
            number = newNumber;
            dueNanos = due;
            timeline.sent(number, due);
            template.write(number, request.array());
            transmit();
        }

        private void transmit() throws IOException {
            request.clear();
            answer.clear();
            try {
                write();
            } catch (IOException e) {
                again();
            }
        }

        private void write() throws IOException {
            channel.write(request);
            key.interestOps(
                    request.hasRemaining()
                            ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                            : SelectionKey.OP_READ);
        }

        /// The answer is lost: the same request once more, which the gateway must recognise.
        private void again() throws IOException {
            broken++;
            if (broken > 10_000) {
                throw new IOException("the server keeps breaking connections");
            }
            channel.close();
            channel = open(server);
            key = channel.register(selector, SelectionKey.OP_READ, this);
            transmit();
        }

        void ready() throws IOException {
            boolean lost = false;
            try {
                if (key.isWritable()) {
                    write();
                }
                lost = channel.read(answer) < 0;
            } catch (IOException e) {
                lost = true;
            }
            if (lost) {
                again();
                return;
            }
            int bodyAt = HttpMessage.bodyAt(answer.array(), answer.position());
            if (bodyAt > 0 && HttpMessage.end(answer.array(), bodyAt, answer.position()) > 0) {
                answered(HttpMessage.status(answer.array()));
            }
        }

        private void answered(int status) {
            long now = time.nanos();
            if (status / 100 == 2) {
                accepted++;
                timeline.accepted(number, now);
                latency.record(now - dueNanos);
            } else {
                refused.merge(status, 1L, Long::sum);
            }
            idle.addLast(this);
        }
    }
}
