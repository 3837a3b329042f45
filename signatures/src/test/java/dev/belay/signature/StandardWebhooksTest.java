package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.signature.Verdict.Forged;
import dev.belay.signature.Verdict.Genuine;
import dev.belay.signature.Verdict.Reason;
import dev.belay.signature.Verdict.Stale;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StandardWebhooksTest {
    private static final Secret SECRET = Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static final Secret OTHER = Secret.of("whsec_" + base64(new byte[32]));
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.700Z");
    private static final byte[] BODY = "{\"type\":\"t\"}".getBytes(StandardCharsets.UTF_8);
    private static final String ID = "msg_1";
    private static final String TIME = Long.toString(NOW.getEpochSecond());
    private static final String GOOD =
            StandardWebhooks.sign(ID, NOW, BODY, List.of(SECRET))
                    .first("webhook-signature")
                    .orElseThrow();
    private static final String WRONG = "v1," + base64(new byte[32]);

    @Test
    void a_signed_message_is_genuine_whatever_the_case_of_its_header_names() {
        assertThat(verify(ID, TIME, GOOD)).isEqualTo(new Genuine(0));
        assertThat(
                        verify(
                                Headers.of(
                                        "WEBHOOK-ID", ID,
                                        "Webhook-Timestamp", " " + TIME + "\t",
                                        "webhook-Signature", " " + GOOD + " ")))
                .isEqualTo(new Genuine(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"webhook-id", "webhook-timestamp", "webhook-signature"})
    void each_header_must_be_there_once_and_not_empty(String name) {
        Headers all = headers(ID, TIME, GOOD);
        Headers without = Headers.empty();
        for (String other : List.of("webhook-id", "webhook-timestamp", "webhook-signature")) {
            if (!other.equals(name)) {
                without = without.with(other, all.first(other).orElseThrow());
            }
        }
        String value = all.first(name).orElseThrow();

        assertThat(verify(without)).isEqualTo(new Forged(Reason.HEADER_MISSING));
        assertThat(verify(without.with(name, " "))).isEqualTo(new Forged(Reason.HEADER_MISSING));
        assertThat(verify(all.with(name, value))).isEqualTo(new Forged(Reason.HEADER_REPEATED));
        assertThat(verify(all.with(name, "x"))).isEqualTo(new Forged(Reason.HEADER_REPEATED));
        assertThat(verify(without.with(name, value))).isEqualTo(new Genuine(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+1772366400",
                "-1772366400",
                "01772366400",
                "0",
                "1772366400.0",
                "1.7e9",
                "0x69a42a80",
                "17723 66400",
                "now",
                "１７７２３６６４００",
                "99999999999999999999",
                "1772366400,1772366400"
            })
    void a_timestamp_is_digits_only(String timestamp) {
        assertThat(verify(ID, timestamp, GOOD)).isEqualTo(new Forged(Reason.TIMESTAMP_MALFORMED));
    }

    @ParameterizedTest
    @CsvSource({"-301, false", "-300, true", "-299, true", "299, true", "300, true", "301, false"})
    void the_tolerance_is_five_minutes_inclusive_both_ways(long offset, boolean inside) {
        Headers signed = StandardWebhooks.sign(ID, NOW.plusSeconds(offset), BODY, List.of(SECRET));

        assertThat(verify(signed)).isEqualTo(inside ? new Genuine(0) : new Stale(-offset));
    }

    @Test
    void milliseconds_where_seconds_are_due_lie_in_the_far_future() {
        Instant far = Instant.ofEpochSecond(NOW.toEpochMilli());
        Headers signed = StandardWebhooks.sign(ID, far, BODY, List.of(SECRET));

        assertThat(verify(signed))
                .isEqualTo(new Stale(NOW.getEpochSecond() - far.getEpochSecond()));
    }

    @Test
    void only_a_genuine_signature_can_be_stale() {
        Instant later = NOW.plusSeconds(3600);

        assertThat(scheme().verify(request(headers(ID, TIME, WRONG)), List.of(SECRET), later))
                .isEqualTo(new Forged(Reason.MISMATCH));
        assertThat(scheme().verify(request(headers(ID, TIME, GOOD)), List.of(SECRET), later))
                .isEqualTo(new Stale(3600));
    }

    @Test
    void one_right_entry_among_wrong_and_unknown_ones_is_enough_in_any_place() {
        assertThat(verify(ID, TIME, WRONG + " " + WRONG + " v2,abc " + GOOD))
                .isEqualTo(new Genuine(0));
        assertThat(verify(ID, TIME, WRONG + " " + GOOD + " " + WRONG)).isEqualTo(new Genuine(0));
        assertThat(verify(ID, TIME, GOOD + " v1a,abc nonsense v1,")).isEqualTo(new Genuine(0));
        assertThat(verify(ID, TIME, WRONG + " " + WRONG)).isEqualTo(new Forged(Reason.MISMATCH));
    }

    @Test
    void a_header_without_any_well_formed_v1_entry_is_malformed() {
        String bare = GOOD.substring(3);
        for (String header :
                List.of(
                        bare,
                        "v2," + bare,
                        "v1a," + bare,
                        "V1," + bare,
                        "v1",
                        "v1,",
                        "v1, " + bare,
                        ",",
                        "v1," + bare.substring(0, 40),
                        "v1," + bare.substring(0, bare.length() - 1),
                        "v1," + bare + "=",
                        "v1," + bare + "x",
                        "v1," + bare.substring(0, 20) + "\u00e9" + bare.substring(21),
                        "v1," + "A".repeat(10_000),
                        "v1=" + bare,
                        bare + ",v1")) {
            assertThat(verify(ID, TIME, header))
                    .as(header)
                    .isEqualTo(new Forged(Reason.SIGNATURE_MALFORMED));
        }
    }

    @Test
    void the_url_alphabet_and_a_second_spelling_of_the_same_bytes_are_not_base64() {
        // 32 bytes leave two unused bits in the last digit: a sloppy decoder ignores them.
        String bare = GOOD.substring(3);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        char last = bare.charAt(42);
        String respelled =
                bare.substring(0, 42) + alphabet.charAt(alphabet.indexOf(last) + 1) + "=";
        assertThat(Base64.getDecoder().decode(respelled))
                .isEqualTo(Base64.getDecoder().decode(bare));

        assertThat(verify(ID, TIME, "v1," + respelled))
                .isEqualTo(new Forged(Reason.SIGNATURE_MALFORMED));
        assertThat(verify(ID, TIME, "v1," + "-_".repeat(21) + "A="))
                .isEqualTo(new Forged(Reason.SIGNATURE_MALFORMED));
    }

    @Test
    void twenty_signatures_are_looked_at_and_not_one_more() {
        String nineteen = String.join(" ", Collections.nCopies(19, WRONG));

        assertThat(verify(ID, TIME, nineteen + " " + GOOD)).isEqualTo(new Genuine(0));
        assertThat(verify(ID, TIME, GOOD + " " + nineteen + " " + WRONG))
                .isEqualTo(new Forged(Reason.TOO_MANY_SIGNATURES));
        assertThat(verify(ID, TIME, String.join(" ", Collections.nCopies(200, GOOD))))
                .isEqualTo(new Forged(Reason.TOO_MANY_SIGNATURES));
    }

    @Test
    void an_id_cannot_be_cut_in_two_ways() {
        // The same signed text, cut elsewhere: id "a.1772366400", time … and so on.
        for (String id :
                List.of("a.b", ".", "msg_1.", "a b", "a\u00e9", "a\r\nx: y", "x".repeat(257))) {
            assertThat(verify(id, TIME, GOOD)).as(id).isEqualTo(new Forged(Reason.ID_MALFORMED));
            assertThatThrownBy(() -> StandardWebhooks.sign(id, NOW, BODY, List.of(SECRET)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void svix_accepts_both_sets_of_names_as_long_as_they_agree() {
        Headers both = headers(ID, TIME, GOOD);
        Scheme svix = Providers.named("svix").orElseThrow().scheme();
        Headers agreeing =
                both.with("svix-id", ID).with("svix-timestamp", TIME).with("svix-signature", GOOD);

        assertThat(svix.verify(request(agreeing), List.of(SECRET), NOW)).isEqualTo(new Genuine(0));
        for (String name : List.of("svix-id", "svix-timestamp", "svix-signature")) {
            assertThat(svix.verify(request(both.with(name, "1")), List.of(SECRET), NOW))
                    .as(name)
                    .isEqualTo(new Forged(Reason.HEADER_REPEATED));
        }
    }

    @Test
    void while_rotating_either_side_may_have_both_secrets() {
        Headers both = StandardWebhooks.sign(ID, NOW, BODY, List.of(OTHER, SECRET));
        assertThat(verify(both)).isEqualTo(new Genuine(0));

        Headers old = StandardWebhooks.sign(ID, NOW, BODY, List.of(OTHER));
        assertThat(scheme().verify(request(old), List.of(SECRET, OTHER), NOW))
                .isEqualTo(new Genuine(1));
        assertThat(verify(old)).isEqualTo(new Forged(Reason.MISMATCH));
        assertThat(scheme().verify(request(old), List.of(), NOW))
                .isEqualTo(new Forged(Reason.MISMATCH));
    }

    @Test
    void the_secret_is_base64_with_or_without_prefix_and_padding() {
        String bare = base64("0123456789abcdef0123456789".getBytes(StandardCharsets.UTF_8));
        assertThat(bare).endsWith("=");
        Headers signed = StandardWebhooks.sign(ID, NOW, BODY, List.of(Secret.of(bare)));
        for (String form : List.of("whsec_" + bare, bare.replace("=", ""), "v1,whsec_" + bare)) {
            assertThat(scheme().verify(request(signed), List.of(Secret.of(form)), NOW))
                    .isEqualTo(new Genuine(0));
        }
        for (String text : List.of("whsec_", "whsec_not base64!", bare + "\n", "s3cret-s3cret")) {
            Secret bad = Secret.of(text);
            assertThat(scheme().problemWith(bad)).as(text).isPresent();
            assertThat(StandardWebhooks.problemWith(bad)).as(text).isPresent();
        }
    }

    @Test
    void a_secret_that_does_not_decode_never_matches_and_never_throws() {
        assertThat(
                        scheme().verify(
                                        request(headers(ID, TIME, GOOD)),
                                        List.of(Secret.of("whsec_"), Secret.of("!!"), SECRET),
                                        NOW))
                .isEqualTo(new Genuine(2));
    }

    @ParameterizedTest
    @CsvSource({"23, false", "24, true", "64, true", "65, false"})
    void outgoing_secrets_have_24_to_64_bytes(int bytes, boolean good) {
        Secret secret = Secret.of("whsec_" + base64(new byte[bytes]));

        assertThat(StandardWebhooks.problemWith(secret).isEmpty()).isEqualTo(good);
    }

    @Test
    void both_kinds_of_key_sign_side_by_side_and_each_is_enough() {
        java.security.KeyPair pair = TestKeys.generate("Ed25519", 255);
        byte[] seed = last32(pair.getPrivate().getEncoded());
        byte[] point = last32(pair.getPublic().getEncoded());
        Secret publicKey = Secret.of("whpk_" + base64(point));
        byte[] both = Arrays.copyOf(seed, 64);
        System.arraycopy(point, 0, both, 32, 32);
        for (byte[] written : List.of(seed, both)) {
            Secret privateKey = Secret.of("whsk_" + base64(written));
            assertThat(StandardWebhooks.problemWith(privateKey)).isEmpty();
            Headers signed = StandardWebhooks.sign(ID, NOW, BODY, List.of(SECRET, privateKey));
            assertThat(signed.first("webhook-signature").orElseThrow()).startsWith(GOOD + " v1a,");

            assertThat(scheme().verify(request(signed), List.of(SECRET), NOW))
                    .isEqualTo(new Genuine(0));
            assertThat(scheme().verify(request(signed), List.of(OTHER, publicKey), NOW))
                    .isEqualTo(new Genuine(1));
            assertThat(scheme().verify(request(signed), List.of(publicKey), NOW.plusSeconds(301)))
                    .isEqualTo(new Stale(301));
            SignedRequest changed = new SignedRequest("POST", "", signed, new byte[] {'x'});
            assertThat(scheme().verify(changed, List.of(SECRET, publicKey), NOW))
                    .isEqualTo(new Forged(Reason.MISMATCH));
            Headers symmetric = StandardWebhooks.sign(ID, NOW, BODY, List.of(SECRET));
            assertThat(scheme().verify(request(symmetric), List.of(publicKey), NOW))
                    .as("v1 is nothing to a public key")
                    .isEqualTo(new Forged(Reason.SIGNATURE_MALFORMED));
        }
        assertThat(StandardWebhooks.problemWith(publicKey)).as("it cannot sign").isPresent();
        assertThat(scheme().problemWith(publicKey)).isEmpty();
    }

    private static byte[] last32(byte[] encoded) {
        return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    }

    @Test
    void signing_takes_a_secret() {
        assertThatThrownBy(() -> StandardWebhooks.sign(ID, NOW, BODY, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () ->
                                StandardWebhooks.sign(
                                        ID, NOW, BODY, List.of(Secret.of("hunter-two!"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter");
    }

    private static Verdict verify(String id, String timestamp, String signature) {
        return verify(headers(id, timestamp, signature));
    }

    private static Verdict verify(Headers headers) {
        return scheme().verify(request(headers), List.of(SECRET), NOW);
    }

    private static Scheme scheme() {
        return Providers.named("standard-webhooks").orElseThrow().scheme();
    }

    private static SignedRequest request(Headers headers) {
        return new SignedRequest("POST", "", headers, BODY);
    }

    private static Headers headers(String id, String timestamp, String signature) {
        return Headers.of(
                "webhook-id", id,
                "webhook-timestamp", timestamp,
                "webhook-signature", signature);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
