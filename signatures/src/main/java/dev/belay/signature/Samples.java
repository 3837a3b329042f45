package dev.belay.signature;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Realistic requests of every built-in provider, signed and ready to be sent, so that a source can
/// be tried without the provider.
public final class Samples {
    private static final String ALPHANUMERIC =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private Samples() {}

    /// The event types there is a sample body for; the first is the one sent by default.
    public static List<String> types(Provider provider) {
        return switch (provider.name()) {
            case "github" -> List.of("push", "pull_request", "issues", "ping");
            case "stripe" ->
                    List.of(
                            "payment_intent.succeeded",
                            "invoice.payment_failed",
                            "checkout.session.completed");
            case "shopify" -> List.of("orders/create", "orders/paid", "products/update");
            case "slack" -> List.of("app_mention", "message", "url_verification");
            default -> List.of("user.created", "order.completed", "invoice.paid");
        };
    }

    /// A message id in the provider's style.
    public static String messageId(Provider provider, RandomGenerator random) {
        return switch (provider.name()) {
            case "github", "shopify" -> uuid(random);
            case "stripe" -> "evt_1" + alphanumeric(random, 23);
            case "slack" -> "Ev0" + alphanumeric(random, 8).toUpperCase(Locale.ROOT);
            default -> "msg_" + alphanumeric(random, 27);
        };
    }

    /// A body of this type, with the message id where the provider has one in the body.
    ///
    /// @throws IllegalArgumentException if there is no sample of this type
    public static byte[] body(Provider provider, String type, String messageId, Instant now) {
        if (!types(provider).contains(type)) {
            throw new IllegalArgumentException(
                    "no sample %s of %s, only %s"
                            .formatted(type, provider.name(), String.join(", ", types(provider))));
        }
        if (messageId.indexOf('"') >= 0 || messageId.indexOf('\\') >= 0) {
            throw new IllegalArgumentException("a message id must not hold a quote or backslash");
        }
        return resource(provider, type)
                .strip()
                .replace("{{id}}", messageId)
                .replace("{{seconds}}", Long.toString(now.getEpochSecond()))
                .replace("{{time}}", now.truncatedTo(ChronoUnit.SECONDS).toString())
                .getBytes(StandardCharsets.UTF_8);
    }

    /// A whole request, signed: POST, the provider's own headers, the signature and the body. Its
    /// URL is empty; no built-in scheme signs the URL.
    ///
    /// @param type the event type, or null for the first of [#types(Provider)]
    /// @param body sent byte for byte, or null for the sample of that type. The message id is put
    ///   into a sample only
    /// @param secret may be null for [Unverified] only
    /// @param messageId the sender's id of the message; [#messageId(Provider, RandomGenerator)]
    /// @param now the time of sending
    /// @throws IllegalArgumentException if there is no sample of this type and no body, or the
    ///   secret or the id cannot serve the scheme
    public static SignedRequest request(
            Provider provider,
            @Nullable String type,
            byte @Nullable [] body,
            @Nullable Secret secret,
            String messageId,
            Instant now) {
        String sent = type == null ? types(provider).getFirst() : type;
        byte[] bytes = body == null ? body(provider, sent, messageId, now) : body;
        Headers headers = headers(provider, sent);
        if (!(provider.scheme() instanceof Unverified)) {
            if (secret == null) {
                throw new IllegalArgumentException("signing takes a secret");
            }
            SignedRequest unsigned = new SignedRequest("POST", "", headers, bytes);
            headers = joined(headers, provider.scheme().sign(unsigned, secret, messageId, now));
        }
        return new SignedRequest("POST", "", withId(headers, provider, messageId), bytes);
    }

    private static Headers headers(Provider provider, String type) {
        Headers headers =
                Headers.of("Content-Type", "application/json", "User-Agent", userAgent(provider));
        headers =
                switch (provider.name()) {
                    case "github" ->
                            headers.with("X-GitHub-Hook-ID", "501220077")
                                    .with("X-GitHub-Hook-Installation-Target-Type", "repository");
                    case "shopify" ->
                            headers.with("X-Shopify-Shop-Domain", "harbour-works.myshopify.com")
                                    .with("X-Shopify-API-Version", "2026-10")
                                    .with("X-Shopify-Test", "true");
                    default -> headers;
                };
        for (Location location : provider.eventType()) {
            if (location instanceof Location.Header(String name)) {
                headers = headers.with(name, type);
            }
        }
        return headers;
    }

    private static String userAgent(Provider provider) {
        return switch (provider.name()) {
            case "github" -> "GitHub-Hookshot/belay";
            case "stripe" -> "Stripe/1.0 (+https://stripe.com/docs/webhooks)";
            case "slack" -> "Slackbot 1.0 (+https://api.slack.com/robots)";
            default -> "Belay-Sample/1";
        };
    }

    /// With the id in the provider's first id header, where no header brings it yet.
    private static Headers withId(Headers headers, Provider provider, String messageId) {
        for (Location location : provider.eventId()) {
            if (location instanceof Location.Header(String name)) {
                return headers.count(name) > 0 ? headers : headers.with(name, messageId);
            }
        }
        return headers;
    }

    private static Headers joined(Headers first, Headers second) {
        List<String> lines = new ArrayList<>();
        first.forEach((name, value) -> lines.addAll(List.of(name, value)));
        second.forEach((name, value) -> lines.addAll(List.of(name, value)));
        return Headers.of(lines);
    }

    private static String resource(Provider provider, String type) {
        String directory =
                switch (provider.name()) {
                    case "github", "stripe", "shopify", "slack" -> provider.name();
                    default -> "plain";
                };
        String path = "samples/" + directory + "/" + type.replace('/', '-') + ".json";
        try (InputStream in = Samples.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String uuid(RandomGenerator random) {
        // Version 4 and variant 2 (RFC 9562).
        long high = (random.nextLong() & ~0xf000L) | 0x4000L;
        long low = (random.nextLong() & ~(3L << 62)) | (1L << 63);
        return new UUID(high, low).toString();
    }

    private static String alphanumeric(RandomGenerator random, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ALPHANUMERIC.charAt(random.nextInt(ALPHANUMERIC.length())));
        }
        return text.toString();
    }
}
