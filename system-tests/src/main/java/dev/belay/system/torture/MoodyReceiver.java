package dev.belay.system.torture;

import dev.belay.event.Body;
import dev.belay.system.bench.HttpMessage;
import dev.belay.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.stream.Stream;

/// Destinations on one port. `/steady` takes everything. `/moody` has outages, errors, hangs and
/// resets, refuses some events for good and fails for others each time. Notes every request before
/// it answers.
final class MoodyReceiver implements AutoCloseable {
    private static final int HEAD_BYTES = 64 * 1024;
    private static final long OUTAGE_EVERY_MILLIS = 2_500;
    private static final long OUTAGE_MILLIS = 500;

    private final Time time;
    private final SplittableGenerator randoms;
    private final ServerSocket listener = new ServerSocket();
    private final Map<Key, Receipt> receipts = new ConcurrentHashMap<>();
    private final Map<Key, List<Long>> takenAt = new ConcurrentHashMap<>();
    private final AtomicInteger incarnation = new AtomicInteger();
    private final AtomicLong requests = new AtomicLong();
    private volatile boolean calm;
    private volatile boolean holding;

    MoodyReceiver(SplittableGenerator randoms, Time time) throws IOException {
        this.time = time;
        this.randoms = randoms;
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        Thread.ofVirtual().start(this::listen);
    }

    /// @param path `/steady` or `/moody`
    /// @param event the `webhook-id`
    record Key(String path, String event) {}

    /// What came of one event at one path.
    ///
    /// @param sha256 of the body of the first request
    /// @param bodiesDiffer whether a later request had another body
    /// @param taken how often it was answered 200
    /// @param takenIn the gateway's incarnation to which the latest 200 was given, -1: none yet
    /// @param repeatedWithoutKill how often one incarnation was given a second 200
    record Receipt(
            String sha256, boolean bodiesDiffer, int taken, int takenIn, int repeatedWithoutKill) {}

    int port() {
        return listener.getLocalPort();
    }

    /// The gateway was killed and is started anew.
    void nextIncarnation() {
        incarnation.incrementAndGet();
    }

    /// Keeps every answer back from now on, or no longer.
    void hold(boolean on) {
        holding = on;
    }

    /// No more outages, hangs and resets; what fails for good still does.
    void calmDown() {
        calm = true;
    }

    Map<Key, Receipt> receipts() {
        return Map.copyOf(receipts);
    }

    /// When each was answered 200, in nanoseconds of the clock given.
    Map<Key, List<Long>> takenAt() {
        return Map.copyOf(takenAt);
    }

    long requests() {
        return requests.get();
    }

    private void listen() {
        try {
            while (true) {
                Socket socket = listener.accept();
                RandomGenerator random;
                synchronized (randoms) {
                    random = randoms.split();
                }
                Thread.ofVirtual().start(() -> serve(socket, random));
            }
        } catch (IOException closed) {
            // Closed: the end.
        }
    }

    private void serve(Socket socket, RandomGenerator random) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(120_000);
            byte[] buffer = new byte[HEAD_BYTES];
            int length = 0;
            while (true) {
                int count = socket.getInputStream().read(buffer, length, buffer.length - length);
                if (count <= 0) {
                    return;
                }
                length += count;
                int bodyAt = HttpMessage.bodyAt(buffer, length);
                int end = bodyAt < 0 ? -1 : HttpMessage.end(buffer, bodyAt, length);
                if (end >= 0) {
                    if (!answer(socket, random, buffer, bodyAt, end)) {
                        return;
                    }
                    length = 0;
                }
            }
        } catch (IOException e) {
            // The gateway hung up or was killed.
        }
    }

    /// @return whether the connection can be used again
    private boolean answer(Socket socket, RandomGenerator random, byte[] bytes, int bodyAt, int end)
            throws IOException {
        requests.incrementAndGet();
        while (holding) {
            LockSupport.parkNanos(5_000_000);
        }
        String head = new String(bytes, 0, bodyAt, StandardCharsets.ISO_8859_1);
        String path = head.substring(head.indexOf(' ') + 1, head.indexOf(' ', 6));
        Key key = new Key(path, header(head, "webhook-id"));
        String sha256 = Ledger.hex(Body.of(Arrays.copyOfRange(bytes, bodyAt, end)).sha256());
        int status = path.equals("/steady") ? 200 : mood(key, random);
        if (status == HANG) {
            note(key, sha256, false);
            hang(socket.getInputStream());
            return false;
        }
        if (status == RESET) {
            note(key, sha256, false);
            socket.setSoLinger(true, 0);
            return false;
        }
        note(key, sha256, status == 200);
        String retry = status == 429 ? "Retry-After: 1\r\n" : "";
        String answer = "HTTP/1.1 " + status + " Mood\r\n" + retry + "Content-Length: 0\r\n\r\n";
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        return true;
    }

    private static final int HANG = -1;
    private static final int RESET = -2;

    private int mood(Key key, RandomGenerator random) {
        int fate = Math.floorMod(key.event().hashCode(), 100);
        if (fate == 0) {
            return 500;
        }
        if (fate == 1) {
            return 404;
        }
        if (calm) {
            return 200;
        }
        if (time.nanos() / 1_000_000 % OUTAGE_EVERY_MILLIS < OUTAGE_MILLIS) {
            return 503;
        }
        return switch (random.nextInt(200)) {
            case 0, 1, 2, 3 -> 500;
            case 4 -> HANG;
            case 5, 6, 7 -> RESET;
            case 8 -> 429;
            default -> 200;
        };
    }

    private static void hang(InputStream in) throws IOException {
        while (in.read() >= 0) {
            // Until the gateway gives up.
        }
    }

    private void note(Key key, String sha256, boolean taken) {
        int now = incarnation.get();
        if (taken) {
            takenAt.merge(key, List.of(time.nanos()), MoodyReceiver::both);
        }
        receipts.merge(
                key,
                new Receipt(sha256, false, taken ? 1 : 0, taken ? now : -1, 0),
                (before, first) ->
                        new Receipt(
                                before.sha256(),
                                before.bodiesDiffer() || !before.sha256().equals(sha256),
                                before.taken() + first.taken(),
                                taken ? now : before.takenIn(),
                                before.repeatedWithoutKill()
                                        + (taken && before.takenIn() == now ? 1 : 0)));
    }

    private static List<Long> both(List<Long> some, List<Long> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private static String header(String head, String name) {
        for (String line : head.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
                return line.substring(colon + 1).strip();
            }
        }
        return "";
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
