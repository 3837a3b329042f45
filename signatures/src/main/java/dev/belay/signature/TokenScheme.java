package dev.belay.signature;

import java.time.Instant;
import java.util.List;

public record TokenScheme() implements Scheme {
    @Override
    public Verdict verify(SignedRequest request, List<Secret> secrets, Instant now) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Headers sign(SignedRequest request, Secret secret, String messageId, Instant now) {
        throw new UnsupportedOperationException();
    }

    @Override
    public java.util.Optional<String> problemWith(Secret secret) {
        throw new UnsupportedOperationException();
    }
}
