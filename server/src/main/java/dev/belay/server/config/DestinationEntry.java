package dev.belay.server.config;

import dev.belay.catalog.AllowedRange;
import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Destination;
import dev.belay.catalog.RateLimit;
import dev.belay.signature.HeaderName;
import dev.belay.signature.Headers;
import dev.belay.signature.Secret;
import dev.belay.signature.StandardWebhooks;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads an HTTP destination:
///
/// ```yaml
/// url: https://example.com/hook
/// allow-private: ["10.0.0.0/8"]
/// signing: { secrets: [env:NAME] }
/// headers: { X-Team: payments }
/// timeout: 10s
/// concurrency: 32
/// rate: { per-second: 50, burst: 10 }
/// breaker: { failures: 5, reset: 60s, probes: 1 }
/// ```
final class DestinationEntry {
    private DestinationEntry() {}

    static @Nullable Destination read(String name, Form form) {
        URI url = url(form);
        List<AllowedRange> ranges = ranges(form);
        Form signing = form.below("signing");
        List<Secret> secrets = signing.secrets("secrets");
        checkSigning(signing, secrets, form.has("signing"));
        signing.done();
        Headers headers = headers(form.below("headers"));
        Duration timeout =
                form.duration(
                        "timeout",
                        Destination.DEFAULT_TIMEOUT,
                        Duration.ofMillis(100),
                        Destination.MAX_TIMEOUT);
        int concurrency = form.integer("concurrency", Destination.DEFAULT_CONCURRENCY, 1, 10_000);
        RateLimit rate = rate(form);
        Form breaker = form.below("breaker");
        BreakerPolicy policy =
                new BreakerPolicy(
                        breaker.integer("failures", BreakerPolicy.DEFAULT.failures(), 1, 10_000),
                        breaker.duration(
                                "reset",
                                BreakerPolicy.DEFAULT.reset(),
                                Duration.ofMillis(100),
                                Duration.ofDays(1)),
                        breaker.integer("probes", BreakerPolicy.DEFAULT.probes(), 1, 100));
        breaker.done();
        return url == null
                ? null
                : new Destination.Http(
                        name, url, ranges, secrets, headers, timeout, concurrency, rate, policy);
    }

    private static @Nullable URI url(Form form) {
        String text = form.required("url");
        if (text == null) {
            return null;
        }
        try {
            URI url = new URI(text);
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (!http || url.getHost() == null) {
                form.problem("url", "must begin with http:// or https:// and a host");
            } else if (url.getRawUserInfo() != null) {
                form.problem("url", "must not hold a user or password: use headers");
            } else if (url.getRawFragment() != null) {
                form.problem("url", "must not hold a fragment");
            } else {
                return url;
            }
        } catch (URISyntaxException e) {
            form.problem("url", "is not a URL");
        }
        return null;
    }

    private static List<AllowedRange> ranges(Form form) {
        List<AllowedRange> ranges = new ArrayList<>();
        for (String text : form.texts("allow-private")) {
            AllowedRange.parse(text)
                    .ifPresentOrElse(
                            ranges::add,
                            () ->
                                    form.problem(
                                            "allow-private",
                                            "is not an address range such as 10.0.0.0/8: " + text));
        }
        return ranges;
    }

    private static void checkSigning(Form signing, List<Secret> secrets, boolean given) {
        if (given && signing.texts("secrets").isEmpty()) {
            signing.problem("secrets", "is missing");
        }
        for (Secret secret : secrets) {
            try {
                StandardWebhooks.sign("msg_check", Instant.EPOCH, new byte[0], List.of(secret));
            } catch (IllegalArgumentException e) {
                signing.problem("secrets", "must be base64, with or without whsec_ in front");
            }
        }
    }

    private static Headers headers(Form form) {
        List<String> lines = new ArrayList<>();
        form.each(
                (name, value) -> {
                    String text = form.text(name, "");
                    SecretReferences.Found found = form.context().secrets().find(text);
                    if (!HeaderName.isToken(name) || reserved(name)) {
                        form.problem(name, "cannot be set");
                    } else if (found instanceof SecretReferences.Found.Value(Secret secret)) {
                        boolean clean = secret.reveal().chars().allMatch(c -> c >= ' ' && c < 0x7f);
                        if (clean) {
                            lines.add(name);
                            lines.add(secret.reveal());
                        } else {
                            form.problem(name, "must be visible ASCII");
                        }
                    } else if (found instanceof SecretReferences.Found.Missing(String message)) {
                        form.problem(name, message);
                    }
                });
        return Headers.of(lines);
    }

    /// Header lines that the delivery itself sets.
    private static boolean reserved(String name) {
        return List.of("host", "content-length", "transfer-encoding", "connection", "content-type")
                        .stream()
                        .anyMatch(name::equalsIgnoreCase)
                || name.regionMatches(true, 0, "webhook-", 0, 8);
    }

    private static @Nullable RateLimit rate(Form form) {
        if (!form.has("rate")) {
            return null;
        }
        Form rate = form.below("rate");
        rate.required("per-second");
        double perSecond = rate.decimal("per-second", 1, 0.001, 1_000_000);
        int burst = rate.integer("burst", (int) Math.max(1, Math.ceil(perSecond)), 1, 1_000_000);
        rate.done();
        return new RateLimit(perSecond, burst);
    }
}
