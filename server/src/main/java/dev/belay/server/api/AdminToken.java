package dev.belay.server.api;

import dev.belay.server.http.Exchange;
import dev.belay.server.http.Problem;
import dev.belay.server.http.Request;
import dev.belay.server.http.Response;
import dev.belay.signature.Secret;
import dev.belay.time.Time;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Lets a request through to the API that shows the token. Only the token's hash is held; an
/// address that shows wrong ones has to wait, and others are not affected. Showing none is no
/// guess: a scraper without a token must not lock out the operator on the same machine.
public final class AdminToken {
    /// Wrong tokens an address may show in a minute.
    public static final int FAILURES_A_MINUTE = 10;

    /// The same for no token and a wrong one.
    private static final Response UNAUTHENTICATED =
            Problem.of(401, "unauthenticated", "A valid bearer token is needed.")
                    .detail("Send the admin token as Authorization: Bearer TOKEN.")
                    .response()
                    .with("www-authenticate", "Bearer realm=\"belay\"");

    private static final long MINUTE_NANOS = 60_000_000_000L;
    private static final int ADDRESSES = 10_000;

    private final byte[] hash;
    private final Time time;

    /// Failures by address; the eldest address makes room.
    private final Map<String, Failures> failures =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
                    return size() > ADDRESSES;
                }
            };

    /// Failures of an address within the minute that began then.
    private record Failures(long sinceNanos, int count) {}

    /// @param hash the SHA-256 of the token, see [#hash(Secret)]
    public AdminToken(byte[] hash, Time time) {
        this.hash = hash.clone();
        this.time = time;
    }

    /// What is kept of a token.
    public static byte[] hash(Secret token) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(token.reveal().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /// The exchange, behind the token.
    public Exchange guard(Exchange exchange) {
        return (request, values) -> {
            Response refusal = check(request);
            return refusal == null ? exchange.serve(request, values) : refusal;
        };
    }

    /// The answer to a request that is not let through, null where it is.
    private @Nullable Response check(Request request) {
        long now = time.nanos();
        long wait = waitSeconds(request.remoteAddress(), now);
        String shown = request.headers().first("authorization").orElse("");
        boolean bearer = shown.regionMatches(true, 0, "Bearer ", 0, 7);
        boolean genuine =
                bearer
                        && !shown.substring(7).isBlank()
                        && MessageDigest.isEqual(hash, hash(Secret.of(shown.substring(7).trim())));
        if (wait > 0) {
            return Problem.of(429, "rate-limited", "Too many wrong tokens came from here.")
                    .retryAfter((int) wait)
                    .response();
        }
        if (genuine) {
            return null;
        }
        if (!shown.isEmpty()) {
            failed(request.remoteAddress(), now);
        }
        return UNAUTHENTICATED;
    }

    private long waitSeconds(String address, long now) {
        synchronized (failures) {
            Failures seen = failures.get(address);
            if (seen == null || now - seen.sinceNanos() >= MINUTE_NANOS) {
                return 0;
            }
            return seen.count() < FAILURES_A_MINUTE
                    ? 0
                    : 1 + (MINUTE_NANOS - (now - seen.sinceNanos())) / 1_000_000_000L;
        }
    }

    private void failed(String address, long now) {
        synchronized (failures) {
            Failures seen = failures.get(address);
            failures.put(
                    address,
                    seen == null || now - seen.sinceNanos() >= MINUTE_NANOS
                            ? new Failures(now, 1)
                            : new Failures(seen.sinceNanos(), seen.count() + 1));
        }
    }
}
