package dev.belay.signature;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// `Authorization: Basic …` (RFC 7617). Each secret is written `user:password`. Proves who sent the
/// request and nothing about its body: use it over TLS only.
public record BasicScheme() implements Scheme {
    private static final String BASIC = "Basic ";

    @Override
    public Verdict verify(SignedRequest request, List<Secret> secrets, Instant now) {
        HeaderName.Found found = Authorization.in(request.headers(), BASIC);
        if (found.problem() != null) {
            return new Verdict.Forged(found.problem());
        }
        byte[] shown;
        try {
            shown = Base64.getDecoder().decode(found.text());
        } catch (IllegalArgumentException e) {
            return new Verdict.Forged(Verdict.Reason.SIGNATURE_MALFORMED);
        }
        if (!Base64.getEncoder().encodeToString(shown).equals(found.text())) {
            return new Verdict.Forged(Verdict.Reason.SIGNATURE_MALFORMED);
        }
        for (int i = 0; i < secrets.size(); i++) {
            byte[] secret = secrets.get(i).reveal().getBytes(StandardCharsets.UTF_8);
            if (MessageDigest.isEqual(shown, secret)) {
                return new Verdict.Genuine(i);
            }
        }
        return new Verdict.Forged(Verdict.Reason.MISMATCH);
    }

    @Override
    public Headers sign(SignedRequest request, Secret secret, String messageId, Instant now) {
        byte[] credentials = secret.reveal().getBytes(StandardCharsets.UTF_8);
        return Headers.of(
                Authorization.HEADER.primary(),
                BASIC + Base64.getEncoder().encodeToString(credentials));
    }

    @Override
    public Optional<String> problemWith(Secret secret) {
        String text = secret.reveal();
        if (text.indexOf(':') < 0) {
            return Optional.of("the secret is not written user:password");
        }
        return text.chars().anyMatch(Character::isISOControl)
                ? Optional.of("user and password must not hold control characters")
                : Optional.empty();
    }
}
