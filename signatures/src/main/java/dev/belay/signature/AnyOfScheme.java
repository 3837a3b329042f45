package dev.belay.signature;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Several ways to sign that one sender may use side by side, such as `v1` and `v1a` of Standard
/// Webhooks. The look of a secret tells which of them it belongs to: the first that can use it.
///
/// @param alternatives at least one
public record AnyOfScheme(List<SigningScheme> alternatives) implements Scheme {
    public AnyOfScheme {
        alternatives = List.copyOf(alternatives);
    }

    @Override
    public Verdict verify(SignedRequest request, List<Secret> secrets, Instant now) {
        Verdict verdict = alternatives.getFirst().verify(request, List.of(), now);
        for (SigningScheme scheme : alternatives) {
            List<Secret> own = new ArrayList<>(secrets.size());
            List<Integer> places = new ArrayList<>(secrets.size());
            for (int i = 0; i < secrets.size(); i++) {
                if (scheme.equals(schemeOf(secrets.get(i)).orElse(null))) {
                    own.add(secrets.get(i));
                    places.add(i);
                }
            }
            if (own.isEmpty()) {
                continue;
            }
            switch (scheme.verify(request, own, now)) {
                case Verdict.Genuine(int secret) -> {
                    return new Verdict.Genuine(places.get(secret));
                }
                case Verdict.Stale stale -> verdict = stale;
                // Of these schemes none has published keys.
                case Verdict.KeyNeeded needed -> verdict = needed;
                case Verdict.Forged forged -> {
                    if (!(verdict instanceof Verdict.Stale)) {
                        verdict = forged;
                    }
                }
            }
        }
        return verdict;
    }

    @Override
    public Headers sign(SignedRequest request, Secret secret, String messageId, Instant now) {
        return signerOf(secret)
                .orElse(alternatives.getFirst())
                .sign(request, secret, messageId, now);
    }

    @Override
    public Optional<String> problemSigningWith(Secret secret) {
        return signerOf(secret).isPresent()
                ? Optional.empty()
                : alternatives.getFirst().problemSigningWith(secret);
    }

    private Optional<SigningScheme> signerOf(Secret secret) {
        return alternatives.stream()
                .filter(scheme -> scheme.problemSigningWith(secret).isEmpty())
                .findFirst();
    }

    @Override
    public Optional<String> problemWith(Secret secret) {
        return schemeOf(secret).isPresent()
                ? Optional.empty()
                : alternatives.getFirst().problemWith(secret);
    }

    private Optional<SigningScheme> schemeOf(Secret secret) {
        return alternatives.stream()
                .filter(scheme -> scheme.problemWith(secret).isEmpty())
                .findFirst();
    }
}
