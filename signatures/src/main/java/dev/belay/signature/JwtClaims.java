package dev.belay.signature;

import dev.belay.signature.JwtScheme.BodyClaim;
import dev.belay.signature.JwtScheme.UrlClaim;
import dev.belay.signature.Verdict.Forged;
import dev.belay.signature.Verdict.Reason;
import dev.belay.signature.Verdict.Stale;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The claims of one token, held against what a scheme demands of them.
record JwtClaims(JwtScheme.Claims demanded, JsonText.Value payload) {
    /// What is wrong with them, or null.
    @Nullable Verdict fault(SignedRequest request, Instant now) {
        Reason reason = identity();
        if (reason == null) {
            reason = body(request);
        }
        if (reason == null) {
            reason = address(request);
        }
        return reason != null ? new Forged(reason) : time(now.getEpochSecond());
    }

    private @Nullable Reason identity() {
        if (demanded.issuer() == null) {
            return null;
        }
        String issuer = payload.scalar("/iss");
        return issuer == null
                ? Reason.CLAIM_MISSING
                : demanded.issuer().equals(issuer) ? null : Reason.CLAIM_MISMATCH;
    }

    private @Nullable Reason body(SignedRequest request) {
        BodyClaim claim = demanded.body();
        if (claim == null) {
            return null;
        }
        String written = payload.scalar("/" + claim.name());
        if (written == null) {
            return Reason.CLAIM_MISSING;
        }
        byte[] hash = claim.encoding().decode(written, Hash.SHA256.length());
        return hash != null && MessageDigest.isEqual(Hash.SHA256.of(request.body()), hash)
                ? null
                : Reason.BODY_MISMATCH;
    }

    private @Nullable Reason address(SignedRequest request) {
        UrlClaim claim = demanded.url();
        if (claim == null) {
            return null;
        }
        String written = payload.scalar("/" + claim.name());
        if (written == null) {
            return Reason.CLAIM_MISSING;
        }
        return JwtScheme.isSame(url(claim, request), written) ? null : Reason.CLAIM_MISMATCH;
    }

    /// What the claim has to hold for this request.
    static String url(UrlClaim claim, SignedRequest request) {
        return claim.isHashed()
                ? HexFormat.of()
                        .formatHex(Hash.SHA256.of(request.url().getBytes(StandardCharsets.UTF_8)))
                : request.url();
    }

    private @Nullable Verdict time(long now) {
        long leeway = demanded.leeway().toSeconds();
        long expiry = seconds("/exp");
        long notBefore = seconds("/nbf");
        long issued = seconds("/iat");
        Duration maxAge = demanded.maxAge();
        if (expiry == MALFORMED || notBefore == MALFORMED || issued == MALFORMED) {
            return new Forged(Reason.TIMESTAMP_MALFORMED);
        }
        if ((expiry == ABSENT && demanded.needsExpiry()) || (issued == ABSENT && maxAge != null)) {
            return new Forged(Reason.CLAIM_MISSING);
        }
        if (expiry != ABSENT && now >= expiry + leeway) {
            return new Stale(now - expiry);
        }
        if (notBefore != ABSENT && now < notBefore - leeway) {
            return new Stale(now - notBefore);
        }
        if (maxAge == null) {
            return null;
        }
        long age = now - issued;
        return age > maxAge.toSeconds() + leeway || age < -leeway ? new Stale(age) : null;
    }

    private static final long ABSENT = -1;
    private static final long MALFORMED = -2;

    private long seconds(String pointer) {
        if (payload.at(pointer) == null) {
            return ABSENT;
        }
        String written = payload.scalar(pointer);
        long number = written == null ? -1 : TimestampRule.number(written);
        return number < 0 ? MALFORMED : number;
    }
}
