package dev.belay.transport;

import dev.belay.catalog.Destination;
import dev.belay.catalog.DestinationUrl;
import dev.belay.delivery.Attempt;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.AttemptOutcome.Trouble;
import dev.belay.delivery.Transport.Sending;
import dev.belay.delivery.Transport.Sent;
import dev.belay.event.Body;
import dev.belay.signature.Headers;
import dev.belay.time.Timers;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.jspecify.annotations.Nullable;

/// One attempt over HTTP, from the name's resolution to the response, in plain blocking code on a
/// thread of its own. Two timers watch it, for the deadline and for the response body; what they do
/// is close its socket, which ends whatever the thread is blocked in.
final class HttpAttempt implements Runnable {
    private final HttpTransport transport;
    private final Sending sending;
    private final Destination.Http destination;
    private final CompletableFuture<Sent> result = new CompletableFuture<>();
    private final long deadlineNanos;
    private final Timers.Cancellable deadline;

    // Guarded by this.
    private @Nullable SocketChannel live;
    private boolean expired;
    private boolean decided;

    HttpAttempt(HttpTransport transport, Sending sending, Destination.Http destination) {
        this.transport = transport;
        this.sending = sending;
        this.destination = destination;
        deadlineNanos = transport.time().nanos() + destination.timeout().toNanos();
        deadline = transport.timers().after(destination.timeout(), this::expire);
    }

    CompletableFuture<Sent> result() {
        return result;
    }

    @Override
    @SuppressWarnings("InterruptedExceptionSwallowed") // the thread ends here; nobody else sees it
    public void run() {
        Sent sent;
        try {
            sent = attempt();
        } catch (Failure failure) {
            sent = without(failure.trouble());
        } catch (InterruptedException | RuntimeException | Error unforeseen) {
            sent = without(Trouble.PROTOCOL_ERROR);
        } finally {
            deadline.cancel();
            expire();
        }
        result.complete(sent);
    }

    private Sent without(Trouble trouble) {
        boolean late;
        synchronized (this) {
            late = expired;
        }
        boolean timedOut = late || transport.time().nanos() >= deadlineNanos;
        return new Sent(
                timedOut ? new AttemptOutcome.TimedOut() : new AttemptOutcome.Unreachable(trouble),
                null);
    }

    private Sent attempt() throws Failure, InterruptedException {
        if (RequestBytes.hopsOf(sending.event()) >= RequestBytes.MAX_HOPS) {
            return new Sent(
                    new AttemptOutcome.Invalid(
                            "loop: the event has passed %d gateways already"
                                    .formatted(RequestBytes.hopsOf(sending.event()))),
                    null);
        }
        DestinationUrl url = transport.read(destination.url());
        List<InetAddress> addresses = admitted(url);
        byte[] head =
                RequestBytes.head(
                        destination,
                        url,
                        sending.delivery(),
                        sending.event(),
                        transport.time().wall(),
                        transport.userAgent());
        Connection connection = connection(url, addresses);
        ClassicHttpResponse response;
        long framing;
        try {
            response = exchange(connection, head);
            framing = Framing.of(response);
        } catch (IOException | HttpException e) {
            connection.abort();
            throw Failure.ofExchange(e);
        }
        if (!decide()) {
            return new Sent(new AttemptOutcome.TimedOut(), null);
        }
        return new Sent(outcome(response), received(connection, response, framing));
    }

    private List<InetAddress> admitted(DestinationUrl url) throws Failure, InterruptedException {
        Duration left = Duration.ofNanos(deadlineNanos - transport.time().nanos());
        Duration most = transport.limits().lookup();
        Duration wait = left.compareTo(most) < 0 ? left : most;
        return switch (transport.guard().inspect(url, destination.allowPrivate(), wait)) {
            case AddressGuard.Finding.Admitted(List<InetAddress> addresses) ->
                    addresses.subList(0, Math.min(addresses.size(), Dialer.MAX_ADDRESSES));
            case AddressGuard.Finding.Blocked() -> throw new Failure(Trouble.ADDRESS_BLOCKED);
            case AddressGuard.Finding.Unknown() -> throw new Failure(Trouble.DNS_FAILURE);
        };
    }

    private Connection connection(DestinationUrl url, List<InetAddress> addresses) throws Failure {
        for (InetAddress address : addresses) {
            Connection idle = transport.idle().take(Route.of(destination.name(), url, address));
            if (idle != null) {
                watch(idle.channel());
                return idle;
            }
        }
        return new Dialer(transport, this::watch).open(destination.name(), url, addresses);
    }

    private ClassicHttpResponse exchange(Connection connection, byte[] head)
            throws HttpException, IOException {
        try {
            connection.write(head, sending.event().body().bytes());
        } catch (IOException unwritten) {
            // It may have answered before it had read everything (413) and closed then.
            try {
                return connection.readHead();
            } catch (IOException | HttpException unanswered) {
                throw unwritten;
            }
        }
        return connection.readHead();
    }

    private AttemptOutcome outcome(ClassicHttpResponse response) {
        int status = response.getCode();
        if (status < 300) {
            return new AttemptOutcome.Acknowledged(status);
        }
        Header retryAfter = response.getFirstHeader("Retry-After");
        return new AttemptOutcome.Refused(
                status,
                retryAfter == null
                        ? null
                        : RetryAfter.read(retryAfter.getValue(), transport.time().wall()));
    }

    /// Reads what is kept of the response, and keeps or ends the connection. Whatever happens here
    /// changes nothing about the outcome.
    private Attempt.Response received(
            Connection connection, ClassicHttpResponse response, long framing) {
        byte[] kept = new byte[0];
        boolean whole = true;
        if (framing != 0) {
            Timers.Cancellable limit =
                    transport.timers().after(transport.limits().body(), this::expire);
            BodyReader reader = new BodyReader();
            whole = reader.read(connection.body(framing), framing);
            kept = reader.kept();
            limit.cancel();
        }
        boolean sound = release() && whole && !connection.hasLeftover();
        if (sound && Framing.allowsReuse(response, framing)) {
            int seconds = Framing.keepAliveSeconds(response);
            // A second less than promised, so that the peer's end and our next request do not
            // cross.
            Duration keep = seconds < 0 ? null : Duration.ofSeconds(Math.max(0, seconds - 1));
            transport.idle().put(connection, destination.concurrency(), keep);
        } else {
            connection.abort();
        }
        return new Attempt.Response(headers(response), Body.of(kept), !whole);
    }

    private static Headers headers(ClassicHttpResponse response) {
        List<String> lines = new ArrayList<>();
        for (Header header : response.getHeaders()) {
            lines.add(header.getName());
            lines.add(header.getValue() == null ? "" : header.getValue());
        }
        return Headers.of(lines);
    }

    /// The deadline or the body's time is over: whatever goes on with the socket ends.
    private synchronized void expire() {
        if (!decided) {
            expired = true;
        }
        if (live != null) {
            Connection.abort(live);
            live = null;
        }
    }

    /// Puts the socket under the timers' eyes.
    private synchronized void watch(SocketChannel channel) throws Failure {
        if (expired) {
            Connection.abort(channel);
            throw new Failure(Trouble.RESET);
        }
        live = channel;
    }

    /// The status line counts, unless the deadline came first.
    private synchronized boolean decide() {
        decided = !expired;
        return decided;
    }

    /// Takes the socket from under the timers' eyes; false when they have ended it.
    private synchronized boolean release() {
        boolean untouched = live != null;
        live = null;
        return untouched;
    }

    /// Collects the first bytes of a body.
    private static final class BodyReader {
        private static final int MAX = Attempt.Response.MAX_BODY_BYTES;
        private byte[] bytes = new byte[0];
        private int length;

        /// Reads up to the limit; true when the body's end was seen.
        boolean read(InputStream body, long announced) {
            bytes = new byte[(int) (announced > 0 ? Math.min(announced, MAX) : 1_024)];
            try {
                while (length < MAX) {
                    if (length == bytes.length && announced <= length) {
                        bytes = Arrays.copyOf(bytes, Math.min(MAX, length * 4));
                    }
                    int room = bytes.length - length;
                    int read = room == 0 ? body.read() : body.read(bytes, length, room);
                    if (read < 0) {
                        return true;
                    }
                    if (announced > 0 && length + read == announced) {
                        length += read;
                        return true;
                    }
                    length += read;
                }
                return false;
            } catch (IOException cutOff) {
                return false;
            }
        }

        byte[] kept() {
            return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        }
    }
}
