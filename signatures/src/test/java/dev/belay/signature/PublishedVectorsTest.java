package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What vendors publish as worked examples.
class PublishedVectorsTest {
    private static final Verdict GENUINE = new Verdict.Genuine(0);

    @Test
    void standard_webhooks_and_svix_sign_the_published_message_as_published() {
        Secret secret = Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        String id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        Instant now = Instant.ofEpochSecond(1614265330);
        byte[] body = utf8("{\"test\": 2432232314}");
        String signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

        assertThat(StandardWebhooks.sign(id, now, body, List.of(secret)))
                .isEqualTo(
                        Headers.of(
                                "webhook-id", id,
                                "webhook-timestamp", "1614265330",
                                "webhook-signature", signature));
        assertThat(scheme("svix").sign(request(Headers.empty(), body), secret, id, now))
                .isEqualTo(
                        Headers.of(
                                "svix-id", id,
                                "svix-timestamp", "1614265330",
                                "svix-signature", signature));
        for (String prefix : List.of("svix-", "webhook-")) {
            Headers headers =
                    Headers.of(
                            prefix + "id", id,
                            prefix + "timestamp", "1614265330",
                            prefix + "signature", signature);
            assertThat(scheme("svix").verify(request(headers, body), List.of(secret), now))
                    .isEqualTo(GENUINE);
        }
    }

    @Test
    void github_documents_hello_world() {
        Secret secret = Secret.of("It's a Secret to Everybody");
        Headers headers =
                Headers.of(
                        "X-Hub-Signature-256",
                        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");

        assertThat(
                        scheme("github")
                                .verify(
                                        request(headers, utf8("Hello, World!")),
                                        List.of(secret),
                                        Instant.EPOCH))
                .isEqualTo(GENUINE);
        assertThat(
                        scheme("github")
                                .verify(
                                        request(headers, utf8("Hello, World?")),
                                        List.of(secret),
                                        Instant.EPOCH))
                .isEqualTo(new Verdict.Forged(Verdict.Reason.MISMATCH));
    }

    @Test
    void slack_documents_a_slash_command() {
        byte[] body =
                utf8(
                        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
                                + "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA"
                                + "&user_name=roadrunner&command=%2Fwebhook-collect&text="
                                + "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2F"
                                + "T1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
                                + "&trigger_id=398738663015.47445629121."
                                + "803a0bc887a14d10d2c447fce8b6703c");
        Headers headers =
                Headers.of(
                        "X-Slack-Request-Timestamp",
                        "1531420618",
                        "X-Slack-Signature",
                        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503");

        assertThat(
                        scheme("slack")
                                .verify(
                                        request(headers, body),
                                        List.of(Secret.of("8f742231b10e8888abcd99yyyzzz85a5")),
                                        Instant.ofEpochSecond(1531420618)))
                .isEqualTo(GENUINE);
    }

    /// RFC 4231, test case 2, and RFC 2202, test case 2: one key and text under three hashes.
    @Test
    void the_three_hashes_give_the_values_of_the_rfcs() {
        assertThat(hmac("sha1")).isEqualTo("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assertThat(hmac("sha256"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assertThat(hmac("sha512"))
                .isEqualTo(
                        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                                + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
    }

    private static String hmac(String hash) {
        HmacTemplate.Result result = HmacTemplate.read(Map.of("hash", hash, "header", "X-S"));
        assertThat(result).isInstanceOf(HmacTemplate.Result.Read.class);
        return ((HmacTemplate.Result.Read) result)
                .scheme()
                .sign(
                        request(Headers.empty(), utf8("what do ya want for nothing?")),
                        Secret.of("Jefe"),
                        "",
                        Instant.EPOCH)
                .first("X-S")
                .orElseThrow();
    }

    private static Scheme scheme(String name) {
        return Providers.named(name).orElseThrow().scheme();
    }

    private static SignedRequest request(Headers headers, byte[] body) {
        return new SignedRequest("POST", "", headers, body);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
