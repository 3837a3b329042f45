package dev.belay.transport;

import dev.belay.catalog.AllowedRange;
import dev.belay.catalog.DestinationUrl;
import dev.belay.delivery.AttemptOutcome.Trouble;
import dev.belay.event.Body;
import dev.belay.signature.Headers;
import dev.belay.time.Timers;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.jspecify.annotations.Nullable;

/// One fetch of a small document, in plain blocking code on a thread of its own. A timer closes its
/// socket, which ends whatever the thread is blocked in.
final class HttpFetch implements Runnable {
    /// Longest time from the look-up of the name to the last byte.
    static final Duration DEADLINE = Duration.ofSeconds(5);

    /// Largest document, in bytes; the largest honest ones have about 30,000.
    static final int MAX_BYTES = 256 * 1024;

    private static final byte[] NOTHING = new byte[0];

    private final HttpTransport transport;
    private final URI url;
    private final byte @Nullable [] json;
    private final List<AllowedRange> allowed;
    private final CompletableFuture<Fetched> result = new CompletableFuture<>();
    private final Timers.Cancellable deadline;

    // Guarded by this.
    private @Nullable SocketChannel live;
    private boolean expired;

    HttpFetch(
            HttpTransport transport, URI url, byte @Nullable [] json, List<AllowedRange> allowed) {
        this.transport = transport;
        this.url = url;
        this.json = json;
        this.allowed = allowed;
        deadline = transport.timers().after(DEADLINE, this::expire);
    }

    CompletableFuture<Fetched> result() {
        return result;
    }

    @Override
    @SuppressWarnings("InterruptedExceptionSwallowed") // the thread ends here; nobody else sees it
    public void run() {
        Fetched fetched;
        try {
            fetched = fetched();
        } catch (Failure failure) {
            fetched = failed(failure.trouble());
        } catch (IOException | HttpException e) {
            fetched = failed(Failure.ofExchange(e).trouble());
        } catch (InterruptedException | RuntimeException | Error unforeseen) {
            fetched = failed(Trouble.PROTOCOL_ERROR);
        } finally {
            deadline.cancel();
            expire();
        }
        result.complete(fetched);
    }

    private synchronized Fetched failed(Trouble trouble) {
        return new Fetched.Failed(expired ? "timeout" : trouble.name().toLowerCase(Locale.ROOT));
    }

    private Fetched fetched() throws Failure, IOException, HttpException, InterruptedException {
        DestinationUrl read = transport.read(url);
        if (!read.secure()) {
            throw new Failure(Trouble.ADDRESS_BLOCKED);
        }
        Connection connection =
                new Dialer(transport, this::watch).open("keys", read, admitted(read));
        connection.write(head(read), json == null ? NOTHING : json);
        ClassicHttpResponse response = connection.readHead();
        long framing = Framing.of(response);
        byte[] body = framing == 0 ? NOTHING : body(connection.body(framing), framing);
        return new Fetched.Answered(response.getCode(), headers(response), Body.of(body));
    }

    private List<InetAddress> admitted(DestinationUrl read) throws Failure, InterruptedException {
        return switch (transport.guard().inspect(read, allowed, transport.limits().lookup())) {
            case AddressGuard.Finding.Admitted(List<InetAddress> addresses) ->
                    addresses.subList(0, Math.min(addresses.size(), Dialer.MAX_ADDRESSES));
            case AddressGuard.Finding.Blocked() -> throw new Failure(Trouble.ADDRESS_BLOCKED);
            case AddressGuard.Finding.Unknown() -> throw new Failure(Trouble.DNS_FAILURE);
        };
    }

    private byte[] head(DestinationUrl read) {
        StringBuilder head = new StringBuilder(256);
        head.append(json == null ? "GET " : "POST ")
                .append(read.target())
                .append(" HTTP/1.1\r\nHost: ")
                .append(read.hostHeader())
                .append("\r\nUser-Agent: ")
                .append(transport.userAgent())
                .append("\r\nAccept: */*\r\nConnection: close\r\n");
        if (json != null) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(json.length)
                    .append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// The whole body: half a document is none.
    private static byte[] body(InputStream in, long framing) throws Failure, IOException {
        byte[] body = framing > MAX_BYTES ? NOTHING : in.readNBytes(MAX_BYTES + 1);
        if (framing > MAX_BYTES || body.length > MAX_BYTES) {
            throw new Failure(Trouble.HEADERS_TOO_LARGE);
        }
        if (framing > 0 && body.length < framing) {
            throw new Failure(Trouble.RESET);
        }
        return body;
    }

    private static Headers headers(ClassicHttpResponse response) {
        List<String> lines = new ArrayList<>();
        for (Header header : response.getHeaders()) {
            lines.add(header.getName());
            lines.add(header.getValue() == null ? "" : header.getValue());
        }
        return Headers.of(lines);
    }

    private synchronized void expire() {
        expired = true;
        if (live != null) {
            Connection.abort(live);
            live = null;
        }
    }

    private synchronized void watch(SocketChannel channel) throws Failure {
        if (expired) {
            Connection.abort(channel);
            throw new Failure(Trouble.RESET);
        }
        live = channel;
    }
}
