package dev.belay.signature;

import java.time.Instant;
import java.util.List;

/// A way to prove who sent a webhook. A scheme is data (which header, which hash, what is signed)
/// and the one engine that reads it; it holds no secret and no state.
public sealed interface Scheme permits HmacScheme, TokenScheme, BasicScheme, Unverified {
    /// Judges one request. Every malformed input is a [Verdict.Forged], never an exception.
    ///
    /// @param secrets those valid now, several while rotating; empty only for [Unverified]
    /// @param now the wall clock, for the timestamp rule
    Verdict verify(SignedRequest request, List<Secret> secrets, Instant now);

    /// The header lines a genuine sender would add to this request.
    ///
    /// @param messageId the sender's id of the message, used where the scheme signs or carries one
    /// @param now the time of sending, used where the scheme signs one
    Headers sign(SignedRequest request, Secret secret, String messageId, Instant now);

    /// Why this secret cannot serve this scheme (wrong length, not base64, no `user:password`), or
    /// nothing when it can. Never contains the secret.
    java.util.Optional<String> problemWith(Secret secret);
}
