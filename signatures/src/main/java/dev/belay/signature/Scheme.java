package dev.belay.signature;

import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A way to prove who sent a webhook. A scheme is data (which header, which hash, what is signed)
/// and the one engine that reads it; it holds no secret and no state.
public sealed interface Scheme
        permits SigningScheme,
                AnyOfScheme,
                EachItemScheme,
                TokenScheme,
                BasicScheme,
                JwtScheme,
                MessageSignatureScheme,
                PublishedScheme,
                SnsScheme,
                Unverified {
    /// Judges one request. Every malformed input is a [Verdict.Forged], never an exception.
    ///
    /// @param secrets those valid now, several while rotating; empty only where none is needed
    /// @param now the wall clock, for the timestamp rule
    Verdict verify(SignedRequest request, List<Secret> secrets, Instant now);

    /// Judges a request for which [#verify] needed a key.
    ///
    /// @param keys what the sender publishes
    default Verdict verifyWith(List<PublicKey> keys, SignedRequest request, Instant now) {
        return verify(request, List.of(), now);
    }

    /// Whether a source cannot do without a secret. "No secret" never means "accept".
    default boolean needsSecret() {
        return true;
    }

    /// The header lines a genuine sender would add to this request.
    ///
    /// @param messageId the sender's id of the message, used where the scheme signs or carries one
    /// @param now the time of sending, used where the scheme signs one
    Headers sign(SignedRequest request, Secret secret, String messageId, Instant now);

    /// The request as a genuine sender would send it: with those header lines, and, where the
    /// scheme is proved inside the URL or the body, with the proof there. A body that holds it has
    /// [SignaturePlace#MARK] in its place before.
    ///
    /// @throws IllegalArgumentException if the secret, the id or the request cannot serve the
    ///   scheme
    default SignedRequest signed(
            SignedRequest request, Secret secret, String messageId, Instant now) {
        return request.with(request.headers().with(sign(request, secret, messageId, now)));
    }

    /// Why this secret cannot serve this scheme (wrong length, not base64, no `user:password`), or
    /// nothing when it can. Never contains the secret.
    Optional<String> problemWith(Secret secret);

    /// The same for signing: another question where the receiver has only a public key.
    default Optional<String> problemSigningWith(Secret secret) {
        return problemWith(secret);
    }
}
