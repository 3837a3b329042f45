package dev.belay.signature;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The sender shows the secret itself, in a header of its own or as `Authorization: Bearer …` (RFC
/// 6750). Proves who sent the request and nothing about its body: use it over TLS only. A token in
/// the query string is not supported, since URLs end up in logs.
///
/// @param header the header that holds the token; where it is absent the bearer token is read
public record TokenScheme(HeaderName header) implements Scheme {
    private static final String BEARER = "Bearer ";

    @Override
    public Verdict verify(SignedRequest request, List<Secret> secrets, Instant now) {
        HeaderName.Found token = header.in(request.headers());
        if (token.problem() == Verdict.Reason.HEADER_MISSING) {
            token = Authorization.in(request.headers(), BEARER);
        }
        if (token.problem() != null) {
            return new Verdict.Forged(token.problem());
        }
        byte[] shown = token.text().getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < secrets.size(); i++) {
            byte[] secret = secrets.get(i).reveal().getBytes(StandardCharsets.UTF_8);
            // The time isEqual takes depends on its first argument only: on what the sender knows.
            if (MessageDigest.isEqual(shown, secret)) {
                return new Verdict.Genuine(i);
            }
        }
        return new Verdict.Forged(Verdict.Reason.MISMATCH);
    }

    @Override
    public Headers sign(SignedRequest request, Secret secret, String messageId, Instant now) {
        return Headers.of(header.primary(), secret.reveal());
    }

    @Override
    public Optional<String> problemWith(Secret secret) {
        return secret.reveal().chars().allMatch(c -> c > ' ' && c < 0x7f)
                ? Optional.empty()
                : Optional.of("a token must be visible ASCII without blanks");
    }
}
