package dev.belay.transport;

import dev.belay.catalog.AllowedRange;
import dev.belay.catalog.Destination;
import dev.belay.catalog.DestinationUrl;
import dev.belay.delivery.AttemptOutcome.Trouble;
import dev.belay.delivery.Transport;
import dev.belay.time.Time;
import dev.belay.time.Timers;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// Carries events to HTTP endpoints: one virtual thread per attempt, one POST per attempt.
///
/// An attempt resolves the name once, has every address judged by the [AddressGuard], connects to
/// one of exactly those, and is over at the destination's timeout whatever the endpoint does. It
/// follows no redirect, keeps no cookie, answers no authentication challenge, uses no proxy,
/// unpacks nothing and never sends twice. The status line decides; of the body, 64 KiB or 2 s are
/// kept. Which header lines are sent is listed at [RequestBytes].
///
/// Built on the message parsers of Apache HttpCore rather than on its client: the client's pooling,
/// routing and retrying are exactly what has to be ours here, so that the checked address is the
/// one used.
public final class HttpTransport implements Transport, AutoCloseable {
    private static final int MAX_REMEMBERED_URLS = 10_000;

    private final Parts parts;
    private final Lookups lookups;
    private final AddressGuard guard;
    private final IdleConnections idle;
    private final ConcurrentHashMap<URI, DestinationUrl> urls = new ConcurrentHashMap<>();

    /// @param parts what it is made of
    public HttpTransport(Parts parts) {
        this.parts = parts;
        lookups = new Lookups(parts.resolver(), parts.time());
        guard = new AddressGuard(lookups);
        idle = new IdleConnections(parts.time(), parts.timers(), parts.limits());
    }

    /// What a transport is made of.
    ///
    /// @param resolver where names lead
    /// @param tls makes TLS sockets; decides which certificates are trusted
    /// @param time clocks
    /// @param timers deadlines
    /// @param limits what an attempt may use
    /// @param userAgent value of `User-Agent`, such as `Belay/0.1.0`
    public record Parts(
            Resolver resolver,
            SSLSocketFactory tls,
            Time time,
            Timers timers,
            HttpLimits limits,
            String userAgent) {
        /// The machine's resolver, the JDK's trusted certificates, default limits.
        public static Parts production(Time time, Timers timers, String version) {
            return new Parts(
                    Resolver.SYSTEM,
                    (SSLSocketFactory) SSLSocketFactory.getDefault(),
                    time,
                    timers,
                    HttpLimits.DEFAULT,
                    "Belay/" + version);
        }
    }

    /// {@inheritDoc}
    ///
    /// @throws IllegalArgumentException when the destination is no HTTP endpoint
    @Override
    public CompletableFuture<Sent> send(Sending sending) {
        if (!(sending.destination() instanceof Destination.Http destination)) {
            throw new IllegalArgumentException("no HTTP endpoint: " + sending.destination().name());
        }
        HttpAttempt attempt = new HttpAttempt(this, sending, destination);
        Thread.startVirtualThread(attempt);
        return attempt.result();
    }

    /// Fetches a small document; never fails, and is over after [HttpFetch#DEADLINE].
    ///
    /// @param url where it is; `https`
    /// @param json what is sent with POST, null: GET
    /// @param allowed ranges that it may lie in although they are not on the public internet
    CompletableFuture<Fetched> fetch(URI url, byte @Nullable [] json, List<AllowedRange> allowed) {
        HttpFetch fetch = new HttpFetch(this, url, json, allowed);
        Thread.startVirtualThread(fetch);
        return fetch.result();
    }

    /// Connections that wait for their next use.
    public int idleConnections() {
        return idle.size();
    }

    /// Ends idle connections. Attempts under way end by themselves, at their deadlines at the
    /// latest.
    @Override
    public void close() {
        idle.close();
        lookups.close();
    }

    /// The URL, read.
    ///
    /// @throws Failure when it is not one that configuration admits
    DestinationUrl read(URI url) throws Failure {
        DestinationUrl known = urls.get(url);
        if (known != null) {
            return known;
        }
        try {
            DestinationUrl read = DestinationUrl.of(url);
            if (urls.size() >= MAX_REMEMBERED_URLS) {
                urls.clear();
            }
            urls.put(url, read);
            return read;
        } catch (IllegalArgumentException bad) {
            throw new Failure(Trouble.ADDRESS_BLOCKED);
        }
    }

    AddressGuard guard() {
        return guard;
    }

    IdleConnections idle() {
        return idle;
    }

    HttpLimits limits() {
        return parts.limits();
    }

    Time time() {
        return parts.time();
    }

    Timers timers() {
        return parts.timers();
    }

    SSLSocketFactory tls() {
        return parts.tls();
    }

    String userAgent() {
        return parts.userAgent();
    }
}
