package dev.belay.signature;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// No verification, on purpose: anyone who knows the URL can send. Every request is genuine, by no
/// secret: [Verdict.Genuine] with [#NO_SECRET]. It must be chosen by name; a source without secrets
/// never falls back to it.
public record Unverified() implements Scheme {
    /// The number in [Verdict.Genuine] where no secret was looked at.
    public static final int NO_SECRET = -1;

    @Override
    public Verdict verify(SignedRequest request, List<Secret> secrets, Instant now) {
        return new Verdict.Genuine(NO_SECRET);
    }

    @Override
    public boolean needsSecret() {
        return false;
    }

    @Override
    public Headers sign(SignedRequest request, Secret secret, String messageId, Instant now) {
        return Headers.empty();
    }

    /// Always a problem: who writes down a secret expects it to be checked.
    @Override
    public Optional<String> problemWith(Secret secret) {
        return Optional.of("this scheme checks nothing: remove the secret, or choose a scheme");
    }
}
