package dev.belay.signature;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Signs outgoing messages as the Standard Webhooks specification 1.0.0 says: headers `webhook-id`,
/// `webhook-timestamp` and `webhook-signature`; symmetric (`v1`, secrets `whsec_…`) and asymmetric
/// (`v1a`, private keys `whsk_…`), one beside the other where there are secrets of both kinds.
public final class StandardWebhooks {
    /// Shortest shared key that the specification allows, in bytes.
    public static final int MIN_KEY_BYTES = 24;

    /// Longest shared key that the specification allows, in bytes.
    public static final int MAX_KEY_BYTES = 64;

    private static final HeaderName ID = HeaderName.of("webhook-id");
    private static final HeaderName TIMESTAMP = HeaderName.of("webhook-timestamp");
    private static final HeaderName SIGNATURE = HeaderName.of("webhook-signature");

    /// The symmetric form as data.
    static final SigningScheme SCHEME = symmetric(SecretForm.WHSEC, ID, TIMESTAMP, SIGNATURE);

    /// The asymmetric form as data.
    static final SigningScheme ASYMMETRIC = asymmetric(ID, TIMESTAMP, SIGNATURE);

    private StandardWebhooks() {}

    /// The three header lines. One signature per secret, so that receivers can rotate.
    ///
    /// @param messageId stays the same over retries of one message; must not contain a full stop
    /// @param now the time of this attempt
    /// @param secrets at least one: base64 after an optional `whsec_`, or a private key `whsk_…`
    /// @throws IllegalArgumentException if there is no secret, one is neither, or the id has a full
    ///   stop or something other than visible ASCII
    public static Headers sign(String messageId, Instant now, byte[] body, List<Secret> secrets) {
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("signing takes at least one secret");
        }
        SignedRequest request = new SignedRequest("POST", "", Headers.empty(), body);
        String timestamp = Long.toString(now.getEpochSecond());
        StringBuilder signatures = new StringBuilder(50 * secrets.size());
        for (Secret secret : secrets) {
            SigningScheme scheme = isPrivateKey(secret) ? ASYMMETRIC : SCHEME;
            signatures
                    .append(signatures.isEmpty() ? "" : " ")
                    .append(
                            scheme.grammar()
                                    .write(
                                            "",
                                            scheme.signature(
                                                    request, secret, messageId, timestamp)));
        }
        return Headers.of(
                "webhook-id", messageId,
                "webhook-timestamp", timestamp,
                "webhook-signature", signatures.toString());
    }

    /// Why this secret may not sign outgoing messages: no private key `whsk_…`, and not base64 or
    /// not 24 to 64 bytes. Never contains the secret.
    public static Optional<String> problemWith(Secret secret) {
        if (secret.reveal().startsWith("whsk_") || secret.reveal().startsWith("whpk_")) {
            return isPrivateKey(secret)
                    ? Optional.empty()
                    : Optional.of("signing takes an Ed25519 private key after whsk_");
        }
        Optional<String> problem = SCHEME.problemWith(secret);
        byte[] key = SecretForm.WHSEC.key(secret);
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

    private static boolean isPrivateKey(Secret secret) {
        return KeyTexts.privateKey(KeyKind.ED25519, true, secret) != null;
    }

    /// The symmetric form with other header names.
    static SigningScheme symmetric(
            SecretForm form, HeaderName id, HeaderName timestamp, HeaderName signature) {
        return of(
                new Algorithm.Hmac(Hash.SHA256, form),
                new Grammar.Versions("v1"),
                id,
                timestamp,
                signature);
    }

    /// The asymmetric form with other header names.
    static SigningScheme asymmetric(HeaderName id, HeaderName timestamp, HeaderName signature) {
        return of(
                new Algorithm.KeyPair(KeyKind.ED25519, true),
                new Grammar.Versions("v1a"),
                id,
                timestamp,
                signature);
    }

    private static SigningScheme of(
            Algorithm algorithm,
            Grammar grammar,
            HeaderName id,
            HeaderName timestamp,
            HeaderName signature) {
        return new SigningScheme(
                algorithm,
                new SignaturePlace.InHeader(signature),
                grammar,
                Encoding.BASE64,
                List.of(
                        new Part.MessageId(),
                        new Part.Literal("."),
                        new Part.Timestamp(),
                        new Part.Literal("."),
                        new Part.Body()),
                SigningScheme.Coverage.BODY,
                TimestampRule.secondsIn(timestamp),
                id,
                null);
    }
}
