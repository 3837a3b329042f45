package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.signature.Verdict.Forged;
import dev.belay.signature.Verdict.Genuine;
import dev.belay.signature.Verdict.KeyNeeded;
import dev.belay.signature.Verdict.Reason;
import dev.belay.signature.Verdict.Stale;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Schemes whose keys the sender publishes, without any fetching.
class PublishedSchemeTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Map<String, String> PUSH =
            Map.of("audience", "https://a.example/in", "email", "push@p.iam.gserviceaccount.com");
    private static final TestKeys RSA = keys(KeyKind.RSA_SHA256);

    private static TestKeys keys(KeyKind kind) {
        return TestKeys.of(new JwtScheme(null, jwtAlgorithm(kind), none()), 0);
    }

    private static Algorithm jwtAlgorithm(KeyKind kind) {
        return new Algorithm.KeyPair(kind, false);
    }

    private static JwtScheme.Claims none() {
        return new JwtScheme.Claims(
                null, null, Map.of(), null, null, null, false, java.time.Duration.ZERO);
    }

    private static PublicKey published(KeyKind kind, TestKeys keys) {
        return Objects.requireNonNull(KeyTexts.publicKey(kind, false, keys.verifying()));
    }

    private static SignedRequest token(String header, String claims) {
        String content = segment(header) + "." + segment(claims);
        byte[] signature =
                jwtAlgorithm(KeyKind.RSA_SHA256)
                        .sign(RSA.signing(), List.of(content.getBytes(StandardCharsets.US_ASCII)));
        return bearer(content + "." + Encoding.BASE64URL.encode(signature));
    }

    private static SignedRequest bearer(String token) {
        return new SignedRequest(
                "POST",
                "https://a.example/in",
                Headers.of("Authorization", "Bearer " + token),
                "{}".getBytes(StandardCharsets.UTF_8));
    }

    private static String segment(String json) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String claims(String iss, String aud, String email, String verified) {
        return "{\"iss\":\"%s\",\"aud\":%s,\"email\":\"%s\",\"email_verified\":%s,\"iat\":%d,\"exp\":%d}"
                .formatted(
                        iss, aud, email, verified, NOW.getEpochSecond(), NOW.getEpochSecond() + 60);
    }

    private static final String GOOD =
            claims(
                    "https://accounts.google.com",
                    "\"https://a.example/in\"",
                    "push@p.iam.gserviceaccount.com",
                    "true");

    private static Verdict push(SignedRequest request) {
        Scheme scheme = Providers.named("google-pubsub", PUSH).scheme();
        Verdict asked = scheme.verify(request, List.of(), NOW);
        if (!(asked instanceof KeyNeeded)) {
            return asked;
        }
        return scheme.verifyWith(List.of(published(KeyKind.RSA_SHA256, RSA)), request, NOW);
    }

    @Test
    void a_push_of_pubsub_asks_for_the_key_it_names_and_is_judged_by_it() {
        SignedRequest request = token("{\"alg\":\"RS256\",\"kid\":\"k-1\"}", GOOD);
        Scheme scheme = Providers.named("google-pubsub", PUSH).scheme();
        Verdict asked = scheme.verify(request, List.of(), NOW);

        assertThat(asked).isInstanceOf(KeyNeeded.class);
        KeyQuestion question = ((KeyNeeded) asked).question();
        assertThat(question.keyId()).isEqualTo("k-1");
        assertThat(question.place().url())
                .hasToString("https://www.googleapis.com/oauth2/v3/certs");
        assertThat(push(request)).isEqualTo(new Genuine(Unverified.NO_SECRET));
        assertThat(scheme.verify(request, List.of(RSA.verifying()), NOW)).isEqualTo(new Genuine(0));
        TestKeys others =
                TestKeys.of(new JwtScheme(null, jwtAlgorithm(KeyKind.RSA_SHA256), none()), 1);
        assertThat(scheme.verifyWith(List.of(published(KeyKind.RSA_SHA256, others)), request, NOW))
                .isEqualTo(new Forged(Reason.MISMATCH));
        assertThat(scheme.verifyWith(List.of(), request, NOW))
                .isEqualTo(new Forged(Reason.MISMATCH));
    }

    @Test
    void a_token_of_google_s_for_somebody_else_is_forged() {
        String google = "https://accounts.google.com";
        String mine = "\"https://a.example/in\"";
        String me = "push@p.iam.gserviceaccount.com";
        String header = "{\"alg\":\"RS256\",\"kid\":\"k-1\"}";
        assertThat(push(token(header, claims(google, "[\"x\"," + mine + "]", me, "true"))))
                .isEqualTo(new Genuine(Unverified.NO_SECRET));
        for (String wrong :
                List.of(
                        claims("https://issuer.example", mine, me, "true"),
                        claims(google, "\"https://b.example/in\"", me, "true"),
                        claims(google, "[\"https://b.example/in\"]", me, "true"),
                        claims(google, mine, "other@p.iam.gserviceaccount.com", "true"),
                        claims(google, mine, me, "false"))) {
            assertThat(push(token(header, wrong)))
                    .as(wrong)
                    .isEqualTo(new Forged(Reason.CLAIM_MISMATCH));
        }
        assertThat(push(token(header, "{\"iss\":\"" + google + "\"}")))
                .isEqualTo(new Forged(Reason.CLAIM_MISSING));
        assertThat(push(token(header, GOOD.replace("\"exp\":", "\"exq\":"))))
                .isEqualTo(new Forged(Reason.CLAIM_MISSING));
        assertThat(
                        push(
                                token(
                                        header,
                                        GOOD.replace(
                                                "\"exp\":" + (NOW.getEpochSecond() + 60),
                                                "\"exp\":" + (NOW.getEpochSecond() - 60)))))
                .isEqualTo(new Stale(60));
    }

    @Test
    void the_algorithm_is_the_catalogue_s_and_the_public_key_is_no_shared_one() {
        for (String header :
                List.of(
                        "{\"alg\":\"none\",\"kid\":\"k-1\"}",
                        "{\"alg\":\"HS256\",\"kid\":\"k-1\"}",
                        "{\"alg\":\"ES256\",\"kid\":\"k-1\"}",
                        "{\"alg\":\"RS256\",\"kid\":\"k-1\",\"jku\":\"https://x.example\"}",
                        "{\"alg\":\"RS256\",\"kid\":\"k-1\",\"jwk\":{}}",
                        "{\"alg\":\"RS256\",\"kid\":\"k-1\",\"x5u\":\"https://x.example\"}")) {
            assertThat(push(token(header, GOOD)))
                    .as(header)
                    .isEqualTo(new Forged(Reason.ALGORITHM_REFUSED));
        }
        JwtScheme confused =
                new JwtScheme(
                        HeaderName.of("Authorization"),
                        new Algorithm.Hmac(Hash.SHA256, SecretForm.UTF8),
                        none());
        SignedRequest forged =
                confused.signed(bearer("x").with(Headers.empty()), RSA.verifying(), "j", NOW);
        assertThat(push(forged)).isEqualTo(new Forged(Reason.ALGORITHM_REFUSED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\\\"b", "\\u0000", "\\u00e9"})
    void a_key_id_that_is_no_plain_text_is_no_question(String kid) {
        assertThat(push(token("{\"alg\":\"RS256\",\"kid\":\"" + kid + "\"}", GOOD)))
                .isEqualTo(new Forged(Reason.KEY_UNKNOWN));
        assertThat(push(token("{\"alg\":\"RS256\",\"kid\":\"" + "k".repeat(300) + "\"}", GOOD)))
                .isEqualTo(new Forged(Reason.KEY_UNKNOWN));
    }

    @Test
    void settings_are_the_operator_s_to_say() {
        assertThat(Providers.named("google-pubsub").orElseThrow().settings()).hasSize(2);
        assertThat(Providers.named("google-pubsub", PUSH).settings()).isEmpty();
        assertThatThrownBy(() -> Providers.named("google-pubsub", Map.of("audience", "x")))
                .hasMessageContaining("email is missing");
        assertThatThrownBy(() -> Providers.named("fal", Map.of("audience", "x")))
                .hasMessageContaining("no setting");
        for (String bad : List.of("", "a b", "a\"b", "{body}", "$email$", "\u00e9")) {
            assertThatThrownBy(() -> Providers.named("paypal", Map.of("webhook-id", bad)))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(
                        () ->
                                Providers.named(
                                        "oidc",
                                        Map.of(
                                                "issuer",
                                                "i",
                                                "audience",
                                                "a",
                                                "keys",
                                                "http://x.example/")))
                .hasMessage("the settings make no usable entry");
        for (Provider provider : Providers.all()) {
            for (Setting setting : provider.settings()) {
                assertThat(Setting.isValue(setting.example())).as(setting.example()).isTrue();
            }
            assertThat(Description.of(provider).toString()).doesNotContain("$");
        }
    }

    // Hosts.

    @ParameterizedTest
    @CsvSource({
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem, true",
        "https://SNS.us-east-1.amazonaws.com/a.pem, true",
        "https://sns.cn-north-1.amazonaws.com.cn/a.pem, true",
        "http://sns.us-east-1.amazonaws.com/a.pem, false",
        "https://sns.us-east-1.amazonaws.com.evil.test/a.pem, false",
        "https://evil.test/sns.us-east-1.amazonaws.com/a.pem, false",
        "https://sns.us-east-1.amazonaws.com@evil.test/a.pem, false",
        "https://evil.test#@sns.us-east-1.amazonaws.com/a.pem, false",
        "https://sns.us-east-1.amazonaws.com:443/a.pem, false",
        "https://sns.us-east-1.amazonaws.com:8443/a.pem, false",
        "https://sns.us-east-1.amazonaws.com:/a.pem, false",
        "https://sns.us-east-1.amazonaws.com/a.pem?x=.pem, false",
        "https://sns.us-east-1.amazonaws.com/a.pem#x, false",
        "https://sns.us-east-1.amazonaws.com/../a.pem, false",
        "https://sns.us-east-1.amazonaws.com/%2e%2e/a.pem, false",
        "https://sns.us-east-1.amazonaws.com/a.txt, false",
        "https://s3.us-east-1.amazonaws.com/a.pem, false",
        "https://sns.a.b.amazonaws.com/a.pem, false",
        "https://sns..amazonaws.com/a.pem, false",
        "https://sns.amazonaws.com/a.pem, false",
        "https://xsns.us-east-1.amazonaws.com/a.pem, false",
        "https://sns.us_east.amazonaws.com/a.pem, false",
        "https:sns.us-east-1.amazonaws.com/a.pem, false",
        "https://[::1]/a.pem, false",
    })
    void only_the_pinned_hosts_are_asked(String url, boolean isAdmitted) {
        HostPin pin = new HostPin(List.of("sns.*.amazonaws.com", "sns.*.amazonaws.com.cn"), ".pem");
        assertThat(pin.admitted(url, false) != null).isEqualTo(isAdmitted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*.com", "com", "*", "api.*", "api.example.*", ""})
    void a_pin_that_pins_nothing_is_none(String host) {
        assertThatThrownBy(() -> new HostPin(List.of(host), ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // Amazon SNS.

    private static final String TOPIC = "arn:aws:sns:us-east-2:123456789012:harbour";
    private static final Provider SNS = Providers.named("aws-sns", Map.of("topics", TOPIC));

    private static Verdict sns(String body) {
        return SNS.scheme().verify(json(body), List.of(RSA.verifying()), NOW);
    }

    private static SignedRequest json(String body) {
        return new SignedRequest(
                "POST", "", Headers.empty(), body.getBytes(StandardCharsets.UTF_8));
    }

    private static String signed(String body) {
        return new String(
                SNS.scheme().signed(json(body), RSA.signing(), "m", NOW).body(),
                StandardCharsets.UTF_8);
    }

    private static String message(String members) {
        return "{\"Type\":\"Notification\",\"MessageId\":\"m-1\",\"TopicArn\":\""
                + TOPIC
                + "\",\"Message\":\"High\\nwater\",\"Timestamp\":\"2026-03-01T11:59:00.000Z\",\"SignatureVersion\":\"2\",\"Signature\":\"{{signature}}\",\"SigningCertURL\":\"https://sns.us-east-2.amazonaws.com/a.pem\""
                + members
                + "}";
    }

    @Test
    void what_sns_signs_is_named_values_on_lines() {
        String text =
                "Message\nHigh\nwater\nMessageId\nm-1\nTimestamp\n2026-03-01T11:59:00.000Z\nTopicArn\n"
                        + TOPIC
                        + "\nType\nNotification\n";
        byte[] signature =
                jwtAlgorithm(KeyKind.RSA_SHA256)
                        .sign(RSA.signing(), List.of(text.getBytes(StandardCharsets.UTF_8)));
        String body = message("").replace("{{signature}}", TestKeys.base64(signature));
        assertThat(sns(body)).isEqualTo(new Genuine(0));
        assertThat(sns(body.replace("}", ",\"Subject\":null}"))).isEqualTo(new Genuine(0));
        assertThat(sns(body.replace("}", ",\"Subject\":\"Tide\"}")))
                .isEqualTo(new Forged(Reason.MISMATCH));
        assertThat(sns(signed(message(",\"Subject\":\"Tide\"")))).isEqualTo(new Genuine(0));
        assertThat(sns(signed(message("").replace("\"2\"", "\"1\"")))).isEqualTo(new Genuine(0));
    }

    @Test
    void sns_of_another_topic_version_or_time_is_refused() {
        String good = signed(message(""));
        assertThat(sns(signed(message("").replace(":harbour", ":other"))))
                .isEqualTo(new Forged(Reason.CLAIM_MISMATCH));
        assertThat(sns(good.replace("\"SignatureVersion\":\"2\"", "\"SignatureVersion\":\"3\"")))
                .isEqualTo(new Forged(Reason.ALGORITHM_REFUSED));
        assertThat(sns(good.replace("\"SignatureVersion\":\"2\"", "\"SignatureVersion\":\"1\"")))
                .isEqualTo(new Forged(Reason.MISMATCH));
        assertThat(sns(good.replace("\"Message\":", "\"Massage\":")))
                .isEqualTo(new Forged(Reason.FIELD_MISSING));
        assertThat(sns(good.replace("\"Type\":\"Notification\"", "\"Type\":\"Other\"")))
                .isEqualTo(new Forged(Reason.FIELD_MISSING));
        assertThat(
                        SNS.scheme()
                                .verify(
                                        json(good),
                                        List.of(RSA.verifying()),
                                        NOW.plusSeconds(3_541)))
                .isEqualTo(new Stale(3_601));
        assertThat(SNS.scheme().verify(json(good), List.of(), NOW)).isInstanceOf(KeyNeeded.class);
        assertThat(
                        SNS.scheme()
                                .verify(
                                        json(
                                                good.replace(
                                                        "amazonaws.com/a",
                                                        "amazonaws.com.evil.test/a")),
                                        List.of(),
                                        NOW))
                .isEqualTo(new Forged(Reason.KEY_UNKNOWN));
    }

    @Test
    void a_subscription_is_confirmed_at_the_pinned_host_after_a_genuine_signature_only() {
        String confirm =
                signed(
                        message(
                                        ",\"Token\":\"t\",\"SubscribeURL\":\"https://sns.us-east-2.amazonaws.com/?Action=ConfirmSubscription&Token=t\"")
                                .replace("Notification\"", "SubscriptionConfirmation\""));
        assertThat(sns(confirm)).isEqualTo(new Genuine(0));
        assertThat(meet(confirm, true))
                .isEqualTo(
                        new Handshake.Outcome.Fetch(
                                java.net.URI.create(
                                        "https://sns.us-east-2.amazonaws.com/?Action=ConfirmSubscription&Token=t")));
        assertThat(meet(confirm, false)).isEqualTo(new Handshake.Outcome.NotOne());
        assertThat(
                        meet(
                                confirm.replace(
                                        "https://sns.us-east-2.amazonaws.com/?",
                                        "https://evil.test/?"),
                                true))
                .isEqualTo(new Handshake.Outcome.Refused());
        assertThat(meet(signed(message("")), true)).isEqualTo(new Handshake.Outcome.NotOne());
    }

    private static Handshake.Outcome meet(String body, boolean isVerified) {
        return Handshake.meet(SNS.handshakes(), json(body), isVerified, List.of(), null);
    }

    // PayPal.

    @Test
    void paypal_signs_the_checksum_of_the_body_for_one_webhook() {
        Provider mine = Providers.named("paypal", Map.of("webhook-id", "WH-MINE"));
        Provider other = Providers.named("paypal", Map.of("webhook-id", "WH-OTHER"));
        SignedRequest request =
                Samples.request(
                        mine,
                        null,
                        "{}".getBytes(StandardCharsets.UTF_8),
                        RSA.signing(),
                        "t-1",
                        NOW);
        byte[] signature =
                jwtAlgorithm(KeyKind.RSA_SHA256)
                        .sign(
                                RSA.signing(),
                                List.of(
                                        // CRC-32 of {} is 0xa3bea2d9... as an unsigned number.
                                        "t-1|2026-03-01T12:00:00Z|WH-MINE|2745614147"
                                                .getBytes(StandardCharsets.UTF_8)));
        assertThat(request.headers().first("PAYPAL-TRANSMISSION-SIG"))
                .contains(TestKeys.base64(signature));
        assertThat(mine.scheme().verify(request, List.of(RSA.verifying()), NOW))
                .isEqualTo(new Genuine(0));
        assertThat(other.scheme().verify(request, List.of(RSA.verifying()), NOW))
                .isEqualTo(new Forged(Reason.MISMATCH));
        assertThat(mine.scheme().verify(request, List.of(), NOW)).isInstanceOf(KeyNeeded.class);
    }

    // Documents.

    @Test
    void a_key_set_gives_the_keys_that_can_be_used() {
        // RFC 9421, appendix B.1.3 and B.1.4; RFC 7517, appendix A.1 (the RSA key).
        String set =
                """
                {"keys":[
                {"kty":"EC","crv":"P-256","kid":"ec","x":"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA","y":"Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0"},
                {"kty":"OKP","crv":"Ed25519","kid":"ed","use":"sig","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"},
                {"kty":"EC","crv":"P-256","kid":"off","x":"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA","y":"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA"},
                {"kty":"OKP","crv":"Ed25519","kid":"enc","use":"enc","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"},
                {"kty":"oct","kid":"oct","k":"AAAA"},
                {"kty":"OKP","crv":"Ed25519","kid":"zero","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
                {"kty":"OKP","crv":"Ed25519","kid":"twice","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"},
                {"kty":"EC","crv":"P-256","kid":"twice","x":"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA","y":"Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0"}
                ]}""";
        KeyDocument read =
                Objects.requireNonNull(
                        KeyDocument.read(
                                KeyPlace.Form.JWKS, set.getBytes(StandardCharsets.UTF_8), "", NOW));
        assertThat(read.named().keySet()).containsExactlyInAnyOrder("ec", "ed");
        assertThat(read.keys("")).hasSize(4);
        assertThat(read.keys("twice")).isEmpty();
        assertThat(TestKeys.base64(read.keys("ed").getFirst().getEncoded()))
                .isEqualTo("MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=");
        assertThat(TestKeys.base64(read.keys("ec").getFirst().getEncoded()))
                .isEqualTo(
                        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lfw0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==");
        for (String bad : List.of("", "[]", "{}", "{\"keys\":1}", "{\"keys\":[]} x", "<html>")) {
            assertThat(
                            KeyDocument.read(
                                    KeyPlace.Form.JWKS,
                                    bad.getBytes(StandardCharsets.UTF_8),
                                    "",
                                    NOW))
                    .as(bad)
                    .isNull();
        }
    }

    @Test
    void github_s_list_and_plaid_s_single_key_are_read() {
        String pem =
                "-----BEGIN PUBLIC KEY-----\\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf\\nw0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==\\n-----END PUBLIC KEY-----\\n";
        KeyDocument list =
                document(
                        KeyPlace.Form.KEY_LIST,
                        "{\"public_keys\":[{\"key_identifier\":\"f9\",\"key\":\""
                                + pem
                                + "\",\"is_current\":true}]}",
                        "");
        assertThat(list.keys("f9")).hasSize(1);
        String key =
                "{\"key\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"p-1\",\"use\":\"sig\",\"expired_at\":%s,\"x\":\"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA\",\"y\":\"Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0\"}}";
        assertThat(document(KeyPlace.Form.PLAID, key.formatted("null"), "p-1").keys("p-1"))
                .hasSize(1);
        assertThat(document(KeyPlace.Form.PLAID, key.formatted("1700000000"), "p-1").keys("p-1"))
                .isEmpty();
        assertThat(
                        KeyDocument.read(
                                KeyPlace.Form.PLAID,
                                key.formatted("null").getBytes(StandardCharsets.UTF_8),
                                "p-2",
                                NOW))
                .as("another key than asked for")
                .isNull();
    }

    /// The certificate of RFC 9421, appendix B.3, valid 2020-01-14 to 2021-01-23.
    @Test
    void a_certificate_gives_its_key_while_it_is_valid() {
        String pem =
                "-----BEGIN CERTIFICATE-----\nMIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=\n-----END CERTIFICATE-----\n";
        assertThat(certificate(pem, "2020-06-01T00:00:00Z").keys("")).hasSize(1);
        assertThat(certificate(pem, "2020-06-01T00:00:00Z").validUntil())
                .isEqualTo(Instant.parse("2021-01-23T22:55:33Z"));
        assertThat(certificate(pem, "2021-02-01T00:00:00Z").keys("")).as("expired").isEmpty();
        assertThat(certificate(pem, "2019-06-01T00:00:00Z").keys("")).as("not yet").isEmpty();
        for (String bad :
                List.of("", "x", pem.substring(1), pem.replace("MIIB", "AAAA"), "<html>")) {
            assertThat(
                            KeyDocument.read(
                                    KeyPlace.Form.CERTIFICATE,
                                    bad.getBytes(StandardCharsets.UTF_8),
                                    "",
                                    NOW))
                    .isNull();
        }
    }

    private static KeyDocument certificate(String pem, String now) {
        return Objects.requireNonNull(
                KeyDocument.read(
                        KeyPlace.Form.CERTIFICATE,
                        pem.getBytes(StandardCharsets.UTF_8),
                        "",
                        Instant.parse(now)));
    }

    private static KeyDocument document(KeyPlace.Form form, String text, String keyId) {
        return Objects.requireNonNull(
                KeyDocument.read(form, text.getBytes(StandardCharsets.UTF_8), keyId, NOW));
    }
}
