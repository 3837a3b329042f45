package dev.belay.signature;

import static dev.belay.signature.BugRequests.NOW;
import static dev.belay.signature.BugRequests.SECRET;
import static dev.belay.signature.BugRequests.URL;
import static dev.belay.signature.BugRequests.hub;
import static dev.belay.signature.BugRequests.request;
import static dev.belay.signature.BugRequests.scheme;
import static dev.belay.signature.BugRequests.sent;
import static dev.belay.signature.BugRequests.standard;
import static dev.belay.signature.BugRequests.utf8;
import static dev.belay.signature.BugRequests.verify;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.signature.Verdict.Forged;
import dev.belay.signature.Verdict.Genuine;
import dev.belay.signature.Verdict.Reason;
import dev.belay.signature.Verdict.Stale;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// Mistakes that verifiers have made before, each under its number in the list they are kept in:
/// bytes, the text of signatures, headers and time. Numbers that are nowhere concern the gateway
/// around.
class ClassicBugsTest {
    @Test
    void bug_01_bodies_that_change_when_parsed_are_judged_as_sent() {
        for (String body :
                List.of(
                        "{\"a\":1.0}",
                        "{\"a\":1e3}",
                        "{\"a\":12345678901234567890}",
                        "{ \"a\" : 1 }",
                        "{\"a\":\"\\u00e9\"}",
                        "{\"a\":\"\\/\"}",
                        "{\"2\":0,\"1\":0}",
                        "{\"a\":1,\"a\":2}",
                        "{}\n",
                        "{}\r\n",
                        "\uFEFF{}")) {
            SignedRequest signed = sent("github", body);
            assertThat(verify("github", signed)).as(body).isEqualTo(new Genuine(0));
            assertThat(verify("github", signed.with(utf8(body + " "))))
                    .as(body)
                    .isEqualTo(new Forged(Reason.MISMATCH));
        }
    }

    @Test
    void bug_02_bodies_that_differ_in_invalid_bytes_only_differ() {
        for (String name : List.of("github", "stripe", "standard-webhooks", "hubspot", "trello")) {
            SignedRequest signed = sent(name, new byte[] {'{', (byte) 0xfe, 0, '}'});
            assertThat(verify(name, signed)).isEqualTo(new Genuine(0));
            assertThat(verify(name, signed.with(new byte[] {'{', (byte) 0xff, 0, '}'})))
                    .as(name)
                    .isEqualTo(new Forged(Reason.MISMATCH));
        }
    }

    @Test
    void bug_03_compressed_bytes_are_judged_compressed() {
        byte[] gzip = HexFormat.of().parseHex("1f8b0800000000000003abae050043bfa6a302000000");
        assertThat(verify("nylas", sent("nylas", gzip))).isEqualTo(new Genuine(0));
    }

    @Test
    void bug_05_what_is_no_json_is_decided_by_the_signature() {
        for (String body : List.of("", "null", "a=1&b", "<xml/>", "--x\r\n\r\n--x--")) {
            assertThat(verify("github", sent("github", body))).isEqualTo(new Genuine(0));
        }
        // Where something signed is in the JSON, its absence is a reject and no exception.
        for (String name : List.of("linear", "mailgun", "adyen", "microsoft-graph", "figma")) {
            for (String body : List.of("", "null", "[", "{\"a\":", "\u0000")) {
                Headers headers = Headers.of("Linear-Signature", "0".repeat(64));
                assertThat(verify(name, request(headers, utf8(body))))
                        .as("%s %s", name, body)
                        .isEqualTo(new Forged(Reason.FIELD_MISSING));
            }
        }
    }

    @Test
    void bug_07_hex_in_any_case_is_read_and_every_malformed_text_is_a_reject() {
        SignedRequest signed = sent("github", "{}");
        String good = signed.headers().first("X-Hub-Signature-256").orElseThrow();
        String hex = good.substring("sha256=".length());
        assertThat(verify("github", hub("sha256=" + hex.toUpperCase(Locale.ROOT))))
                .isEqualTo(new Genuine(0));
        for (String bad :
                List.of(
                        "sha256=" + hex.substring(1),
                        "sha256=",
                        "sha256=" + "f".repeat(10_000),
                        "sha256=" + hex.replace(hex.charAt(3), 'g'),
                        "sha256=" + hex.substring(0, 20) + " " + hex.substring(20),
                        Base64.getEncoder().encodeToString(new byte[32]))) {
            assertThat(verify("github", hub(bad)))
                    .isEqualTo(new Forged(Reason.SIGNATURE_MALFORMED));
        }
    }

    @Test
    void bug_08_a_signature_of_another_length_is_a_reject_for_every_algorithm() {
        for (String name :
                List.of("github", "vercel", "paystack", "shopify", "discord", "wise", "sendgrid")) {
            Scheme scheme = scheme(name);
            TestKeys keys = TestKeys.of(scheme, 0);
            SignedRequest sample =
                    Samples.request(
                            Providers.named(name).orElseThrow(),
                            null,
                            null,
                            keys.signing(),
                            "1",
                            NOW);
            SigningScheme signing = (SigningScheme) scheme;
            for (int length : List.of(1, 16, 19, 33, 63, 65, 255, 300, 2_000)) {
                String text = signing.encoding().encode(new byte[length]);
                String header = ((SignaturePlace.InHeader) signing.place()).header().primary();
                String prefix = signing.grammar() instanceof Grammar.Whole(String p) ? p : "";
                List<String> lines = EveryEntryTest.lines(sample.headers());
                lines.set(lines.indexOf(header) + 1, prefix + text);
                assertThat(
                                scheme.verify(
                                        sample.with(Headers.of(lines)),
                                        List.of(keys.verifying()),
                                        NOW))
                        .as("%s, %d bytes", name, length)
                        .isInstanceOf(Forged.class);
            }
        }
    }

    @Test
    void bug_10_right_digits_under_a_wrong_prefix_are_a_reject() {
        String good = sent("github", "{}").headers().first("X-Hub-Signature-256").orElseThrow();
        assertThat(verify("github", hub("sha1=" + good.substring(7))))
                .isEqualTo(new Forged(Reason.SIGNATURE_MALFORMED));
        String v1 =
                sent("standard-webhooks", "{}").headers().first("webhook-signature").orElseThrow();
        assertThat(verify("standard-webhooks", standard("v2" + v1.substring(2))))
                .isEqualTo(new Forged(Reason.SIGNATURE_MALFORMED));
        assertThat(verify("standard-webhooks", standard("v9,zzz v1a,AAAA " + v1)))
                .as("unknown versions beside a right one")
                .isEqualTo(new Genuine(0));
    }

    @Test
    void bug_11_the_right_one_counts_in_each_place_and_twenty_are_enough() {
        String good =
                sent("standard-webhooks", "{}").headers().first("webhook-signature").orElseThrow();
        String wrong = "v1," + TestKeys.base64(new byte[32]);
        for (List<String> order :
                List.of(
                        List.of(good, wrong, wrong),
                        List.of(wrong, good, wrong),
                        List.of(wrong, wrong, good))) {
            assertThat(verify("standard-webhooks", standard(String.join(" ", order))))
                    .isEqualTo(new Genuine(0));
        }
        assertThat(verify("standard-webhooks", standard((wrong + " ").repeat(20) + good)))
                .isEqualTo(new Forged(Reason.TOO_MANY_SIGNATURES));
        Headers many = Headers.empty();
        for (int i = 0; i < 25; i++) {
            many = many.with("X-Mollie-Signature", "sha256=" + "0".repeat(64));
        }
        assertThat(verify("mollie", request(many, utf8("{}"))))
                .isEqualTo(new Forged(Reason.TOO_MANY_SIGNATURES));
    }

    @Test
    void bug_11_a_rotating_sender_signs_in_several_headers_in_lists_and_in_repeated_headers() {
        Secret next = Secret.of("the-next-one");
        String one = sent("mollie", "{}").headers().first("X-Mollie-Signature").orElseThrow();
        Headers both =
                Headers.of("X-Mollie-Signature", "sha256=" + "0".repeat(64))
                        .with("X-Mollie-Signature", one);
        assertThat(scheme("mollie").verify(request(both, utf8("{}")), List.of(next, SECRET), NOW))
                .isEqualTo(new Genuine(1));
        String docusign =
                sent("docusign", "{}").headers().first("X-DocuSign-Signature-1").orElseThrow();
        Headers third =
                Headers.of("X-DocuSign-Signature-1", "x", "x-docusign-signature-3", docusign);
        assertThat(verify("docusign", request(third, utf8("{}")))).isEqualTo(new Genuine(0));
        assertThat(
                        verify(
                                "docusign",
                                request(third.with("X-DocuSign-Signature-3", "y"), utf8("{}"))))
                .isEqualTo(new Forged(Reason.HEADER_REPEATED));
        String recurly = sent("recurly", "{}").headers().first("recurly-signature").orElseThrow();
        String time = recurly.substring(0, recurly.indexOf(','));
        Headers list =
                Headers.of("recurly-signature", recurly.replace(time, time + "," + "0".repeat(64)));
        assertThat(verify("recurly", request(list, utf8("{}")))).isEqualTo(new Genuine(0));
    }

    @Test
    void bug_12_base64_is_read_in_the_one_form_an_encoder_writes() {
        String good = sent("shopify", "{}").headers().first("X-Shopify-Hmac-Sha256").orElseThrow();
        char last = good.charAt(42);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        char alike = alphabet.charAt(alphabet.indexOf(last) ^ 1);
        String other = good.substring(0, 42) + alike + "=";
        assertThat(Base64.getDecoder().decode(other)).isEqualTo(Base64.getDecoder().decode(good));
        assertThat(
                        verify(
                                "shopify",
                                request(Headers.of("X-Shopify-Hmac-Sha256", other), utf8("{}"))))
                .isEqualTo(new Forged(Reason.SIGNATURE_MALFORMED));
    }

    @Test
    void bug_13_names_in_any_case_and_blanks_around_values_do_not_count() {
        String good = sent("github", "{}").headers().first("X-Hub-Signature-256").orElseThrow();
        assertThat(
                        verify(
                                "github",
                                request(
                                        Headers.of("x-hub-SIGNATURE-256", "\t " + good + " "),
                                        utf8("{}"))))
                .isEqualTo(new Genuine(0));
    }

    @Test
    void bug_14_good_and_bad_side_by_side_are_ambiguous() {
        String good = sent("github", "{}").headers().first("X-Hub-Signature-256").orElseThrow();
        String bad = "sha256=" + "0".repeat(64);
        for (List<String> two : List.of(List.of(good, bad), List.of(bad, good))) {
            Headers headers =
                    Headers.of("X-Hub-Signature-256", two.get(0))
                            .with("X-Hub-Signature-256", two.get(1));
            assertThat(verify("github", request(headers, utf8("{}"))))
                    .isEqualTo(new Forged(Reason.HEADER_REPEATED));
        }
        assertThat(verify("github", hub(good + "," + bad))).isInstanceOf(Forged.class);
        SignedRequest svix = sent("svix", "{}");
        assertThat(verify("svix", svix.with(svix.headers().with("webhook-id", "other"))))
                .isEqualTo(new Forged(Reason.HEADER_REPEATED));
    }

    @Test
    void bug_16_an_id_with_a_line_end_or_an_umlaut_is_refused() {
        for (String id : List.of("a\r\nb", "a\u00e9", "a b", "a\u0000")) {
            List<String> lines = EveryEntryTest.lines(sent("github", "{}").headers());
            lines.set(lines.indexOf("X-GitHub-Delivery") + 1, id);
            assertThat(verify("github", request(Headers.of(lines), utf8("{}"))))
                    .as(id)
                    .isEqualTo(new Forged(Reason.ID_MALFORMED));
        }
    }

    @Test
    void bug_17_a_timestamp_is_strict_digits_and_an_id_has_no_full_stop() {
        for (String time :
                List.of(
                        "+1772366400",
                        "01772366400",
                        "1772366400 1",
                        "1772366400.0",
                        "1.7e9",
                        "0x69a41680",
                        "\uFF11\uFF17",
                        "1".repeat(20))) {
            SignedRequest signed = sent("slack", "{}");
            List<String> lines = EveryEntryTest.lines(signed.headers());
            lines.set(lines.indexOf("X-Slack-Request-Timestamp") + 1, time);
            assertThat(verify("slack", signed.with(Headers.of(lines))))
                    .as(time)
                    .isEqualTo(new Forged(Reason.TIMESTAMP_MALFORMED));
        }
        for (String time :
                List.of(
                        "2026-03-01",
                        "2026-03-01T12:00:00",
                        "2026-13-01T12:00:00Z",
                        "1772366400",
                        "-999999999-01-01T00:00:00Z",
                        "2026-03-01T12:00:00Z[UTC]")) {
            Headers headers =
                    Headers.of("X-Zendesk-Webhook-Signature-Timestamp", time)
                            .with("X-Zendesk-Webhook-Signature", TestKeys.base64(new byte[32]));
            assertThat(verify("zendesk", request(headers, utf8("{}"))))
                    .as(time)
                    .isEqualTo(new Forged(Reason.TIMESTAMP_MALFORMED));
        }
        SignedRequest signed = sent("standard-webhooks", "{}");
        List<String> lines = EveryEntryTest.lines(signed.headers());
        lines.set(lines.indexOf("webhook-id") + 1, "msg.1");
        assertThat(verify("standard-webhooks", signed.with(Headers.of(lines))))
                .isEqualTo(new Forged(Reason.ID_MALFORMED));
    }

    @Test
    void bug_19_milliseconds_where_seconds_are_due_are_far_off_and_the_reverse_too() {
        for (String name : List.of("workos", "hubspot", "front", "retell", "linear")) {
            TestKeys keys = TestKeys.of(scheme(name), 0);
            SignedRequest signed =
                    Samples.request(
                            Providers.named(name).orElseThrow(),
                            URL,
                            null,
                            null,
                            keys.signing(),
                            "1",
                            NOW);
            assertThat(scheme(name).verify(signed, List.of(keys.verifying()), NOW))
                    .as(name)
                    .isEqualTo(new Genuine(0));
        }
        HmacTemplate.Result result =
                HmacTemplate.read(
                        java.util.Map.of(
                                "header",
                                "S",
                                "content",
                                "{timestamp}{body}",
                                "timestamp",
                                java.util.Map.of("header", "T", "unit", "ms")));
        SigningScheme milliseconds = ((HmacTemplate.Result.Read) result).scheme();
        Headers seconds =
                Headers.of("T", "1772366400")
                        .with(
                                "S",
                                milliseconds.signature(
                                        request(Headers.empty(), utf8("{}")),
                                        SECRET,
                                        "",
                                        "1772366400"));
        assertThat(milliseconds.verify(request(seconds, utf8("{}")), List.of(SECRET), NOW))
                .isInstanceOf(Stale.class);
        Headers nanoseconds =
                Headers.of(
                        "Twitch-Eventsub-Message-Id",
                        "e76c6bd4",
                        "Twitch-Eventsub-Message-Timestamp",
                        "2026-03-01T13:00:00.634234626+01:00");
        SigningScheme twitch = (SigningScheme) scheme("twitch");
        String mac =
                twitch.signature(
                        request(Headers.empty(), utf8("{}")),
                        SECRET,
                        "e76c6bd4",
                        "2026-03-01T13:00:00.634234626+01:00");
        assertThat(
                        twitch.verify(
                                request(
                                        nanoseconds.with(
                                                "Twitch-Eventsub-Message-Signature",
                                                "sha256=" + mac),
                                        utf8("{}")),
                                List.of(SECRET),
                                NOW))
                .isEqualTo(new Genuine(0));
    }
}
