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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The claims of one token, held against what a scheme demands of them.
record JwtClaims(JwtScheme.Claims demanded, JsonText.Value payload) {
    /// How long a sample's token is valid.
    private static final Duration LIFETIME = Duration.ofMinutes(5);

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
        Reason reason = claim("/iss", demanded.issuer());
        if (reason == null && demanded.audience() != null) {
            reason = audience(demanded.audience());
        }
        for (Map.Entry<String, String> claim : demanded.equal().entrySet()) {
            reason = reason == null ? claim("/" + claim.getKey(), claim.getValue()) : reason;
        }
        return reason;
    }

    private @Nullable Reason claim(String pointer, @Nullable String wanted) {
        if (wanted == null) {
            return null;
        }
        String written = payload.scalar(pointer);
        return written == null
                ? Reason.CLAIM_MISSING
                : wanted.equals(written) ? null : Reason.CLAIM_MISMATCH;
    }

    /// The receiver may be named alone or among others (RFC 7519, section 4.1.3).
    private @Nullable Reason audience(String wanted) {
        JsonText.Value written = payload.at("/aud");
        List<JsonText.Value> each =
                written == null
                        ? List.of()
                        : written.shape() instanceof JsonText.Shape.Items(var items)
                                ? items
                                : List.of(written);
        if (each.isEmpty()) {
            return Reason.CLAIM_MISSING;
        }
        return each.stream().anyMatch(one -> wanted.equals(one.scalar("")))
                ? null
                : Reason.CLAIM_MISMATCH;
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

    /// The claims that a genuine sender would make of this request, as JSON.
    ///
    /// @param holdsBody whether the body is one of them
    static String written(
            JwtScheme.Claims demanded,
            SignedRequest request,
            boolean holdsBody,
            String id,
            Instant now) {
        long seconds = now.getEpochSecond();
        List<String> members = new ArrayList<>();
        if (demanded.issuer() != null) {
            members.add(member("iss", demanded.issuer()));
        }
        if (demanded.audience() != null) {
            members.add(member("aud", demanded.audience()));
        }
        demanded.equal().forEach((name, value) -> members.add(member(name, value)));
        if (demanded.url() != null) {
            members.add(member(demanded.url().name(), url(demanded.url(), request)));
        }
        members.add("\"iat\":" + seconds);
        members.add("\"nbf\":" + seconds);
        members.add("\"exp\":" + (seconds + LIFETIME.toSeconds()));
        members.add(member("jti", id));
        if (demanded.body() != null) {
            byte[] hash = Hash.SHA256.of(request.body());
            members.add(member(demanded.body().name(), demanded.body().encoding().encode(hash)));
        }
        if (holdsBody) {
            members.add(member("data", new String(request.body(), StandardCharsets.UTF_8)));
        }
        return "{" + String.join(",", members) + "}";
    }

    private static String member(String name, String text) {
        return JsonText.quoted(name) + ":" + JsonText.quoted(text);
    }
}
