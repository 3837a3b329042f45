package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.signature.Verdict.Forged;
import dev.belay.signature.Verdict.Genuine;
import dev.belay.signature.Verdict.Reason;
import dev.belay.signature.Verdict.Stale;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The engine under the grammars and encodings that Standard Webhooks does not use.
class SigningSchemeTest {
    private static final Secret SECRET = Secret.of("whsec_looks-like-base64-and-is-not");
    private static final Secret NEXT = Secret.of("the-next-secret");
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.700Z");
    private static final byte[] BODY = utf8("{\"amount\":1.0}");

    private static final Scheme GITHUB = scheme("github");
    private static final Scheme STRIPE = scheme("stripe");
    private static final Scheme SHOPIFY = scheme("shopify");
    private static final Scheme SLACK = scheme("slack");

    @Test
    void hex_is_read_in_any_case() {
        String signature = signature(GITHUB, "X-Hub-Signature-256");
        String upper = "sha256=" + signature.substring(7).toUpperCase(Locale.ROOT);

        assertThat(verify(GITHUB, Headers.of("x-hub-signature-256", upper)))
                .isEqualTo(new Genuine(0));
    }

    @Test
    void a_whole_value_has_the_prefix_and_exactly_the_digits_of_the_hash() {
        String hex = signature(GITHUB, "X-Hub-Signature-256").substring(7);
        for (String value :
                List.of(
                        hex,
                        "sha1=" + hex,
                        "SHA256=" + hex,
                        "sha256= " + hex,
                        "sha256=",
                        "sha256",
                        "sha256=" + hex.substring(1),
                        "sha256=" + hex.substring(2),
                        "sha256=" + hex + "00",
                        "sha256=" + hex.substring(0, 63) + "g",
                        "sha256=" + hex.substring(0, 30) + "  " + hex.substring(32),
                        "sha256=" + hex + ", sha256=" + hex,
                        "sha256=" + "a".repeat(10_000))) {
            assertThat(verify(GITHUB, Headers.of("X-Hub-Signature-256", value)))
                    .as(value)
                    .isEqualTo(new Forged(Reason.SIGNATURE_MALFORMED));
        }
    }

    @Test
    void a_legacy_signature_beside_the_right_one_is_not_looked_at() {
        Headers headers =
                Headers.of("X-Hub-Signature", "sha1=00")
                        .with("X-Hub-Signature-256", signature(GITHUB, "X-Hub-Signature-256"));

        assertThat(verify(GITHUB, headers)).isEqualTo(new Genuine(0));
        assertThat(verify(GITHUB, Headers.of("X-Hub-Signature", "sha1=00")))
                .isEqualTo(new Forged(Reason.HEADER_MISSING));
    }

    @Test
    void an_id_that_is_not_signed_may_be_absent_but_not_repeated_or_unprintable() {
        Headers signed =
                Headers.of("X-Hub-Signature-256", signature(GITHUB, "X-Hub-Signature-256"));
        String id = "X-GitHub-Delivery";

        assertThat(verify(GITHUB, signed)).isEqualTo(new Genuine(0));
        assertThat(verify(GITHUB, signed.with(id, "72d3.162e"))).isEqualTo(new Genuine(0));
        assertThat(verify(GITHUB, signed.with(id, "a").with(id, "b")))
                .isEqualTo(new Forged(Reason.HEADER_REPEATED));
        assertThat(verify(GITHUB, signed.with(id, "a\r\nb")))
                .isEqualTo(new Forged(Reason.ID_MALFORMED));
    }

    @Test
    void the_good_signature_header_beside_a_bad_one_is_ambiguous_in_either_order() {
        String good = signature(GITHUB, "X-Hub-Signature-256");
        String bad = "sha256=" + "0".repeat(64);
        String name = "X-Hub-Signature-256";

        assertThat(verify(GITHUB, Headers.of(name, good, name, bad)))
                .isEqualTo(new Forged(Reason.HEADER_REPEATED));
        assertThat(verify(GITHUB, Headers.of(name, bad, name.toLowerCase(Locale.ROOT), good)))
                .isEqualTo(new Forged(Reason.HEADER_REPEATED));
    }

    @Test
    void stripe_finds_the_right_v1_among_several_entries_in_any_order() {
        String value = signature(STRIPE, "Stripe-Signature");
        String time = value.substring(0, value.indexOf(','));
        String good = value.substring(value.indexOf(',') + 1);
        String wrong = "v1=" + "0".repeat(64);

        for (String header :
                List.of(
                        time + "," + wrong + "," + good,
                        good + ", " + time + " ,v0=6ffbb59b,scheme",
                        "v2=" + good.substring(3) + "," + good + "," + time)) {
            assertThat(verify(STRIPE, Headers.of("Stripe-Signature", header)))
                    .as(header)
                    .isEqualTo(new Genuine(0));
        }
        assertThat(verify(STRIPE, Headers.of("Stripe-Signature", time + "," + wrong)))
                .isEqualTo(new Forged(Reason.MISMATCH));
    }

    @Test
    void a_stripe_header_has_one_time_and_at_least_one_v1() {
        String value = signature(STRIPE, "Stripe-Signature");
        String time = value.substring(0, value.indexOf(','));
        String good = value.substring(value.indexOf(',') + 1);
        for (String header :
                List.of(
                        good,
                        time,
                        time + "," + time + "," + good,
                        time + ",v0=" + good.substring(3),
                        time + ",v1" + good.substring(3),
                        time + ",v1=",
                        "=,=,=",
                        ",,,")) {
            assertThat(verify(STRIPE, Headers.of("Stripe-Signature", header)))
                    .as(header)
                    .isEqualTo(new Forged(Reason.SIGNATURE_MALFORMED));
        }
        for (String bad :
                List.of(
                        "t=",
                        "t=-1",
                        "t=1e9",
                        "t=0" + time.substring(2),
                        time + ".0",
                        time + ";v1=0")) {
            assertThat(verify(STRIPE, Headers.of("Stripe-Signature", bad + "," + good)))
                    .as(bad)
                    .isEqualTo(new Forged(Reason.TIMESTAMP_MALFORMED));
        }
    }

    @Test
    void stripe_uses_its_whsec_secret_as_it_stands_and_standard_webhooks_decodes_it() {
        Secret secret = Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        Secret bare = Secret.of("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        for (Scheme scheme : List.of(STRIPE, StandardWebhooks.SCHEME)) {
            Headers signed = scheme.sign(request(Headers.empty()), secret, "m", NOW);
            Verdict verdict = scheme.verify(request(signed), List.of(bare), NOW);
            assertThat(verdict)
                    .isEqualTo(
                            scheme.equals(STRIPE) ? new Forged(Reason.MISMATCH) : new Genuine(0));
        }
    }

    @Test
    void stripe_and_slack_allow_five_minutes_either_way() {
        for (Scheme scheme : List.of(STRIPE, SLACK)) {
            Headers signed = scheme.sign(request(Headers.empty()), SECRET, "", NOW);
            for (int offset : List.of(-301, -300, -299, 0, 299, 300, 301)) {
                assertThat(scheme.verify(request(signed), List.of(SECRET), NOW.plusSeconds(offset)))
                        .as("%d s", offset)
                        .isEqualTo(Math.abs(offset) <= 300 ? new Genuine(0) : new Stale(offset));
            }
        }
    }

    @Test
    void slack_needs_its_version_and_its_time() {
        Headers signed = SLACK.sign(request(Headers.empty()), SECRET, "", NOW);
        String time = signed.first("X-Slack-Request-Timestamp").orElseThrow();
        String value = signed.first("X-Slack-Signature").orElseThrow();

        assertThat(verify(SLACK, Headers.of("X-Slack-Signature", value)))
                .isEqualTo(new Forged(Reason.HEADER_MISSING));
        assertThat(
                        verify(
                                SLACK,
                                Headers.of("X-Slack-Request-Timestamp", time)
                                        .with("X-Slack-Signature", "v1=" + value.substring(3))))
                .isEqualTo(new Forged(Reason.SIGNATURE_MALFORMED));
        assertThat(verify(SLACK, signed.with("X-Slack-Request-Timestamp", time)))
                .isEqualTo(new Forged(Reason.HEADER_REPEATED));
    }

    @Test
    void shopify_is_base64_and_not_hex_or_the_url_alphabet() {
        String good = signature(SHOPIFY, "X-Shopify-Hmac-Sha256");

        assertThat(verify(SHOPIFY, Headers.of("X-Shopify-Hmac-Sha256", good)))
                .isEqualTo(new Genuine(0));
        for (String bad :
                List.of(
                        signature(GITHUB, "X-Hub-Signature-256").substring(7),
                        good.substring(0, 43),
                        good + "=",
                        "-" + good.substring(1),
                        "=" + good.substring(1))) {
            assertThat(verify(SHOPIFY, Headers.of("X-Shopify-Hmac-Sha256", bad)))
                    .as(bad)
                    .isEqualTo(new Forged(Reason.SIGNATURE_MALFORMED));
        }
    }

    @Test
    void base64url_is_read_with_and_without_padding() {
        byte[] bytes = {(byte) 0xfb, (byte) 0xff, 1, 2};

        assertThat(Encoding.BASE64URL.encode(bytes)).isEqualTo("-_8BAg");
        assertThat(Encoding.BASE64URL.decode("-_8BAg", 4)).isEqualTo(bytes);
        assertThat(Encoding.BASE64URL.decode("-_8BAg==", 4)).isEqualTo(bytes);
        assertThat(Encoding.BASE64URL.decode("-_8BAg=", 4)).isNull();
        assertThat(Encoding.BASE64URL.decode("+/8BAg", 4)).isNull();
        assertThat(Encoding.BASE64URL.decode("-_8BAh", 4)).isNull();
    }

    @Test
    void old_and_new_secret_count_while_both_are_valid_and_only_then() {
        for (Provider provider : Providers.all()) {
            if (!(provider.scheme() instanceof SigningScheme scheme)
                    || !(scheme.algorithm() instanceof Algorithm.Hmac(_, SecretForm form))
                    || form != SecretForm.UTF8
                    || scheme.keyHeader() != null
                    || !scheme.content().contains(new Part.Body())
                    || !(scheme.place() instanceof SignaturePlace.InHeader)
                    || scheme.content().stream().anyMatch(part -> part instanceof Part.Header)
                    || (scheme.timestamp() != null
                            && scheme.timestamp().source()
                                    instanceof TimestampRule.Source.InBody)) {
                continue;
            }
            Headers old = scheme.sign(request(Headers.empty()), SECRET, "m", NOW);
            Headers fresh = scheme.sign(request(Headers.empty()), NEXT, "m", NOW);

            List<Secret> both = List.of(NEXT, SECRET);
            assertThat(scheme.verify(request(old), both, NOW)).isEqualTo(new Genuine(1));
            assertThat(scheme.verify(request(fresh), both, NOW)).isEqualTo(new Genuine(0));
            assertThat(scheme.verify(request(old), List.of(NEXT), NOW))
                    .isEqualTo(new Forged(Reason.MISMATCH));
            assertThat(scheme.verify(request(old), List.of(), NOW))
                    .isEqualTo(new Forged(Reason.MISMATCH));
        }
    }

    @Test
    void bodies_that_no_parser_leaves_alone_are_judged_by_their_bytes() {
        for (String name : List.of("generic", "stripe", "standard-webhooks", "linkedin")) {
            Scheme scheme = scheme(name);
            Secret secret = Secret.of("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
            for (byte[] body :
                    List.of(
                            new byte[0],
                            utf8("null"),
                            utf8("{\"b\":1.0,\"a\":1e3,\"b\":12345678901234567890}\r\n"),
                            utf8("\uFEFF{\"a\":\"\\u00e9\\/\"} "),
                            new byte[] {(byte) 0xff, 0, (byte) 0xc3, '{'})) {
                SignedRequest plain = new SignedRequest("POST", "", Headers.empty(), body);
                Headers signed = scheme.sign(plain, secret, "m", NOW);
                byte[] longer = Arrays.copyOf(body, body.length + 1);

                assertThat(verify(scheme, signed, body, secret)).isEqualTo(new Genuine(0));
                assertThat(verify(scheme, signed, longer, secret))
                        .isEqualTo(new Forged(Reason.MISMATCH));
            }
            byte[] one = {'{', (byte) 0xfe};
            byte[] two = {'{', (byte) 0xff};
            Headers signed =
                    scheme.sign(
                            new SignedRequest("POST", "", Headers.empty(), one), secret, "m", NOW);
            assertThat(verify(scheme, signed, two, secret))
                    .as("both are the replacement character to a text")
                    .isEqualTo(new Forged(Reason.MISMATCH));
        }
    }

    @Test
    void milliseconds_keep_their_digits_and_their_own_unit() {
        SigningScheme scheme =
                new SigningScheme(
                        new Algorithm.Hmac(Hash.SHA512, SecretForm.HEX),
                        new SignaturePlace.InHeader(HeaderName.of("X-Sig")),
                        new Grammar.Fields(';', "d"),
                        Encoding.BASE64URL,
                        List.of(
                                new Part.Method(),
                                new Part.Url(),
                                new Part.Header(HeaderName.of("X-Nonce")),
                                new Part.Body(),
                                new Part.Timestamp()),
                        SigningScheme.Coverage.BODY,
                        new TimestampRule(
                                new TimestampRule.Source.InSignature("v"),
                                TimestampRule.Unit.MILLISECONDS,
                                Duration.ofSeconds(60),
                                Duration.ZERO),
                        null,
                        null);
        Secret key = Secret.of("00fF10");
        SignedRequest unsigned =
                new SignedRequest("POST", "https://x.example/in", Headers.of("X-Nonce", "n"), BODY);
        Headers headers =
                unsigned.headers()
                        .with(
                                "X-Sig",
                                scheme.sign(unsigned, key, "", NOW).first("X-Sig").orElseThrow());
        SignedRequest signed = new SignedRequest("POST", unsigned.url(), headers, BODY);

        assertThat(scheme.verify(signed, List.of(key), NOW)).isEqualTo(new Genuine(0));
        assertThat(scheme.verify(signed, List.of(key), NOW.plusMillis(60_000)))
                .isEqualTo(new Genuine(0));
        assertThat(scheme.verify(signed, List.of(key), NOW.plusMillis(60_001)))
                .isEqualTo(new Stale(60));
        assertThat(scheme.verify(signed, List.of(key), NOW.minusMillis(1))).isEqualTo(new Stale(0));
        for (SignedRequest other :
                List.of(
                        new SignedRequest("PUT", unsigned.url(), headers, BODY),
                        new SignedRequest("POST", "https://y.example/in", headers, BODY))) {
            assertThat(scheme.verify(other, List.of(key), NOW))
                    .isEqualTo(new Forged(Reason.MISMATCH));
        }
        assertThat(
                        scheme.verify(
                                new SignedRequest(
                                        "POST",
                                        unsigned.url(),
                                        Headers.of("X-Sig", headers.first("X-Sig").orElseThrow()),
                                        BODY),
                                List.of(key),
                                NOW))
                .isEqualTo(new Forged(Reason.HEADER_MISSING));
    }

    @Test
    void every_secret_form_reads_its_own_kind_and_names_what_is_wrong_without_the_secret() {
        assertThat(SecretForm.HEX.key(Secret.of("0aFF"))).containsExactly(10, -1);
        assertThat(SecretForm.BASE64.key(Secret.of("Cv8"))).containsExactly(10, -1);
        assertThat(SecretForm.UTF8.key(Secret.of("\u00e9"))).containsExactly(0xc3, 0xa9);
        for (SecretForm form : SecretForm.values()) {
            assertThat(form.problemWith(Secret.of("abcd"))).isEmpty();
            assertThat(form.problemWith(Secret.of("abcd\n"))).isPresent();
            if (form == SecretForm.WHSEC_OR_UTF8) {
                assertThat(form.problemWith(Secret.of("whsec_z!9"))).isPresent();
            } else if (form != SecretForm.UTF8 && form != SecretForm.SHA1) {
                assertThat(form.problemWith(Secret.of("z!9")))
                        .hasValueSatisfying(text -> assertThat(text).doesNotContain("z!9"));
            }
        }
    }

    @Test
    void parts_that_do_not_fit_together_make_no_scheme() {
        assertThatThrownBy(() -> of(List.of(new Part.Literal("x")), null, null))
                .hasMessageContaining("body");
        assertThatThrownBy(() -> of(List.of(new Part.Timestamp(), new Part.Body()), null, null))
                .hasMessageContaining("timestamp");
        assertThatThrownBy(() -> of(List.of(new Part.MessageId(), new Part.Body()), null, null))
                .hasMessageContaining("id");
        assertThatThrownBy(
                        () ->
                                of(
                                        List.of(new Part.Body()),
                                        TimestampRule.secondsIn(HeaderName.of("T")),
                                        null))
                .hasMessageContaining("timestamp");
        assertThatThrownBy(() -> HeaderName.of("X Y")).hasMessageContaining("header name");
    }

    private static SigningScheme of(
            List<Part> content, @Nullable TimestampRule rule, @Nullable HeaderName id) {
        return new SigningScheme(
                new Algorithm.Hmac(Hash.SHA256, SecretForm.UTF8),
                new SignaturePlace.InHeader(HeaderName.of("S")),
                new Grammar.Whole(""),
                Encoding.HEX,
                content,
                SigningScheme.Coverage.BODY,
                rule,
                id,
                null);
    }

    private static String signature(Scheme scheme, String header) {
        return scheme.sign(request(Headers.empty()), SECRET, "m", NOW).first(header).orElseThrow();
    }

    private static Verdict verify(Scheme scheme, Headers headers) {
        return verify(scheme, headers, BODY, SECRET);
    }

    private static Verdict verify(Scheme scheme, Headers headers, byte[] body, Secret secret) {
        return scheme.verify(new SignedRequest("POST", "", headers, body), List.of(secret), NOW);
    }

    private static Scheme scheme(String name) {
        return Providers.named(name).orElseThrow().scheme();
    }

    private static SignedRequest request(Headers headers) {
        return new SignedRequest("POST", "", headers, BODY);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
