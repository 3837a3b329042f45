package dev.belay.signature;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Signs outgoing messages as the Standard Webhooks specification 1.0.0 says, symmetric form `v1`:
/// headers `webhook-id`, `webhook-timestamp` and `webhook-signature`.
public final class StandardWebhooks {
    /// Shortest key that the specification allows, in bytes.
    public static final int MIN_KEY_BYTES = 24;

    /// Longest key that the specification allows, in bytes.
    public static final int MAX_KEY_BYTES = 64;

    /// The specification as data.
    static final HmacScheme SCHEME =
            schemeWith(
                    HeaderName.of("webhook-id"),
                    HeaderName.of("webhook-timestamp"),
                    HeaderName.of("webhook-signature"));

    private static final String VERSION = "v1";

    private StandardWebhooks() {}

    /// The three header lines. One signature per secret, so that receivers can rotate.
    ///
    /// @param messageId stays the same over retries of one message; must not contain a full stop
    /// @param now the time of this attempt
    /// @param secrets at least one; base64 after an optional `whsec_`
    /// @throws IllegalArgumentException if there is no secret, one is not base64, or the id has a
    ///   full stop or something other than visible ASCII
    public static Headers sign(String messageId, Instant now, byte[] body, List<Secret> secrets) {
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("signing takes at least one secret");
        }
        SignedRequest request = new SignedRequest("POST", "", Headers.empty(), body);
        String timestamp = Long.toString(now.getEpochSecond());
        StringBuilder signatures = new StringBuilder(50 * secrets.size());
        for (Secret secret : secrets) {
            signatures.append(signatures.isEmpty() ? "" : " ").append(VERSION).append(',');
            signatures.append(SCHEME.signature(request, secret, messageId, timestamp));
        }
        return Headers.of(
                "webhook-id", messageId,
                "webhook-timestamp", timestamp,
                "webhook-signature", signatures.toString());
    }

    /// Why this secret may not sign outgoing messages: not base64, or not 24 to 64 bytes. Never
    /// contains the secret.
    public static Optional<String> problemWith(Secret secret) {
        Optional<String> problem = SCHEME.problemWith(secret);
        byte[] key = SCHEME.secretForm().key(secret);
        if (problem.isPresent() || key == null) {
            return problem;
        }
        return key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES
                ? Optional.empty()
                : Optional.of(
                        "the secret stands for "
                                + key.length
                                + " bytes; Standard Webhooks takes 24 to 64");
    }

    /// The specification with other header names.
    static HmacScheme schemeWith(HeaderName id, HeaderName timestamp, HeaderName signature) {
        return new HmacScheme(
                HmacScheme.Hash.SHA256,
                SecretForm.WHSEC,
                signature,
                new Grammar.Versions(VERSION),
                Encoding.BASE64,
                List.of(
                        new Part.MessageId(),
                        new Part.Literal("."),
                        new Part.Timestamp(),
                        new Part.Literal("."),
                        new Part.Body()),
                TimestampRule.secondsIn(timestamp),
                id);
    }
}
