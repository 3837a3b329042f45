package dev.belay.signature;

import java.net.URI;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A scheme whose public keys the sender publishes: a request is judged in two steps, with a
/// question to a [KeySource] between them. A source that has secrets is judged by those alone, as
/// public keys, and nothing is ever fetched for it.
///
/// Nothing in a request chooses the algorithm, and a key of another kind than the algorithm's
/// serves for nothing.
///
/// @param inner how a request is signed, with a key pair
/// @param publication where the keys are
/// @param keyId where a request names its key; null where a token does so itself, or nothing does
public record PublishedScheme(Scheme inner, Publication publication, @Nullable Location keyId)
        implements Scheme {
    private static final Verdict MISMATCH = new Verdict.Forged(Verdict.Reason.MISMATCH);

    /// With secrets, the verdict under them. Without, [Verdict.KeyNeeded] where the request is
    /// worth a question.
    @Override
    public Verdict verify(SignedRequest request, List<Secret> secrets, Instant now) {
        Verdict verdict = inner.verify(request, secrets, now);
        // Without a key, a request that follows the scheme matches nothing, and no more is wrong.
        return secrets.isEmpty() && verdict.equals(MISMATCH) ? question(request) : verdict;
    }

    private Verdict question(SignedRequest request) {
        Parsed parsed = new Parsed(request);
        KeyPlace place = place(parsed);
        String id = keyId == null ? ownId(request) : parsed.find(keyId);
        String named = id == null ? "" : id;
        boolean isLacking = named.isEmpty() && (keyId != null || needsId(place));
        return place == null || isLacking || !KeyQuestion.isKeyId(named)
                ? new Verdict.Forged(Verdict.Reason.KEY_UNKNOWN)
                : new Verdict.KeyNeeded(new KeyQuestion(place, named));
    }

    /// The place for this request, or null where the request leads elsewhere.
    private @Nullable KeyPlace place(Parsed parsed) {
        return switch (publication) {
            case Publication.At(KeyPlace place) -> place;
            case Publication.Certificate(Location where, HostPin pin) -> {
                URI url = pin.admitted(parsed.find(where), false);
                yield url == null ? null : new KeyPlace(url, KeyPlace.Form.CERTIFICATE, List.of());
            }
        };
    }

    private static boolean needsId(@Nullable KeyPlace place) {
        return place != null && place.form().needsId();
    }

    private @Nullable String ownId(SignedRequest request) {
        return inner instanceof JwtScheme jwt ? jwt.keyId(request) : null;
    }

    @Override
    public Verdict verifyWith(List<PublicKey> keys, SignedRequest request, Instant now) {
        List<Secret> texts =
                keys.stream()
                        .map(key -> Base64.getEncoder().encodeToString(key.getEncoded()))
                        .map(Secret::of)
                        .toList();
        Verdict verdict = inner.verify(request, texts, now);
        return verdict instanceof Verdict.Genuine
                ? new Verdict.Genuine(Unverified.NO_SECRET)
                : verdict;
    }

    @Override
    public boolean needsSecret() {
        return false;
    }

    @Override
    public Headers sign(SignedRequest request, Secret secret, String messageId, Instant now) {
        return inner.sign(request, secret, messageId, now);
    }

    @Override
    public SignedRequest signed(
            SignedRequest request, Secret secret, String messageId, Instant now) {
        return inner.signed(request, secret, messageId, now);
    }

    @Override
    public Optional<String> problemWith(Secret secret) {
        return inner.problemWith(secret);
    }

    @Override
    public Optional<String> problemSigningWith(Secret secret) {
        return inner.problemSigningWith(secret);
    }
}
