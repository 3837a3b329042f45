package dev.belay.signature;

import java.security.PublicKey;
import java.time.Duration;

/// Where the public keys come from that a sender publishes and changes by itself: a JWKS document,
/// a key endpoint, a certificate. Whoever implements it fetches from pinned hosts only, keeps what
/// it fetched, and answers at once from what it has.
///
/// An unknown key and an unreachable publisher are different answers: the first is a forged
/// request, the second one to be sent again.
public interface KeySource {
    /// The key with this id, as far as it is known now.
    ///
    /// @param keyId from the request: hostile until the signature is checked
    Answer key(String keyId);

    /// What is known of a key.
    sealed interface Answer {
        /// The key, which the sender publishes today.
        record Known(PublicKey key) implements Answer {}

        /// The sender publishes no such key.
        record Unknown() implements Answer {}

        /// Nothing is known: the keys could not be fetched.
        ///
        /// @param retryAfter when it is worth asking again
        record Unavailable(Duration retryAfter) implements Answer {}
    }
}
