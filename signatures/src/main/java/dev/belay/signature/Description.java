package dev.belay.signature;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A catalogue entry in words, for operators: pages and the command line are made of it.
public final class Description {
    private Description() {}

    /// One thing to know.
    public record Line(String name, String text) {}

    /// Everything that is known of an entry, the most important first.
    public static List<Line> of(Provider provider) {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("sender", provider.title()));
        lines.add(new Line("scheme", summary(provider.scheme())));
        lines.add(new Line("secret", secret(provider.scheme())));
        for (Setting setting : provider.settings()) {
            lines.add(
                    new Line(
                            "setting",
                            "%s: %s, such as %s"
                                    .formatted(
                                            setting.name(), setting.words(), setting.example())));
        }
        lines.add(new Line("covers", covers(provider.scheme())));
        lines.add(new Line("age", age(provider.scheme())));
        lines.add(new Line("event id", places(provider.eventId(), "the hash of the body")));
        lines.add(new Line("event type", places(provider.eventType(), "none")));
        lines.add(new Line("answer", answer(provider.acknowledgement())));
        for (Handshake handshake : provider.handshakes()) {
            lines.add(new Line("handshake", handshake(handshake)));
        }
        lines.add(new Line("body limit", provider.bodyLimitBytes() + " bytes"));
        addWhereSaid(lines, "deadline", provider.habits().deadline());
        addWhereSaid(lines, "retries", provider.habits().retries());
        provider.habits().notes().forEach(note -> lines.add(new Line("note", note)));
        addWhereSaid(lines, "samples", String.join(", ", Samples.types(provider)));
        lines.add(new Line("document", provider.provenance().reference()));
        lines.add(new Line("seen in", provider.provenance().seen()));
        lines.add(new Line("confidence", confidence(provider.provenance().confidence())));
        return lines;
    }

    private static void addWhereSaid(List<Line> lines, String name, String text) {
        if (!text.isEmpty()) {
            lines.add(new Line(name, text));
        }
    }

    /// How it signs, in one line.
    public static String summary(Scheme scheme) {
        return switch (scheme) {
            case SigningScheme signing ->
                    "%s of %s in %s"
                            .formatted(
                                    algorithm(signing.algorithm()),
                                    content(signing.content()),
                                    place(signing.place()));
            case AnyOfScheme any ->
                    summary(any.alternatives().getFirst())
                            + any.alternatives().stream()
                                    .skip(1)
                                    .map(other -> ", or " + algorithm(other.algorithm()))
                                    .collect(Collectors.joining());
            case EachItemScheme each -> summary(each.item()) + ", for each of " + each.items();
            case TokenScheme token -> "token in " + token.place().words();
            case BasicScheme _ -> "HTTP Basic";
            case JwtScheme jwt ->
                    "%s, %s, in %s"
                            .formatted(
                                    jwt.claims() == null ? "detached JWS" : "JWT",
                                    algorithm(jwt.algorithm()),
                                    jwt.place() == null
                                            ? "the body"
                                            : "header " + jwt.place().primary());
            case MessageSignatureScheme message ->
                    "RFC 9421, %s of %s"
                            .formatted(
                                    algorithm(message.algorithm()),
                                    message.ways().stream()
                                            .map(way -> String.join(" ", way))
                                            .collect(Collectors.joining(", or ")));
            case PublishedScheme published ->
                    summary(published.inner()) + ", keys from " + published.publication().words();
            case SnsScheme _ -> "RSA of the named members, in /Signature";
            case Unverified _ -> "nothing is checked";
        };
    }

    private static String algorithm(Algorithm algorithm) {
        return switch (algorithm) {
            case Algorithm.Hmac(Hash hash, _) -> "HMAC-" + hash;
            case Algorithm.PrefixedHash(Hash hash) -> hash + " of the secret and";
            case Algorithm.KeyPair(KeyKind kind, _) ->
                    switch (kind) {
                        case ED25519 -> "Ed25519";
                        case ECDSA_P256, ECDSA_P256_P1363 -> "ECDSA P-256";
                        case RSA_SHA1 -> "RSA SHA1";
                        case RSA_SHA256 -> "RSA SHA256";
                        case RSA_SHA512 -> "RSA SHA512";
                        case RSA_PSS_SHA512 -> "RSA-PSS SHA512";
                    };
        };
    }

    private static String content(List<Part> content) {
        return content.stream().map(Description::part).collect(Collectors.joining());
    }

    private static String part(Part part) {
        return switch (part) {
            case Part.Literal(String text) -> text;
            case Part.Timestamp() -> "{timestamp}";
            case Part.MessageId() -> "{id}";
            case Part.Header(HeaderName header) -> "{" + header.primary() + "}";
            case Part.Method() -> "{method}";
            case Part.Url() -> "{url}";
            case Part.Body() -> "{body}";
            case Part.BodyHash(Hash hash) -> "{" + hash + " of body}";
            case Part.BodyCrc32() -> "{CRC-32 of body}";
            case Part.Query(String name, _) -> "{query " + name + "}";
            case Part.FormField(String name) -> "{" + name + "}";
            case Part.SortedForm() -> "{sorted fields}";
            case Part.Pointer(String pointer, _) -> "{" + pointer + "}";
            case Part.WherePresent(List<Part> parts) -> content(parts);
        };
    }

    private static String place(SignaturePlace place) {
        return switch (place) {
            case SignaturePlace.InHeader(HeaderName header) ->
                    "header " + String.join(" or ", header.names());
            case SignaturePlace.InAnyHeader(List<String> names) ->
                    "headers %s …".formatted(names.getFirst());
            case SignaturePlace.InRepeatedHeader(String name) -> "header " + name;
            case SignaturePlace.At(Location location) -> location.words();
        };
    }

    private static String secret(Scheme scheme) {
        return switch (scheme) {
            case SigningScheme signing ->
                    (signing.keyHeader() == null ? "" : "name-of-key:")
                            + secret(signing.algorithm());
            case AnyOfScheme any ->
                    any.alternatives().stream()
                            .map(other -> secret(other.algorithm()))
                            .collect(Collectors.joining("; or "));
            case EachItemScheme each -> secret(each.item());
            case TokenScheme _ -> "the token";
            case BasicScheme _ -> "user:password";
            case JwtScheme jwt -> secret(jwt.algorithm());
            case MessageSignatureScheme message -> secret(message.algorithm());
            case PublishedScheme published ->
                    "none, or, in place of the published ones, " + secret(published.inner());
            case SnsScheme _ -> "the public key: " + KeyKind.RSA_SHA256.form();
            case Unverified _ -> "none";
        };
    }

    private static String secret(Algorithm algorithm) {
        return switch (algorithm) {
            case Algorithm.Hmac(_, SecretForm form) ->
                    switch (form) {
                        case UTF8 -> "as it stands";
                        case WHSEC -> "base64 after an optional whsec_";
                        case WHSEC_OR_UTF8 -> "base64 after whsec_, as it stands without";
                        case BASE64 -> "base64";
                        case HEX -> "hex";
                        case SHA1 -> "its SHA1";
                    };
            case Algorithm.PrefixedHash _ -> "as it stands";
            case Algorithm.KeyPair(KeyKind kind, boolean marked) ->
                    marked ? "a public key whpk_…" : "the public key: " + kind.form();
        };
    }

    private static String covers(Scheme scheme) {
        return switch (scheme) {
            case SigningScheme signing ->
                    signing.coverage() == SigningScheme.Coverage.BODY
                            ? "the body"
                            : "only what is named above, not the rest of the body";
            case AnyOfScheme _ -> "the body";
            case EachItemScheme _ -> "only what is named above, not the rest of the body";
            case TokenScheme _, BasicScheme _ -> "nothing but who sent it: over TLS only";
            case JwtScheme jwt ->
                    jwt.coversBody() ? "the body" : "nothing but who sent it: over TLS only";
            case MessageSignatureScheme _ -> "what is named above";
            case PublishedScheme published -> covers(published.inner());
            case SnsScheme _ -> "every member that means something";
            case Unverified _ -> "nothing";
        };
    }

    private static String age(Scheme scheme) {
        return switch (scheme) {
            case SigningScheme signing when signing.timestamp() != null -> age(signing.timestamp());
            case AnyOfScheme any -> age(any.alternatives().getFirst());
            case MessageSignatureScheme(_, _, Duration tolerance) when tolerance != null ->
                    "at most %s old, %s ahead".formatted(span(tolerance), span(tolerance));
            case PublishedScheme published -> age(published.inner());
            case SnsScheme(_, TimestampRule rule) -> age(rule);
            case JwtScheme jwt -> jwt.claims() == null ? "does not count" : "as the token says";
            case SigningScheme _,
                    EachItemScheme _,
                    MessageSignatureScheme _,
                    TokenScheme _,
                    BasicScheme _,
                    Unverified _ ->
                    "does not count";
        };
    }

    private static String age(TimestampRule rule) {
        return "at most %s old, %s ahead".formatted(span(rule.past()), span(rule.future()));
    }

    private static String span(Duration duration) {
        if (duration.equals(TimestampRule.ANY)) {
            return "any time";
        }
        return duration.toSeconds() % 60 == 0
                ? duration.toMinutes() + " min"
                : duration.toSeconds() + " s";
    }

    private static String places(List<Location> places, String absent) {
        return places.isEmpty()
                ? absent
                : places.stream().map(Location::words).collect(Collectors.joining(", or "));
    }

    private static String answer(Acknowledgement acknowledgement) {
        return acknowledgement.status()
                + (acknowledgement.isEmpty()
                        ? " without a body"
                        : acknowledgement.body().isEmpty() ? "" : " " + acknowledgement.body());
    }

    private static String handshake(Handshake handshake) {
        Handshake.Trigger trigger = handshake.trigger();
        String what =
                switch (handshake) {
                    case Handshake.Echo echo -> echo.value().words() + " is sent back";
                    case Handshake.Computed computed ->
                            "the HMAC of " + computed.value().words() + " is sent back";
                    case Handshake.Consent _ -> "the origin is allowed";
                    case Handshake.Probe _ -> "answered 200";
                    case Handshake.Visit(_, Location url, HostPin pin) ->
                            "%s is fetched, on %s"
                                    .formatted(url.words(), String.join(" or ", pin.hosts()));
                    case Handshake.Fixed fixed -> "answered " + fixed.body();
                };
        return "%s%s: %s%s"
                .formatted(
                        trigger.isSigned() ? "verified " : "",
                        trigger.method(),
                        what,
                        trigger.token() == null ? "" : ", for the source's handshake-token only");
    }

    private static String confidence(Confidence confidence) {
        return confidence
                + switch (confidence) {
                    case A -> ": the sender's own library was read and run";
                    case B -> ": the sender's own document was read";
                    case C -> ": several independent sources agree";
                    case D -> ": one independent source; needs unconfirmed: true";
                    case E -> ": commonly said; needs unconfirmed: true";
                };
    }
}
