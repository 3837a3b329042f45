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

    /// One kind of event.
    ///
    /// @param type its event type
    /// @param body with `{{id}}`, `{{seconds}}`, `{{millis}}`, `{{time}}` and `{{signature}}` where
    ///   those go, or `@` and the file that holds it
    public record Sample(String type, String body) {}

    /// What the webhooks of one provider have in common.
    ///
    /// @param samples the first is the most common
    /// @param headers those without a meaning to verification; `{{id}}` in them is put in
    /// @param messageId the form of its ids, such as `evt_{alnum:24}`
    public record Kit(
            List<Sample> samples,
            Headers headers,
            String contentType,
            String userAgent,
            String messageId) {
        /// Nothing known.
        public static final Kit EMPTY =
                new Kit(
                        List.of(),
                        Headers.empty(),
                        "application/json",
                        "Belay-Sample/1",
                        "msg_{alnum:27}");

        public Kit {
            samples = List.copyOf(samples);
        }
    }

    /// The event types there is a sample body for; the first is the one sent by default.
    public static List<String> types(Provider provider) {
        return provider.samples().samples().stream().map(Sample::type).toList();
    }

    /// A message id in the provider's style.
    public static String messageId(Provider provider, RandomGenerator random) {
        String form = provider.samples().messageId();
        StringBuilder id = new StringBuilder();
        int at = 0;
        for (int open = form.indexOf('{'); open >= 0; open = form.indexOf('{', at)) {
            int close = form.indexOf('}', open);
            id.append(form, at, open).append(part(form.substring(open + 1, close), random));
            at = close + 1;
        }
        return id.append(form, at, form.length()).toString();
    }

    private static String part(String written, RandomGenerator random) {
        int colon = written.indexOf(':');
        int length = colon < 0 ? 0 : Integer.parseInt(written.substring(colon + 1));
        return switch (colon < 0 ? written : written.substring(0, colon)) {
            case "uuid" -> uuid(random);
            case "alnum" -> characters(random, ALPHANUMERIC, length);
            case "upper" -> characters(random, ALPHANUMERIC, length).toUpperCase(Locale.ROOT);
            case "hex" -> characters(random, "0123456789abcdef", length);
            // No leading zero: some senders write theirs as a number.
            case "digits" ->
                    characters(random, "123456789", 1)
                            + characters(random, "0123456789", length - 1);
            default -> throw new IllegalStateException("no form of an id: " + written);
        };
    }

    /// A body of this type, with the message id where the provider has one in the body.
    ///
    /// @throws IllegalArgumentException if there is no sample of this type
    public static byte[] body(Provider provider, String type, String messageId, Instant now) {
        String template =
                provider.samples().samples().stream()
                        .filter(sample -> sample.type().equals(type))
                        .map(Sample::body)
                        .findFirst()
                        .orElseThrow(() -> unknown(provider, type));
        if (messageId.indexOf('"') >= 0 || messageId.indexOf('\\') >= 0) {
            throw new IllegalArgumentException("a message id must not hold a quote or backslash");
        }
        String text = template.startsWith("@") ? resource(template.substring(1)) : template;
        return text.strip()
                .replace("{{id}}", messageId)
                .replace("{{seconds}}", Long.toString(now.getEpochSecond()))
                .replace("{{millis}}", Long.toString(now.toEpochMilli()))
                .replace("{{time}}", now.truncatedTo(ChronoUnit.SECONDS).toString())
                .getBytes(StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException unknown(Provider provider, String type) {
        return new IllegalArgumentException(
                "no sample %s of %s, only %s"
                        .formatted(type, provider.name(), String.join(", ", types(provider))));
    }

    /// A whole request, signed: POST, the provider's own headers, the signature and the body.
    ///
    /// @param url where it will be sent; some schemes sign it
    /// @param type the event type, or null for the first of [#types(Provider)]
    /// @param body sent byte for byte, or null for the sample of that type. The message id is put
    ///   into a sample only
    /// @param secret may be null for [Unverified] only; the private key where the scheme checks
    ///   with a public one
    /// @param messageId the sender's id of the message; [#messageId(Provider, RandomGenerator)]
    /// @param now the time of sending
    /// @throws IllegalArgumentException if there is no sample of this type and no body, or the
    ///   secret or the id cannot serve the scheme
    public static SignedRequest request(
            Provider provider,
            String url,
            @Nullable String type,
            byte @Nullable [] body,
            @Nullable Secret secret,
            String messageId,
            Instant now) {
        String sent = type == null ? types(provider).getFirst() : type;
        byte[] bytes = body == null ? body(provider, sent, messageId, now) : body;
        SignedRequest request =
                new SignedRequest("POST", url, headers(provider, sent, messageId), bytes);
        if (!(provider.scheme() instanceof Unverified)) {
            if (secret == null) {
                throw new IllegalArgumentException("signing takes a secret");
            }
            request =
                    provider.scheme()
                            .signed(
                                    request.with(
                                            withSigned(request.headers(), provider, messageId)),
                                    secret,
                                    messageId,
                                    now);
        }
        return request.with(withId(request.headers(), provider, messageId));
    }

    /// Same as the longer one, for schemes that do not sign the URL.
    public static SignedRequest request(
            Provider provider,
            @Nullable String type,
            byte @Nullable [] body,
            @Nullable Secret secret,
            String messageId,
            Instant now) {
        return request(provider, "", type, body, secret, messageId, now);
    }

    private static Headers headers(Provider provider, String type, String messageId) {
        Kit kit = provider.samples();
        List<String> own = new ArrayList<>();
        kit.headers()
                .forEach(
                        (name, value) ->
                                own.addAll(List.of(name, value.replace("{{id}}", messageId))));
        Headers headers =
                Headers.of("Content-Type", kit.contentType(), "User-Agent", kit.userAgent())
                        .with(Headers.of(own));
        for (Location location : provider.eventType()) {
            if (location instanceof Location.Header(String name) && headers.count(name) == 0) {
                headers = headers.with(name, type);
            }
        }
        return headers;
    }

    /// With the headers that the scheme signs beside its own.
    private static Headers withSigned(Headers headers, Provider provider, String messageId) {
        Headers all = headers;
        Scheme outer = provider.scheme();
        Scheme inner = outer instanceof PublishedScheme(Scheme one, _, _) ? one : outer;
        if (inner instanceof SigningScheme scheme) {
            for (Part part : scheme.content()) {
                if (part instanceof Part.Header(HeaderName name)
                        && all.count(name.primary()) == 0) {
                    all = all.with(name.primary(), messageId);
                }
            }
        }
        return all;
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

    private static String resource(String path) {
        try (InputStream in = Samples.class.getResourceAsStream("samples/" + path)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks samples/" + path);
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

    private static String characters(RandomGenerator random, String alphabet, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
