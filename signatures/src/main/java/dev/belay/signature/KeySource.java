package dev.belay.signature;

import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Where the public keys come from that a sender publishes and changes by itself: a JWKS document,
/// a key endpoint, a certificate. Whoever implements it fetches from the place asked for and from
/// nowhere else, keeps what it fetched, and bounds how often it asks: a question is made of a
/// request that may be anybody's.
///
/// An unknown key and an unreachable publisher are different answers: the first is a forged
/// request, the second one to be sent again.
public interface KeySource {
    /// Knows nothing and asks nobody.
    KeySource NONE =
            question ->
                    CompletableFuture.completedFuture(
                            new Answer.Unavailable(Duration.ofMinutes(1)));

    /// The keys that may have made the signature. Never blocks, and the future never fails; it is
    /// complete at once where the keys are known.
    CompletableFuture<Answer> keys(KeyQuestion question);

    /// What is known of a key.
    sealed interface Answer {
        /// The keys, which the sender publishes today; at least one.
        record Known(List<PublicKey> keys) implements Answer {
            public Known {
                keys = List.copyOf(keys);
            }
        }

        /// The sender publishes no such key.
        record Unknown() implements Answer {}

        /// Nothing is known: the keys could not be fetched, or not yet again.
        ///
        /// @param retryAfter when it is worth asking again
        record Unavailable(Duration retryAfter) implements Answer {}
    }
}
