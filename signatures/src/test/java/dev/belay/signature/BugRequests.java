package dev.belay.signature;

import dev.belay.signature.Verdict.Genuine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// Requests, signed by hand or by a scheme, for the tests of classic mistakes.
final class BugRequests {
    static final Instant NOW = Instant.ofEpochSecond(1_772_366_400);
    static final Secret SECRET = Secret.of("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    static final String URL = "https://hooks.example.com/in/shop";

    private BugRequests() {}

    static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

    static String claims(String issuer, String claim) {
        return "{\"iss\":\""
                + issuer
                + "\",\""
                + claim
                + "\":\""
                + HexFormat.of().formatHex(Hash.SHA256.of(utf8("{}")))
                + "\"}";
    }

    static String token(String header, String claims) {
        Base64.Encoder base64url = Base64.getUrlEncoder().withoutPadding();
        String content =
                base64url.encodeToString(utf8(header))
                        + "."
                        + base64url.encodeToString(utf8(claims));
        byte[] mac =
                new Algorithm.Hmac(Hash.SHA256, SecretForm.UTF8)
                        .sign(SECRET, List.of(utf8(content)));
        return content + "." + base64url.encodeToString(mac);
    }

    static Verdict verifyToken(String name, String token) {
        JwtScheme scheme = (JwtScheme) scheme(name);
        HeaderName place = Objects.requireNonNull(scheme.place());
        return scheme.verify(
                request(Headers.of(place.primary(), token), utf8("{}")), List.of(SECRET), NOW);
    }

    static String mac(String content) {
        return Encoding.BASE64.encode(
                new Algorithm.Hmac(Hash.SHA1, SecretForm.UTF8)
                        .sign(SECRET, List.of(utf8(content))));
    }

    /// Whether what is signed with the one secret is genuine under the other.
    static boolean isGenuine(String name, Secret one, Secret other) {
        SignedRequest signed =
                scheme(name).signed(request(Headers.empty(), utf8("{}")), one, "m", NOW);
        return scheme(name).verify(signed, List.of(other), NOW) instanceof Genuine;
    }

    static Scheme scheme(String name) {
        return Providers.named(name).orElseThrow().scheme();
    }

    static SignedRequest sent(String name, String body) {
        return sent(name, utf8(body));
    }

    static SignedRequest sent(String name, byte[] body) {
        return scheme(name).signed(request(Headers.empty(), body), SECRET, "m", NOW);
    }

    static Verdict verify(String name, SignedRequest request) {
        return scheme(name).verify(request, List.of(SECRET), NOW);
    }

    static SignedRequest hub(String signature) {
        return request(Headers.of("X-Hub-Signature-256", signature), utf8("{}"));
    }

    static SignedRequest standard(String signature) {
        return request(
                Headers.of(
                        "webhook-id",
                        "m",
                        "webhook-timestamp",
                        Long.toString(NOW.getEpochSecond()),
                        "webhook-signature",
                        signature),
                utf8("{}"));
    }

    static SignedRequest request(Headers headers, byte[] body) {
        return new SignedRequest("POST", URL, headers, body);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
