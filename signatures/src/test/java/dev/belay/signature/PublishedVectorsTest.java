package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

    /// From vendors' documents and the tests of their own libraries.
    static List<Vector> vectors() {
        String box =
                "{\"type\":\"webhook_event\",\"webhook\":{\"id\":\"1234567890\"},\"trigger\":"
                        + "\"FILE.UPLOADED\",\"source\":{\"id\":\"1234567890\",\"type\":\"file\","
                        + "\"name\":\"Test.txt\"}}";
        String boxTime = "2020-01-01T00:00:00-07:00";
        String twilio = "https://mycompany.com/myapp.php?foo=1&bar=2";
        String call = "&CallSid=CA1234567890ABCDE&Digits=1234&";
        return List.of(
                new Vector(
                        "box",
                        "SamplePrimaryKey",
                        "",
                        Headers.of("box-delivery-timestamp", boxTime)
                                .with(
                                        "box-signature-primary",
                                        "6TfeAW3A1PASkgboxxA5yqHNKOwFyMWuEXny/FPD5hI="),
                        box,
                        Instant.parse("2020-01-01T07:00:00Z")),
                new Vector(
                        "box",
                        "SampleSecondaryKey",
                        "",
                        Headers.of("box-delivery-timestamp", boxTime)
                                .with("box-signature-primary", "a".repeat(43) + "=")
                                .with(
                                        "box-signature-secondary",
                                        "v+1CD1Jdo3muIcbpv5lxxgPglOqMfsNHPV899xWYydo="),
                        box,
                        Instant.parse("2020-01-01T07:09:59Z")),
                new Vector(
                        "adyen",
                        "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056",
                        "",
                        Headers.empty(),
                        "{\"notificationItems\":[{\"NotificationRequestItem\":{\"additionalData\":"
                                + "{\"hmacSignature\":"
                                + "\"coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=\"},"
                                + "\"amount\":{\"value\":1130,\"currency\":\"EUR\"},"
                                + "\"pspReference\":\"7914073381342284\",\"eventCode\":"
                                + "\"AUTHORISATION\",\"merchantAccountCode\":\"TestMerchant\","
                                + "\"merchantReference\":\"TestPayment-1407325143704\","
                                + "\"success\":\"true\"}}]}",
                        Instant.EPOCH),
                new Vector(
                        "twilio",
                        "12345",
                        twilio,
                        Headers.of("X-Twilio-Signature", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
                        "To=%2B18005551212" + call + "From=%2B12349013030&Caller=%2B12349013030",
                        Instant.EPOCH),
                new Vector(
                        "twilio",
                        "12345",
                        twilio,
                        Headers.of("X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
                        "Caller=%2B14158675309" + call + "From=%2B14158675309&To=%2B18005551212",
                        Instant.EPOCH),
                new Vector(
                        "twilio",
                        "PSKtest1234567890abcdef",
                        "https://example.ngrok.io/webhook?bodySHA256=69f3cbfc18e386ef8236cb7008cd5a"
                                + "54b7fed637a8cb3373b5a1591d7f0fd5f4",
                        Headers.of("X-Twilio-Signature", "dfO9ek8mxyFtn2nMz24plPmPfIY="),
                        "{\"event\":\"call.state\"}",
                        Instant.EPOCH),
                new Vector(
                        "square",
                        "asdf1234",
                        "https://example.com/webhook",
                        Headers.of(
                                "x-square-hmacsha256-signature",
                                "2kRE5qRU2tR+tBGlDwMEw2avJ7QM4ikPYD/PJ3bd9Og="),
                        "{\"hello\":\"world\"}",
                        Instant.EPOCH),
                new Vector(
                        "sendgrid",
                        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9m"
                                + "N1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
                        "",
                        Headers.of(
                                "X-Twilio-Email-Event-Webhook-Timestamp",
                                "1600112502",
                                "X-Twilio-Email-Event-Webhook-Signature",
                                "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W"
                                        + "0JuG+luQAbPIqHh89M15TluLtEZtM="),
                        "[{\"email\":\"hello@world.com\",\"event\":\"dropped\",\"reason\":"
                                + "\"Bounced Address\",\"sg_event_id\":"
                                + "\"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA\","
                                + "\"sg_message_id\":\"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-"
                                + "p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0\",\"smtp-id\":"
                                + "\"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>\","
                                + "\"timestamp\":1600112492}]\r\n",
                        Instant.EPOCH),
                new Vector(
                        "standard-webhooks",
                        "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
                        "",
                        Headers.of(
                                "webhook-id",
                                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                "webhook-timestamp",
                                "1614265330",
                                "webhook-signature",
                                "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZ"
                                        + "dpXwVLPo3mNl8EM+m7TBAg=="),
                        "{\"test\": 2432232314}",
                        Instant.ofEpochSecond(1614265330)));
    }

    /// A request that a vendor says is genuine.
    record Vector(
            String provider, String secret, String url, Headers headers, String body, Instant now) {
        Verdict verify(byte[] bytes) {
            return scheme(provider)
                    .verify(
                            new SignedRequest("POST", url, headers, bytes),
                            List.of(Secret.of(secret)),
                            now);
        }

        @Override
        public String toString() {
            return provider;
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void what_a_vendor_publishes_is_genuine_and_one_digit_off_is_not(Vector vector) {
        assertThat(vector.verify(utf8(vector.body()))).isEqualTo(GENUINE);
        byte[] other = utf8(vector.body());
        // The last digit or letter of a value that every one of these schemes signs.
        other[other.length - Math.min(other.length - 1, 6)] ^= 1;
        assertThat(vector.verify(other)).isInstanceOf(Verdict.Forged.class);
    }

    /// RFC 8032, section 7.1, test 2; RFC 7515, appendices A.1 and A.3.
    @Test
    void ed25519_and_two_web_signatures_are_those_of_the_rfcs() {
        SigningScheme ed25519 =
                new SigningScheme(
                        new Algorithm.KeyPair(KeyKind.ED25519, false),
                        new SignaturePlace.InHeader(HeaderName.of("S")),
                        new Grammar.Whole(""),
                        Encoding.HEX,
                        List.of(new Part.Body()),
                        SigningScheme.Coverage.BODY,
                        null,
                        null,
                        null);
        Headers signature =
                Headers.of(
                        "S",
                        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
        Secret key = Secret.of("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        assertThat(
                        ed25519.verify(
                                request(signature, new byte[] {0x72}), List.of(key), Instant.EPOCH))
                .isEqualTo(GENUINE);

        String claims =
                "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc1"
                        + "9yb290Ijp0cnVlfQ";
        String hs256 =
                "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
                        + claims
                        + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        String shared =
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ+EstJQLr/T+1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9"
                        + "CAow==";
        assertThat(jwt(new Algorithm.Hmac(Hash.SHA256, SecretForm.BASE64), hs256, shared))
                .isEqualTo(GENUINE);
        String es256 =
                "eyJhbGciOiJFUzI1NiJ9."
                        + claims
                        + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKT"
                        + "UJqPP3-Kg6NU1Q";
        byte[] point =
                HexFormat.of()
                        .parseHex(
                                "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
                                        + hexOf("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")
                                        + hexOf("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"));
        assertThat(
                        jwt(
                                new Algorithm.KeyPair(KeyKind.ECDSA_P256_P1363, false),
                                es256,
                                TestKeys.base64(point)))
                .isEqualTo(GENUINE);
    }

    private static String hexOf(String base64url) {
        return HexFormat.of().formatHex(Base64.getUrlDecoder().decode(base64url));
    }

    private static Verdict jwt(Algorithm algorithm, String token, String secret) {
        JwtScheme.Claims claims =
                new JwtScheme.Claims("joe", null, Map.of(), null, null, null, true, Duration.ZERO);
        return new JwtScheme(HeaderName.of("T"), algorithm, claims)
                .verify(
                        request(Headers.of("T", token), new byte[0]),
                        List.of(Secret.of(secret)),
                        Instant.ofEpochSecond(1_300_819_379));
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
