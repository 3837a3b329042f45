package dev.belay.signature;

import dev.belay.signature.HeaderName.Found;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Every scheme in which sender and receiver share a key and the sender adds an HMAC (RFC 2104), as
/// data. [Providers] holds the ones known by name; [HmacTemplate] makes one from a configuration.
///
/// The order of judging: headers are read and must follow the scheme ([Claim]); then, for each
/// secret, the HMAC of the content is compared in constant time with every signature offered; only
/// then is the timestamp held against the clock. So [Verdict.Stale] means "genuine, but not now",
/// and a forger cannot tell the two apart by time. Base64 must be written the one way an encoder
/// writes it.
///
/// @param hash the hash inside the HMAC
/// @param secretForm how the text of a secret becomes the key
/// @param signatureHeader where the signatures are
/// @param grammar how that header is laid out
/// @param encoding how each signature in it is written
/// @param content what is signed, in order
/// @param timestamp the rule for the signed timestamp, or null where the sender has none
/// @param idHeader where the message id is, or null where no header has it. Demanded only where
///   [Part.MessageId] is signed
public record HmacScheme(
        Hash hash,
        SecretForm secretForm,
        HeaderName signatureHeader,
        Grammar grammar,
        Encoding encoding,
        List<Part> content,
        @Nullable TimestampRule timestamp,
        @Nullable HeaderName idHeader)
        implements Scheme {

    /// The hash inside the HMAC.
    public enum Hash {
        SHA1("HmacSHA1", 20),
        SHA256("HmacSHA256", 32),
        SHA512("HmacSHA512", 64);

        private final String algorithm;
        private final int length;

        Hash(String algorithm, int length) {
            this.algorithm = algorithm;
            this.length = length;
        }

        /// Length of the result, in bytes.
        int length() {
            return length;
        }

        // A new Mac for each call: look-up and key set-up together take about a microsecond, which
        // is less than sharing or pooling them would be worth.
        private Mac keyed(byte[] key) {
            try {
                Mac mac = Mac.getInstance(algorithm);
                mac.init(new SecretKeySpec(key, algorithm));
                return mac;
            } catch (GeneralSecurityException e) {
                throw new AssertionError("every JDK has " + algorithm, e);
            }
        }
    }

    /// @throws IllegalArgumentException if the parts do not fit together: something is signed that
    ///   nothing supplies, the body is not signed, or a timestamp is demanded that is not signed
    public HmacScheme {
        content = List.copyOf(content);
        if (!content.contains(new Part.Body())) {
            throw new IllegalArgumentException("the body must be signed");
        }
        if (content.contains(new Part.Timestamp()) != (timestamp != null)) {
            throw new IllegalArgumentException("a timestamp must have a rule and be signed");
        }
        if (content.contains(new Part.MessageId()) && idHeader == null) {
            throw new IllegalArgumentException("the signed id has no header");
        }
        if (timestamp != null
                && timestamp.source() instanceof TimestampRule.Source.InSignature
                && !(grammar instanceof Grammar.Fields)) {
            throw new IllegalArgumentException("only a key=value list can hold the timestamp");
        }
    }

    @Override
    public Verdict verify(SignedRequest request, List<Secret> secrets, Instant now) {
        return switch (Claim.read(this, request.headers())) {
            case Claim.Refused(Verdict.Reason reason) -> new Verdict.Forged(reason);
            case Claim.Made claim -> judge(claim, request, secrets, now);
        };
    }

    private Verdict judge(
            Claim.Made claim, SignedRequest request, List<Secret> secrets, Instant now) {
        for (int i = 0; i < secrets.size(); i++) {
            byte[] key = secretForm.key(secrets.get(i));
            if (key == null) {
                continue;
            }
            byte[] expected = mac(key, request, claim.id(), claim.timestampText());
            for (byte[] signature : claim.signatures()) {
                if (MessageDigest.isEqual(expected, signature)) {
                    return timestamp == null || timestamp.admits(claim.timestamp(), now)
                            ? new Verdict.Genuine(i)
                            : new Verdict.Stale(timestamp.ageSeconds(claim.timestamp(), now));
                }
            }
        }
        return new Verdict.Forged(Verdict.Reason.MISMATCH);
    }

    /// @throws IllegalArgumentException if the secret or the id cannot serve this scheme, or a
    ///   signed header is not in the request
    @Override
    public Headers sign(SignedRequest request, Secret secret, String messageId, Instant now) {
        String timestampText = timestamp == null ? "" : timestamp.write(now);
        String signature = signature(request, secret, messageId, timestampText);
        Headers headers = Headers.empty();
        if (idHeader != null) {
            headers = headers.with(idHeader.primary(), messageId);
        }
        String field = "";
        if (timestamp != null) {
            switch (timestamp.source()) {
                case TimestampRule.Source.InHeader(HeaderName name) ->
                        headers = headers.with(name.primary(), timestampText);
                case TimestampRule.Source.InSignature(String key) ->
                        field = key + "=" + timestampText;
            }
        }
        String value =
                switch (grammar) {
                    case Grammar.Whole(String prefix) -> prefix + signature;
                    case Grammar.Fields(char separator, String key) ->
                            (field.isEmpty() ? "" : field + separator) + key + "=" + signature;
                    case Grammar.Versions(String version) -> version + "," + signature;
                };
        return headers.with(signatureHeader.primary(), value);
    }

    /// One signature, encoded, without the grammar around it.
    String signature(SignedRequest request, Secret secret, String id, String timestampText) {
        byte[] key = secretForm.key(secret);
        if (key == null) {
            throw new IllegalArgumentException(problemWith(secret).orElse("unusable secret"));
        }
        if (idHeader != null && !admitsId(id)) {
            throw new IllegalArgumentException("this message id would make a signature ambiguous");
        }
        return encoding.encode(mac(key, request, id, timestampText));
    }

    @Override
    public Optional<String> problemWith(Secret secret) {
        return secretForm.problemWith(secret);
    }

    /// Whether the message id is part of what is signed.
    boolean signsId() {
        return content.contains(new Part.MessageId());
    }

    /// Whether this can be a message id: visible ASCII, and free of the literal that ends it in the
    /// signed text. With a full stop in a Standard Webhooks id, one signed text could be cut into
    /// id, time and body in a second way.
    boolean admitsId(String id) {
        if (id.isEmpty()
                || id.length() > Claim.MAX_ID_LENGTH
                || !id.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return false;
        }
        for (int i = 0; i + 1 < content.size(); i++) {
            if (content.get(i) instanceof Part.MessageId
                    && content.get(i + 1) instanceof Part.Literal(String end)
                    && id.contains(end)) {
                return false;
            }
        }
        return true;
    }

    private byte[] mac(byte[] key, SignedRequest request, String id, String timestampText) {
        Mac mac = hash.keyed(key);
        for (Part part : content) {
            mac.update(
                    switch (part) {
                        case Part.Literal(String text) -> utf8(text);
                        case Part.Timestamp() -> utf8(timestampText);
                        case Part.MessageId() -> utf8(id);
                        case Part.Header(HeaderName name) -> utf8(value(name, request.headers()));
                        case Part.Method() -> utf8(request.method());
                        case Part.Url() -> utf8(request.url());
                        case Part.Body() -> request.body();
                    });
        }
        return mac.doFinal();
    }

    private static String value(HeaderName name, Headers headers) {
        Found found = name.in(headers);
        if (found.problem() != null) {
            throw new IllegalArgumentException("the signed header is not there: " + name.primary());
        }
        return found.text();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
