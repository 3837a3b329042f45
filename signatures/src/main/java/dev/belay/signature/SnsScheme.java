package dev.belay.signature;

import dev.belay.signature.Verdict.Forged;
import dev.belay.signature.Verdict.Genuine;
import dev.belay.signature.Verdict.Reason;
import dev.belay.signature.Verdict.Stale;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Amazon SNS: the signature is a member of the JSON body and covers others of it, which ones the
/// type of the message says. Anybody can have a topic, so that a genuine signature means nothing
/// before the topic is one of the operator's.
///
/// @param topics ARNs of the topics that count; at least one
/// @param timestamp how old a message may be
public record SnsScheme(List<String> topics, TimestampRule timestamp) implements Scheme {
    private static final String NOTIFICATION = "Notification";

    /// What is signed, in this order; `Subject` only where it is there.
    private static final List<String> OF_NOTIFICATION =
            List.of("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type");

    private static final List<String> OF_CONFIRMATION =
            List.of(
                    "Message",
                    "MessageId",
                    "SubscribeURL",
                    "Timestamp",
                    "Token",
                    "TopicArn",
                    "Type");

    public SnsScheme {
        topics = List.copyOf(topics);
        if (topics.isEmpty() || topics.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("a topic is needed");
        }
    }

    @Override
    public Verdict verify(SignedRequest request, List<Secret> secrets, Instant now) {
        JsonText.Value message = JsonText.read(request.body());
        if (message == null) {
            return new Forged(Reason.FIELD_MISSING);
        }
        Algorithm algorithm = algorithm(message);
        if (algorithm == null) {
            return new Forged(Reason.ALGORITHM_REFUSED);
        }
        List<byte[]> content = content(message);
        String topic = message.scalar("/TopicArn");
        String written = message.scalar("/Signature");
        String time = message.scalar("/Timestamp");
        if (content == null || topic == null || written == null || time == null) {
            return new Forged(Reason.FIELD_MISSING);
        }
        if (!topics.contains(topic)) {
            return new Forged(Reason.CLAIM_MISMATCH);
        }
        byte[] signature = Encoding.BASE64.decode(written, algorithm.longest());
        if (signature == null || !algorithm.admitsLength(signature.length)) {
            return new Forged(Reason.SIGNATURE_MALFORMED);
        }
        long sent = timestamp.read(time);
        if (sent < 0) {
            return new Forged(Reason.TIMESTAMP_MALFORMED);
        }
        for (int i = 0; i < secrets.size(); i++) {
            Algorithm.Check check = algorithm.check(secrets.get(i), content);
            if (check != null && check.admits(signature)) {
                return timestamp.admits(sent, now)
                        ? new Genuine(i)
                        : new Stale(timestamp.ageSeconds(sent, now));
            }
        }
        return new Forged(Reason.MISMATCH);
    }

    private static @Nullable Algorithm algorithm(JsonText.Value message) {
        String version = message.scalar("/SignatureVersion");
        if (version == null) {
            return null;
        }
        return switch (version) {
            case "1" -> new Algorithm.KeyPair(KeyKind.RSA_SHA1, false);
            case "2" -> new Algorithm.KeyPair(KeyKind.RSA_SHA256, false);
            default -> null;
        };
    }

    /// Each name and value on a line of its own; null where one is absent or the type is none.
    private static @Nullable List<byte[]> content(JsonText.Value message) {
        String type = message.scalar("/Type");
        if (type == null) {
            return null;
        }
        List<String> names =
                switch (type) {
                    case NOTIFICATION -> OF_NOTIFICATION;
                    case "SubscriptionConfirmation", "UnsubscribeConfirmation" -> OF_CONFIRMATION;
                    default -> List.of();
                };
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            JsonText.Value value = message.at("/" + name);
            // A subject that is null is as good as none.
            if (name.equals("Subject") && (value == null || written(value).equals("null"))) {
                continue;
            }
            if (value == null
                    || !written(value).startsWith("\"")
                    || !(value.shape() instanceof JsonText.Shape.Scalar(String string))) {
                return null;
            }
            text.append(name).append('\n').append(string).append('\n');
        }
        return names.isEmpty() ? null : List.of(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String written(JsonText.Value value) {
        return value.text().substring(value.from(), value.to());
    }

    /// No header at all: see [#signed].
    @Override
    public Headers sign(SignedRequest request, Secret secret, String messageId, Instant now) {
        return Headers.empty();
    }

    @Override
    public SignedRequest signed(
            SignedRequest request, Secret secret, String messageId, Instant now) {
        JsonText.Value message = JsonText.read(request.body());
        Algorithm algorithm = message == null ? null : algorithm(message);
        List<byte[]> content = message == null ? null : content(message);
        if (algorithm == null || content == null) {
            throw new IllegalArgumentException("this body is no message of SNS");
        }
        return Placement.put(
                request,
                new Location.Pointer("/Signature"),
                Encoding.BASE64.encode(algorithm.sign(secret, content)));
    }

    @Override
    public Optional<String> problemWith(Secret secret) {
        return new Algorithm.KeyPair(KeyKind.RSA_SHA256, false).problemWith(secret);
    }

    @Override
    public Optional<String> problemSigningWith(Secret secret) {
        return new Algorithm.KeyPair(KeyKind.RSA_SHA256, false).problemSigningWith(secret);
    }
}
