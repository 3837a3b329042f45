package dev.belay.signature;

import static dev.belay.signature.BugRequests.NOW;
import static dev.belay.signature.BugRequests.SECRET;
import static dev.belay.signature.BugRequests.URL;
import static dev.belay.signature.BugRequests.mac;
import static dev.belay.signature.BugRequests.request;
import static dev.belay.signature.BugRequests.scheme;
import static dev.belay.signature.BugRequests.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.signature.Verdict.Forged;
import dev.belay.signature.Verdict.Genuine;
import dev.belay.signature.Verdict.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Mistakes that verifiers have made before, each under its number in the list they are kept in:
/// what is inside a body, a URL or a form.
class ClassicStructureBugsTest {
    @Test
    void bug_31_a_name_that_occurs_twice_means_nothing_and_every_item_of_a_batch_counts() {
        TestKeys keys = TestKeys.of(scheme("adyen"), 0);
        SignedRequest one =
                Samples.request(
                        Providers.named("adyen").orElseThrow(),
                        null,
                        null,
                        keys.signing(),
                        "1",
                        NOW);
        String body = new String(one.body(), StandardCharsets.UTF_8);
        int from = body.indexOf('[');
        String item = body.substring(from + 1, body.lastIndexOf(']'));
        String two = body.replace(item, item + "," + item);
        List<String> forged =
                List.of(
                        body.replace(item, item + "," + item.replace("1130", "9130")),
                        body.replace(item, item.replace("1130", "9130") + "," + item));
        assertThat(scheme("adyen").verify(one.with(utf8(two)), List.of(keys.verifying()), NOW))
                .isEqualTo(new Genuine(0));
        for (String batch : forged) {
            assertThat(
                            scheme("adyen")
                                    .verify(one.with(utf8(batch)), List.of(keys.verifying()), NOW))
                    .isEqualTo(new Forged(Reason.MISMATCH));
        }
        assertThat(
                        scheme("adyen")
                                .verify(
                                        one.with(utf8(body.replace(item, ""))),
                                        List.of(keys.verifying()),
                                        NOW))
                .isEqualTo(new Forged(Reason.FIELD_MISSING));
        String doubled =
                body.replace("\"pspReference\":", "\"pspReference\":\"x\",\"pspReference\":");
        assertThat(scheme("adyen").verify(one.with(utf8(doubled)), List.of(keys.verifying()), NOW))
                .isInstanceOf(Forged.class);
        String graph = "{\"value\":[{\"clientState\":\"t\"},{\"clientState\":\"x\"}]}";
        assertThat(
                        scheme("microsoft-graph")
                                .verify(
                                        request(Headers.empty(), utf8(graph)),
                                        List.of(Secret.of("t")),
                                        NOW))
                .isEqualTo(new Forged(Reason.MISMATCH));
        String without = "{\"value\":[{\"clientState\":\"t\"},{}]}";
        assertThat(
                        scheme("microsoft-graph")
                                .verify(
                                        request(Headers.empty(), utf8(without)),
                                        List.of(Secret.of("t")),
                                        NOW))
                .isEqualTo(new Forged(Reason.FIELD_MISSING));
    }

    @Test
    void bug_32_deep_and_strange_json_is_no_json_and_no_exception() {
        assertThat(JsonText.read(utf8("[".repeat(10_000) + "]".repeat(10_000)))).isNull();
        assertThat(JsonText.read(utf8("[".repeat(100) + "]".repeat(100)))).isNotNull();
        for (String bad :
                List.of(
                        "",
                        " ",
                        "{",
                        "[1,]",
                        "{\"a\"}",
                        "{\"a\":1,}",
                        "01",
                        "1.",
                        "1e",
                        "+1",
                        "nul",
                        "\"\\x\"",
                        "\"\\u12\"",
                        "\"\n\"",
                        "'a'",
                        "1 2",
                        "\uFEFF1",
                        "tru",
                        "-",
                        "{1:2}")) {
            assertThat(JsonText.read(utf8(bad))).as(bad).isNull();
        }
        assertThat(JsonText.read(new byte[] {'"', (byte) 0xff, '"'})).isNull();
        assertThat(JsonText.read(utf8(" { \"a\" : [ -1.5E+3 , true , null , \"\\u00e9\\n\" ] } ")))
                .isNotNull();
    }

    @Test
    void bug_33_another_url_a_port_a_slash_or_another_order_is_another_url() {
        for (String name :
                List.of("square", "trello", "hubspot", "hubspot-v2", "twilio", "mandrill")) {
            Scheme scheme = scheme(name);
            TestKeys keys = TestKeys.of(scheme, 0);
            String url = URL + "?a=1&b=2";
            SignedRequest signed =
                    Samples.request(
                            Providers.named(name).orElseThrow(),
                            url,
                            null,
                            null,
                            keys.signing(),
                            "1",
                            NOW);
            assertThat(scheme.verify(signed, List.of(keys.verifying()), NOW))
                    .as(name)
                    .isEqualTo(new Genuine(0));
            for (String other :
                    List.of(
                            url.replace("https", "http"),
                            url.replace(".com", ".com:443"),
                            url.replace("shop", "shop/"),
                            URL + "?b=2&a=1",
                            URL,
                            url.replace("hooks", "evil"))) {
                SignedRequest moved =
                        new SignedRequest("POST", other, signed.headers(), signed.body());
                assertThat(scheme.verify(moved, List.of(keys.verifying()), NOW))
                        .as("%s %s", name, other)
                        .isEqualTo(new Forged(Reason.MISMATCH));
            }
            SignedRequest host =
                    signed.with(
                            signed.headers()
                                    .with("Host", "evil.example")
                                    .with("X-Forwarded-Host", "evil.example"));
            assertThat(scheme.verify(host, List.of(keys.verifying()), NOW))
                    .as("what a proxy says changes nothing")
                    .isEqualTo(new Genuine(0));
        }
    }

    @Test
    void bug_34_a_form_is_signed_sorted_and_equal_values_once() {
        SigningScheme twilio = (SigningScheme) scheme("twilio");
        // Capitals come first, an empty value before a longer one.
        String expected = mac(URL + "B" + "Ba" + "a1" + "a2" + "bx=y=z" + "\u00e9");
        for (String body :
                List.of(
                        "a=2&a=1&b=x=y=z&B=&B=a&%C3%A9",
                        "%C3%A9=&B=a&B=&b=x%3Dy%3Dz&a=1&a=2&a=1&&")) {
            Headers headers = Headers.of("X-Twilio-Signature", expected);
            assertThat(twilio.verify(request(headers, utf8(body)), List.of(SECRET), NOW))
                    .as(body)
                    .isEqualTo(new Genuine(0));
        }
        for (String body : List.of("a=%", "a=%zz", "a=%C3", "{\"a\":1}&%", "\u0000%0")) {
            Headers headers = Headers.of("X-Twilio-Signature", mac(URL));
            assertThat(twilio.verify(request(headers, utf8(body)), List.of(SECRET), NOW))
                    .as("a body that is no form is not left unsigned: %s", body)
                    .isEqualTo(new Forged(Reason.FIELD_MISSING));
        }
    }

    @Test
    void bug_39_no_verdict_names_more_than_a_word() {
        assertThat(new Forged(Reason.BODY_MISMATCH).reason().word()).isEqualTo("body_mismatch");
        assertThat(SECRET.toString()).doesNotContain("MfKQ");
    }

    @Test
    void a_key_named_by_the_request_has_to_be_one_of_the_receiver_s() {
        Scheme pusher = scheme("pusher");
        Secret mine = Secret.of("278d425bdf160c739803:7ad3773142a6692b25b8");
        SignedRequest signed = pusher.signed(request(Headers.empty(), utf8("{}")), mine, "", NOW);
        assertThat(pusher.verify(signed, List.of(Secret.of("other:x"), mine), NOW))
                .isEqualTo(new Genuine(1));
        assertThat(pusher.verify(signed, List.of(Secret.of("other:7ad3773142a6692b25b8")), NOW))
                .isEqualTo(new Forged(Reason.KEY_UNKNOWN));
        assertThat(pusher.problemWith(Secret.of("no-name"))).isPresent();
        assertThat(pusher.problemWith(mine)).isEmpty();
    }
}
