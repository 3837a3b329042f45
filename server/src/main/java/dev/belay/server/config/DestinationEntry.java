package dev.belay.server.config;

import dev.belay.catalog.AllowedRange;
import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Destination;
import dev.belay.catalog.DestinationUrl;
import dev.belay.catalog.ExtraHeaders;
import dev.belay.catalog.RateLimit;
import dev.belay.signature.Headers;
import dev.belay.signature.Secret;
import dev.belay.signature.StandardWebhooks;
import java.net.URI;
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
        List<AllowedRange> ranges = ranges(form);
        URI url = url(form, ranges);
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
        RateLimit rate = RateEntry.read(form, "rate");
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

    private static @Nullable URI url(Form form, List<AllowedRange> ranges) {
        String text = form.required("url");
        if (text == null) {
            return null;
        }
        String problem = DestinationUrl.problemWith(text, ranges).orElse(null);
        if (problem != null) {
            form.problem("url", problem);
            return null;
        }
        return URI.create(text);
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
                    String text = form.text(name);
                    if (text == null) {
                        return;
                    }
                    switch (form.context().secrets().find(text)) {
                        case SecretReferences.Found.Value(Secret secret) -> {
                            lines.add(name);
                            lines.add(secret.reveal());
                        }
                        case SecretReferences.Found.Missing(String message) ->
                                form.problem(name, message);
                    }
                });
        Headers headers = Headers.of(lines);
        ExtraHeaders.problemWith(headers).ifPresent(form::problem);
        return headers;
    }
}
