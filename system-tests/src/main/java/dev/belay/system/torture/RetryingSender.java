package dev.belay.system.torture;

import dev.belay.event.Body;
import dev.belay.system.bench.HttpMessage;
import dev.belay.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Sends one event after another over one connection and does not let go of any before it is
/// acknowledged, as providers that retry do. Sometimes hangs up before the answer, and sometimes
/// sends once more what was acknowledged long ago.
final class RetryingSender implements Runnable {
    /// The key that signs.
    static final String SECRET = "torture-secret-0123456789abcdef";

    private static final int ANSWER_BYTES = 16 * 1024;
    private static final long BACKOFF_NANOS = 15_000_000;
    private static final byte[] EVENT_ID = "\"event_id\":\"".getBytes(StandardCharsets.US_ASCII);

    private final Lane lane;
    private final Ledger ledger;
    private final RandomGenerator random;
    private final Time time;
    private final Mac mac;
    private final List<Sent> acknowledged = new ArrayList<>();
    private final byte[] answer = new byte[ANSWER_BYTES];
    private @Nullable Socket socket;
    private volatile boolean lastOne;

    RetryingSender(Lane lane, Ledger ledger, RandomGenerator random, Time time) {
        this.lane = lane;
        this.ledger = ledger;
        this.random = random;
        this.time = time;
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has HmacSHA256", e);
        }
    }

    /// Where to send, and how often.
    ///
    /// @param name begins the external ids; each sender has its own
    /// @param ports of the nodes: whenever one gives no acknowledgement, any of them is tried next
    /// @param gapNanos time from the start of an event to the start of the next
    /// @param patience how long an answer is waited for
    record Lane(String name, List<Integer> ports, String source, long gapNanos, Duration patience) {
        Lane {
            ports = List.copyOf(ports);
        }
    }

    private record Sent(String externalId, Body request, @Nullable String event) {}

    /// Lets it finish the event under way and start no other.
    void finish() {
        lastOne = true;
    }

    @Override
    public void run() {
        try {
            long next = time.nanos();
            for (int n = 0; !lastOne; n++) {
                sendUntilAcknowledged(lane.name() + "-" + n, body());
                if (!acknowledged.isEmpty() && random.nextInt(20) == 0) {
                    Sent old = acknowledged.get(random.nextInt(acknowledged.size()));
                    deliver(old);
                }
                next = Math.max(next + lane.gapNanos(), time.nanos());
                LockSupport.parkNanos(next - time.nanos());
            }
        } finally {
            hangUp();
        }
    }

    private byte[] body() {
        byte[] noise = new byte[random.nextInt(2_500)];
        random.nextBytes(noise);
        if (random.nextInt(5) == 0) {
            return noise;
        }
        return ("{\"type\":\"order.placed\",\"noise\":\"" + HexFormat.of().formatHex(noise) + "\"}")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void sendUntilAcknowledged(String externalId, byte[] body) {
        ledger.invoke(externalId, Ledger.hex(Body.of(body).sha256()));
        Sent sent = new Sent(externalId, Body.of(request(externalId, body)), null);
        String event = deliver(sent);
        if (event != null && random.nextInt(10) == 0) {
            acknowledged.add(new Sent(externalId, sent.request(), event));
        }
    }

    private byte[] request(String externalId, byte[] body) {
        String head =
                """
                POST /in/%s HTTP/1.1\r
                Host: 127.0.0.1:%d\r
                User-Agent: Example-Hooks/2.7\r
                Content-Type: application/octet-stream\r
                X-Webhook-Id: %s\r
                X-Webhook-Signature: %s\r
                Content-Length: %d\r
                \r
                """
                        .formatted(
                                lane.source(),
                                lane.ports().getFirst(),
                                externalId,
                                HexFormat.of().formatHex(mac.doFinal(body)),
                                body.length);
        byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
        byte[] request = java.util.Arrays.copyOf(headBytes, headBytes.length + body.length);
        System.arraycopy(body, 0, request, headBytes.length, body.length);
        return request;
    }

    /// Tries until there is an acknowledgement; null when it was told to finish and nobody listens.
    private @Nullable String deliver(Sent sent) {
        while (!Thread.currentThread().isInterrupted()) {
            String event = attempt(sent);
            if (event != null) {
                ledger.ok(sent.externalId(), event);
                return event;
            }
            LockSupport.parkNanos(BACKOFF_NANOS + random.nextLong(BACKOFF_NANOS));
        }
        return null;
    }

    private @Nullable String attempt(Sent sent) {
        boolean requestLeft = false;
        try {
            Socket open = socket;
            if (open == null) {
                int port = lane.ports().get(random.nextInt(lane.ports().size()));
                open = new Socket(InetAddress.getLoopbackAddress(), port);
                open.setTcpNoDelay(true);
                open.setSoTimeout((int) lane.patience().toMillis());
                socket = open;
            }
            requestLeft = true;
            open.getOutputStream().write(sent.request().bytes());
            if (random.nextInt(100) == 0) {
                throw new IOException("hung up before the answer");
            }
            return read(open.getInputStream(), sent.externalId());
        } catch (ConnectException refused) {
            ledger.fail(sent.externalId(), "nobody listens");
        } catch (IOException e) {
            if (requestLeft) {
                ledger.info(sent.externalId(), String.valueOf(e.getMessage()));
            } else {
                ledger.fail(sent.externalId(), String.valueOf(e.getMessage()));
            }
            hangUp();
        }
        return null;
    }

    private @Nullable String read(InputStream in, String externalId) throws IOException {
        int length = 0;
        while (true) {
            int count = in.read(answer, length, answer.length - length);
            if (count <= 0) {
                throw new IOException("the answer ended early");
            }
            length += count;
            int bodyAt = HttpMessage.bodyAt(answer, length);
            int end = bodyAt < 0 ? -1 : HttpMessage.end(answer, bodyAt, length);
            if (end >= 0) {
                return judge(HttpMessage.status(answer), bodyAt, end, externalId);
            }
        }
    }

    private @Nullable String judge(int status, int bodyAt, int end, String externalId) {
        String text = new String(answer, bodyAt, end - bodyAt, StandardCharsets.UTF_8);
        if (status == 503) {
            ledger.fail(externalId, "503");
            mustSayWhenToComeBack(bodyAt, externalId, text);
            if (lane.ports().size() > 1) {
                hangUp();
            }
            return null;
        }
        int idAt = text.indexOf("\"event_id\":\"");
        if (status != 202 || idAt < 0) {
            ledger.contradict(externalId + " was answered " + status + " " + text);
            return null;
        }
        int from = idAt + EVENT_ID.length;
        return text.substring(from, text.indexOf('"', from));
    }

    private void mustSayWhenToComeBack(int bodyAt, String externalId, String text) {
        String head = new String(answer, 0, bodyAt, StandardCharsets.ISO_8859_1);
        if (!head.toLowerCase(Locale.ROOT).contains("\r\nretry-after: ")) {
            ledger.contradict(externalId + " was answered 503 without Retry-After: " + text);
        }
    }

    private void hangUp() {
        Socket open = socket;
        socket = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
    }
}
