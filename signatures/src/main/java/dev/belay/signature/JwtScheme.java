package dev.belay.signature;

import dev.belay.signature.Verdict.Forged;
import dev.belay.signature.Verdict.Reason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The sender shows a signed JSON Web Token (RFC 7519, RFC 7515). The algorithm is the scheme's: a
/// token that names another one, brings its own key or demands an extension is refused before its
/// signature is looked at.
///
/// @param place the header that holds it, with or without `Bearer ` before it; null where the whole
///   body is the token
/// @param algorithm HMAC under the secret's text, or a key pair
/// @param claims what has to be in it; null where there are none, because the body itself is what
///   the token signs and is left out of it (RFC 7515, appendix F)
public record JwtScheme(@Nullable HeaderName place, Algorithm algorithm, @Nullable Claims claims)
        implements Scheme {
    private static final int MAX_TOKEN_LENGTH = 16 * 1024;
    private static final int MAX_BODY_TOKEN_LENGTH = 8 * 1024 * 1024;
    private static final String BEARER = "Bearer ";

    /// What a token has to say.
    ///
    /// @param issuer what `iss` has to be, or null where it does not count
    /// @param audience what `aud` has to be or to hold, or null where it does not count
    /// @param equal further claims, each with the text it has to have
    /// @param body which claim holds the hash of the body, or null where the token proves its
    ///   origin only
    /// @param url which claim holds the URL, or null
    /// @param maxAge how old `iat` may be, or null where it does not count
    /// @param needsExpiry whether `exp` has to be there; where it is, it always counts
    /// @param leeway how far the clocks may be apart
    public record Claims(
            @Nullable String issuer,
            @Nullable String audience,
            Map<String, String> equal,
            @Nullable BodyClaim body,
            @Nullable UrlClaim url,
            @Nullable Duration maxAge,
            boolean needsExpiry,
            Duration leeway) {
        public Claims {
            equal = Map.copyOf(equal);
        }
    }

    /// A claim with the SHA-256 of the body.
    ///
    /// @param name such as `payload_hash`
    /// @param encoding how the hash is written
    public record BodyClaim(String name, Encoding encoding) {}

    /// A claim with the URL.
    ///
    /// @param name such as `sub`
    /// @param isHashed whether it is the hex of the URL's SHA-256 instead
    public record UrlClaim(String name, boolean isHashed) {}

    /// @throws IllegalArgumentException if no token can be signed so
    public JwtScheme {
        if (name(algorithm).isEmpty()) {
            throw new IllegalArgumentException("no JWT algorithm");
        }
        if (place == null && claims == null) {
            throw new IllegalArgumentException("the body cannot be its own signature");
        }
    }

    /// Whether the body cannot be changed without the token being noticed.
    boolean coversBody() {
        return place == null || claims == null || claims.body() != null;
    }

    /// The algorithm as tokens name it.
    private static String name(Algorithm algorithm) {
        return switch (algorithm) {
            case Algorithm.Hmac(Hash hash, _) ->
                    switch (hash) {
                        case SHA256 -> "HS256";
                        case SHA384 -> "HS384";
                        case SHA512 -> "HS512";
                        case SHA1 -> "";
                    };
            case Algorithm.KeyPair(KeyKind kind, _) ->
                    switch (kind) {
                        case ED25519 -> "EdDSA";
                        case ECDSA_P256_P1363 -> "ES256";
                        case RSA_SHA256 -> "RS256";
                        case RSA_SHA512 -> "RS512";
                        case ECDSA_P256, RSA_SHA1, RSA_PSS_SHA512 -> "";
                    };
            case Algorithm.PrefixedHash _ -> "";
        };
    }

    @Override
    public Verdict verify(SignedRequest request, List<Secret> secrets, Instant now) {
        HeaderName.Found token = token(request);
        if (token.problem() != null) {
            return new Forged(token.problem());
        }
        int most = place == null ? MAX_BODY_TOKEN_LENGTH : MAX_TOKEN_LENGTH;
        String text = token.text();
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        if (text.length() > most || first <= 0 || second < 0) {
            return new Forged(Reason.SIGNATURE_MALFORMED);
        }
        JsonText.Value header = json(text.substring(0, first));
        // Of a detached signature nothing is read but its header: the payload is the body.
        String segment = text.substring(first + 1, second);
        JsonText.Value payload = claims == null ? header : json(segment);
        byte[] signature = decoded(text.substring(second + 1));
        if (header == null
                || payload == null
                || signature == null
                || (claims == null && !segment.isEmpty())) {
            return new Forged(Reason.SIGNATURE_MALFORMED);
        }
        if (!isFor(header)) {
            return new Forged(Reason.ALGORITHM_REFUSED);
        }
        if (!algorithm.admitsLength(signature.length)) {
            return new Forged(Reason.SIGNATURE_MALFORMED);
        }
        List<byte[]> content = content(text.substring(0, first), segment, request);
        for (int i = 0; i < secrets.size(); i++) {
            Algorithm.Check check = algorithm.check(secrets.get(i), content);
            if (check != null && check.admits(signature)) {
                Verdict fault =
                        claims == null ? null : new JwtClaims(claims, payload).fault(request, now);
                return fault == null ? new Verdict.Genuine(i) : fault;
            }
        }
        return new Forged(Reason.MISMATCH);
    }

    private List<byte[]> content(String header, String segment, SignedRequest request) {
        String payload = claims == null ? Encoding.BASE64URL.encode(request.body()) : segment;
        return List.of((header + "." + payload).getBytes(StandardCharsets.US_ASCII));
    }

    /// The id of the key that the token names, or null.
    @Nullable String keyId(SignedRequest request) {
        String text = token(request).text();
        JsonText.Value header = json(text.substring(0, Math.max(0, text.indexOf('.'))));
        return header == null ? null : header.scalar("/kid");
    }

    private boolean isFor(JsonText.Value header) {
        if (!name(algorithm).equals(header.scalar("/alg"))) {
            return false;
        }
        for (String dangerous : List.of("/crit", "/jwk", "/jku", "/x5u", "/x5c", "/b64")) {
            if (header.at(dangerous) != null) {
                return false;
            }
        }
        return true;
    }

    private HeaderName.Found token(SignedRequest request) {
        if (place == null) {
            String text = new String(request.body(), StandardCharsets.UTF_8).strip();
            return text.isEmpty()
                    ? new HeaderName.Found("", Reason.FIELD_MISSING)
                    : new HeaderName.Found(text, null);
        }
        HeaderName.Found found = place.in(request.headers());
        return found.problem() == null && found.text().regionMatches(true, 0, BEARER, 0, 7)
                ? new HeaderName.Found(found.text().substring(7).strip(), null)
                : found;
    }

    private static JsonText.@Nullable Value json(String segment) {
        byte[] bytes = decoded(segment);
        JsonText.Value value = bytes == null ? null : JsonText.read(bytes);
        return value != null && value.shape() instanceof JsonText.Shape.Members ? value : null;
    }

    /// Base64url as RFC 7515 writes it: without padding, the one way an encoder writes it.
    private static byte @Nullable [] decoded(String segment) {
        return segment.indexOf('=') >= 0
                ? null
                : Encoding.BASE64URL.decode(segment, segment.length());
    }

    @Override
    public Headers sign(SignedRequest request, Secret secret, String messageId, Instant now) {
        return place == null
                ? Headers.empty()
                : Headers.of(
                        place.primary(),
                        (place.primary().equalsIgnoreCase("Authorization") ? BEARER : "")
                                + token(request, secret, messageId, now));
    }

    @Override
    public SignedRequest signed(
            SignedRequest request, Secret secret, String messageId, Instant now) {
        return place == null
                ? request.with(
                        token(request, secret, messageId, now).getBytes(StandardCharsets.US_ASCII))
                : request.with(request.headers().with(sign(request, secret, messageId, now)));
    }

    private String token(SignedRequest request, Secret secret, String id, Instant now) {
        String header = segment("{\"alg\":\"" + name(algorithm) + "\",\"typ\":\"JWT\"}");
        String payload =
                claims == null
                        ? ""
                        : segment(JwtClaims.written(claims, request, place == null, id, now));
        byte[] signature = algorithm.sign(secret, content(header, payload, request));
        return header + "." + payload + "." + Encoding.BASE64URL.encode(signature);
    }

    private static String segment(String json) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Optional<String> problemWith(Secret secret) {
        return algorithm.problemWith(secret);
    }

    @Override
    public Optional<String> problemSigningWith(Secret secret) {
        return algorithm.problemSigningWith(secret);
    }

    /// Whether two texts are the same, in constant time.
    static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
