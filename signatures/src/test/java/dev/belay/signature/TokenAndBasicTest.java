package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.signature.Verdict.Forged;
import dev.belay.signature.Verdict.Genuine;
import dev.belay.signature.Verdict.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The schemes that show the secret itself, and the one that checks nothing.
class TokenAndBasicTest {
    private static final Scheme TOKEN = Providers.named("token").orElseThrow().scheme();
    private static final Scheme BASIC = Providers.named("basic").orElseThrow().scheme();
    private static final Scheme NONE = Providers.named("none").orElseThrow().scheme();
    private static final List<Secret> TOKENS = List.of(Secret.of("new-token"), Secret.of("old"));
    private static final List<Secret> USERS =
            List.of(Secret.of("mara:l\u00e4mp:oil"), Secret.of("x:"));

    @Test
    void a_token_is_taken_from_its_header_or_as_bearer() {
        assertThat(token("X-Webhook-Token", "new-token")).isEqualTo(new Genuine(0));
        assertThat(token("x-webhook-token", " old ")).isEqualTo(new Genuine(1));
        assertThat(token("Authorization", "Bearer old")).isEqualTo(new Genuine(1));
        assertThat(token("authorization", "bEARER   new-token")).isEqualTo(new Genuine(0));
        assertThat(token("X-Webhook-Token", "old", "Authorization", "Basic eDo="))
                .isEqualTo(new Genuine(1));
    }

    @Test
    void a_wrong_missing_or_repeated_token_is_forged() {
        assertThat(token()).isEqualTo(new Forged(Reason.HEADER_MISSING));
        assertThat(token("X-Webhook-Token", "")).isEqualTo(new Forged(Reason.HEADER_MISSING));
        assertThat(token("Authorization", "Bearer ")).isEqualTo(new Forged(Reason.HEADER_MISSING));
        assertThat(token("Authorization", "old")).isEqualTo(new Forged(Reason.HEADER_MISSING));
        assertThat(token("Authorization", "Basic b2xk"))
                .isEqualTo(new Forged(Reason.HEADER_MISSING));
        assertThat(token("X-Webhook-Token", "old", "X-Webhook-Token", "old"))
                .isEqualTo(new Forged(Reason.HEADER_REPEATED));
        assertThat(token("Authorization", "Bearer old", "Authorization", "Bearer x"))
                .isEqualTo(new Forged(Reason.HEADER_REPEATED));
        for (String wrong : List.of("ol", "oldd", "OLD", "new-tokem", "\u00f6ld")) {
            assertThat(token("X-Webhook-Token", wrong)).isEqualTo(new Forged(Reason.MISMATCH));
        }
        assertThat(token("X-Webhook-Token", "x", "Authorization", "Bearer old"))
                .as("a wrong token is not made good by another")
                .isEqualTo(new Forged(Reason.MISMATCH));
        assertThat(TOKEN.verify(request("X-Webhook-Token", "old"), List.of(), Instant.EPOCH))
                .isEqualTo(new Forged(Reason.MISMATCH));
    }

    @Test
    void basic_credentials_may_hold_colons_umlauts_and_an_empty_password() {
        assertThat(basic("Basic " + base64("mara:l\u00e4mp:oil"))).isEqualTo(new Genuine(0));
        assertThat(basic("basic  " + base64("x:"))).isEqualTo(new Genuine(1));
    }

    @Test
    void wrong_or_malformed_basic_credentials_are_forged() {
        for (String wrong : List.of("mara:", "x", "x:y", ":", "mara:lamp:oil")) {
            assertThat(basic("Basic " + base64(wrong)))
                    .as(wrong)
                    .isEqualTo(new Forged(Reason.MISMATCH));
        }
        for (String malformed :
                List.of("x:", "eDo", "eDp=", "eD o=", "eDo==", "eDo=\u00e9", "====")) {
            assertThat(basic("Basic " + malformed))
                    .as(malformed)
                    .isEqualTo(new Forged(Reason.SIGNATURE_MALFORMED));
        }
        assertThat(basic("Bearer eDo=")).isEqualTo(new Forged(Reason.HEADER_MISSING));
        assertThat(basic("Basic ")).isEqualTo(new Forged(Reason.HEADER_MISSING));
        assertThat(BASIC.verify(request(), USERS, Instant.EPOCH))
                .isEqualTo(new Forged(Reason.HEADER_MISSING));
        assertThat(
                        BASIC.verify(
                                request(
                                        "Authorization",
                                        "Basic eDo=",
                                        "Authorization",
                                        "Basic eA=="),
                                USERS,
                                Instant.EPOCH))
                .isEqualTo(new Forged(Reason.HEADER_REPEATED));
    }

    @Test
    void what_is_signed_verifies() {
        for (int i = 0; i < 2; i++) {
            Headers token = TOKEN.sign(request(), TOKENS.get(i), "m", Instant.EPOCH);
            assertThat(TOKEN.verify(request(token), TOKENS, Instant.EPOCH))
                    .isEqualTo(new Genuine(i));
            Headers basic = BASIC.sign(request(), USERS.get(i), "m", Instant.EPOCH);
            assertThat(BASIC.verify(request(basic), USERS, Instant.EPOCH))
                    .isEqualTo(new Genuine(i));
        }
    }

    @Test
    void secrets_that_cannot_be_sent_are_named_as_such() {
        assertThat(TOKEN.problemWith(Secret.of("fine-token_1"))).isEmpty();
        assertThat(TOKEN.problemWith(Secret.of("two words"))).isPresent();
        assertThat(TOKEN.problemWith(Secret.of("line\n"))).isPresent();
        assertThat(BASIC.problemWith(Secret.of("user:pass word"))).isEmpty();
        assertThat(BASIC.problemWith(Secret.of("nocolon"))).isPresent();
        assertThat(BASIC.problemWith(Secret.of("user:pass\n"))).isPresent();
    }

    @Test
    void no_verification_is_a_scheme_of_its_own_that_takes_no_secret() {
        assertThat(NONE.verify(request(), List.of(), Instant.EPOCH))
                .isEqualTo(new Genuine(Unverified.NO_SECRET));
        assertThat(NONE.problemWith(Secret.of("s"))).isPresent();
        assertThat(NONE.sign(request(), Secret.of("s"), "m", Instant.EPOCH))
                .isEqualTo(Headers.empty());
    }

    private static Verdict token(String... headers) {
        return TOKEN.verify(request(headers), TOKENS, Instant.EPOCH);
    }

    private static Verdict basic(String authorization) {
        return BASIC.verify(request("Authorization", authorization), USERS, Instant.EPOCH);
    }

    private static SignedRequest request(String... headers) {
        return request(Headers.of(headers));
    }

    private static SignedRequest request(Headers headers) {
        return new SignedRequest("POST", "", headers, new byte[] {'{', '}'});
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
