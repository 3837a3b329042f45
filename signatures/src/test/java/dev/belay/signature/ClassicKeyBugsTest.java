package dev.belay.signature;

import static dev.belay.signature.BugRequests.HS256;
import static dev.belay.signature.BugRequests.NOW;
import static dev.belay.signature.BugRequests.SECRET;
import static dev.belay.signature.BugRequests.URL;
import static dev.belay.signature.BugRequests.claims;
import static dev.belay.signature.BugRequests.isGenuine;
import static dev.belay.signature.BugRequests.request;
import static dev.belay.signature.BugRequests.scheme;
import static dev.belay.signature.BugRequests.token;
import static dev.belay.signature.BugRequests.utf8;
import static dev.belay.signature.BugRequests.verifyToken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.signature.Verdict.Forged;
import dev.belay.signature.Verdict.Genuine;
import dev.belay.signature.Verdict.Reason;
import dev.belay.signature.Verdict.Stale;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Mistakes that verifiers have made before, each under its number in the list they are kept in:
/// keys, algorithms and tokens.
class ClassicKeyBugsTest {
    @Test
    void bug_24_no_secret_and_a_wrong_one_never_accept() {
        for (Provider provider : Providers.all()) {
            if (provider.scheme() instanceof Unverified) {
                continue;
            }
            TestKeys keys = TestKeys.of(provider.scheme(), 0);
            SignedRequest signed =
                    Samples.request(
                            provider,
                            URL,
                            null,
                            null,
                            keys.signing(),
                            Samples.messageId(provider, new java.util.Random(1)),
                            NOW);
            assertThat(provider.scheme().verify(signed, List.of(), NOW))
                    .as(provider.name())
                    .isNotInstanceOf(Genuine.class);
        }
        assertThat(scheme("stripe").problemWith(Secret.of("whsec_1\n"))).isPresent();
        assertThat(scheme("stripe").problemWith(Secret.of(" whsec_1"))).isPresent();
    }

    @Test
    void bug_25_the_form_of_a_secret_is_the_catalogue_s_word() {
        Secret marked = Secret.of("whsec_" + SECRET.reveal());
        assertThat(isGenuine("standard-webhooks", marked, SECRET)).as("decoded").isTrue();
        assertThat(isGenuine("stripe", marked, SECRET)).as("as it stands").isFalse();
        assertThat(isGenuine("polar", marked, SECRET)).as("as it stands").isFalse();
        assertThat(isGenuine("openai", marked, SECRET)).as("decoded only with its mark").isFalse();
        assertThat(isGenuine("supabase-auth", Secret.of("v1," + marked.reveal()), SECRET)).isTrue();
        assertThat(isGenuine("authorize-net", Secret.of("00FF"), Secret.of("00ff")))
                .as("hex")
                .isTrue();
        assertThat(isGenuine("github", Secret.of("00FF"), Secret.of("00ff"))).as("text").isFalse();
        assertThat(isGenuine("airtable", Secret.of("QUI="), Secret.of("QUI")))
                .as("base64")
                .isTrue();
    }

    @Test
    void bug_26_the_algorithm_of_a_token_is_the_catalogue_s_word() {
        Scheme wix = scheme("wix");
        TestKeys keys = TestKeys.of(wix, 0);
        // The public key as the key of an HMAC, as a verifier that believes the token would use it.
        JwtScheme confused =
                new JwtScheme(
                        null,
                        new Algorithm.Hmac(Hash.SHA256, SecretForm.UTF8),
                        ((JwtScheme) wix).claims());
        SignedRequest forged =
                confused.signed(request(Headers.empty(), utf8("{}")), keys.verifying(), "j", NOW);
        assertThat(wix.verify(forged, List.of(keys.verifying()), NOW))
                .isEqualTo(new Forged(Reason.ALGORITHM_REFUSED));
        for (String header :
                List.of(
                        "{\"alg\":\"none\"}",
                        "{\"alg\":\"None\"}",
                        "{\"alg\":\"HS512\"}",
                        "{\"typ\":\"JWT\"}",
                        "{\"alg\":\"HS256\",\"alg\":\"none\"}",
                        "{\"alg\":\"HS256\",\"jwk\":{}}",
                        "{\"alg\":\"HS256\",\"jku\":\"https://x.example\"}",
                        "{\"alg\":\"HS256\",\"x5u\":\"https://x.example\"}",
                        "{\"alg\":\"HS256\",\"x5c\":[]}",
                        "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}",
                        "{\"alg\":\"HS256\",\"b64\":false}")) {
            assertThat(verifyToken("netlify", token(header, "{\"iss\":\"netlify\"}")))
                    .as(header)
                    .isEqualTo(new Forged(Reason.ALGORITHM_REFUSED));
        }
        assertThat(
                        verifyToken(
                                "netlify",
                                token(
                                        "{\"alg\":\"HS256\",\"kid\":\"../../dev/null' OR 1=1\"}",
                                        claims("netlify", "sha256"))))
                .as("a key id decides nothing")
                .isEqualTo(new Genuine(0));
        for (String text :
                List.of(
                        "",
                        "a",
                        "a.b",
                        "..",
                        "a.b.c",
                        ".a.b",
                        "e30.e30.",
                        "e30=.e30=.AAAA",
                        "[].[].AA")) {
            assertThat(verifyToken("netlify", text)).as(text).isInstanceOf(Forged.class);
        }
    }

    @Test
    void bug_27_a_good_token_for_another_body_or_url_or_issuer_is_a_reject() {
        String good = claims("netlify", "sha256");
        assertThat(verifyToken("netlify", token(HS256, good))).isEqualTo(new Genuine(0));
        assertThat(verifyToken("netlify", token(HS256, good.replace("netlify", "other"))))
                .isEqualTo(new Forged(Reason.CLAIM_MISMATCH));
        assertThat(verifyToken("netlify", token(HS256, good.replace("sha256", "sha512"))))
                .isEqualTo(new Forged(Reason.CLAIM_MISSING));
        assertThat(
                        verifyToken(
                                "netlify",
                                token(
                                        HS256,
                                        "{\"iss\":\"netlify\",\"sha256\":\""
                                                + "0".repeat(64)
                                                + "\"}")))
                .isEqualTo(new Forged(Reason.BODY_MISMATCH));
        String base64 = Base64.getEncoder().encodeToString(Hash.SHA256.of(utf8("{}")));
        assertThat(
                        verifyToken(
                                "netlify",
                                token(
                                        HS256,
                                        "{\"iss\":\"netlify\",\"sha256\":\"" + base64 + "\"}")))
                .as("base64 where hex is due")
                .isEqualTo(new Forged(Reason.BODY_MISMATCH));

        Scheme qstash = scheme("qstash");
        SignedRequest signed =
                qstash.signed(request(Headers.empty(), utf8("{}")), SECRET, "j", NOW);
        assertThat(qstash.verify(signed, List.of(SECRET), NOW)).isEqualTo(new Genuine(0));
        SignedRequest elsewhere =
                new SignedRequest("POST", URL + "/", signed.headers(), signed.body());
        assertThat(qstash.verify(elsewhere, List.of(SECRET), NOW))
                .isEqualTo(new Forged(Reason.CLAIM_MISMATCH));
        assertThat(qstash.verify(signed.with(utf8("{} ")), List.of(SECRET), NOW))
                .isEqualTo(new Forged(Reason.BODY_MISMATCH));
    }

    @Test
    void bug_27_times_in_a_token_count_to_their_edges() {
        long now = NOW.getEpochSecond();
        String body =
                "\"body\":\""
                        + Encoding.BASE64URL.encode(Hash.SHA256.of(utf8("{}")))
                        + "\",\"sub\":\""
                        + URL
                        + "\",\"iss\":\"Upstash\"";
        assertThat(verifyToken("qstash", token(HS256, "{" + body + "}")))
                .as("no exp")
                .isEqualTo(new Forged(Reason.CLAIM_MISSING));
        assertThat(verifyToken("qstash", token(HS256, "{" + body + ",\"exp\":" + (now - 4) + "}")))
                .isEqualTo(new Genuine(0));
        assertThat(verifyToken("qstash", token(HS256, "{" + body + ",\"exp\":" + (now - 5) + "}")))
                .isEqualTo(new Stale(5));
        assertThat(
                        verifyToken(
                                "qstash",
                                token(
                                        HS256,
                                        "{"
                                                + body
                                                + ",\"exp\":"
                                                + (now + 9)
                                                + ",\"nbf\":"
                                                + (now + 5)
                                                + "}")))
                .isEqualTo(new Genuine(0));
        assertThat(
                        verifyToken(
                                "qstash",
                                token(
                                        HS256,
                                        "{"
                                                + body
                                                + ",\"exp\":"
                                                + (now + 9)
                                                + ",\"nbf\":"
                                                + (now + 6)
                                                + "}")))
                .isEqualTo(new Stale(-6));
        for (String exp : List.of("\"soon\"", "1e12", "1772366400.5", "-1", "null", "[]", "{}")) {
            assertThat(verifyToken("qstash", token(HS256, "{" + body + ",\"exp\":" + exp + "}")))
                    .as(exp)
                    .isEqualTo(new Forged(Reason.TIMESTAMP_MALFORMED));
        }
        String vonage =
                "{\"payload_hash\":\""
                        + HexFormat.of().formatHex(Hash.SHA256.of(utf8("{}")))
                        + "\",\"iat\":";
        assertThat(verifyToken("vonage", token(HS256, vonage + (now - 305) + "}")))
                .isEqualTo(new Genuine(0));
        assertThat(verifyToken("vonage", token(HS256, vonage + (now - 306) + "}")))
                .isEqualTo(new Stale(306));
        assertThat(verifyToken("vonage", token(HS256, vonage + (now + 6) + "}")))
                .isEqualTo(new Stale(-6));
    }
}
