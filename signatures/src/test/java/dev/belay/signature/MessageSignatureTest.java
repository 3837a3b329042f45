package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.signature.Verdict.Forged;
import dev.belay.signature.Verdict.Genuine;
import dev.belay.signature.Verdict.Reason;
import dev.belay.signature.Verdict.Stale;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP message signatures, with the test vectors of RFC 9421, appendix B.
class MessageSignatureTest {
    private static final Instant CREATED = Instant.ofEpochSecond(1_618_884_473);
    private static final String URL = "https://example.com/foo?param=Value&Pet=dog";
    private static final byte[] BODY = utf8("{\"hello\": \"world\"}");
    private static final String DIGEST =
            "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
    private static final Secret SHARED =
            Secret.of(
                    "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==");
    private static final Secret RSA_PSS =
            Secret.of(
                    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2"
                            + "+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+"
                            + "oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq"
                            + "gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W"
                            + "Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4"
                            + "aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI"
                            + "2wIDAQAB");
    private static final Secret ED25519 =
            Secret.of("MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=");
    private static final Algorithm HMAC = new Algorithm.Hmac(Hash.SHA256, SecretForm.BASE64);
    private static final Algorithm PSS = new Algorithm.KeyPair(KeyKind.RSA_PSS_SHA512, false);
    private static final Algorithm ED = new Algorithm.KeyPair(KeyKind.ED25519, false);

    private static SignedRequest test(String url, String input, String signature) {
        return new SignedRequest(
                "POST",
                url,
                Headers.of(
                        "Host",
                        "example.com",
                        "Date",
                        "Tue, 20 Apr 2021 02:07:55 GMT",
                        "Content-Type",
                        "application/json",
                        "Content-Digest",
                        DIGEST,
                        "Content-Length",
                        "18",
                        "Signature-Input",
                        input,
                        "Signature",
                        signature),
                BODY);
    }

    /// What the appendix signs, without a policy, which its examples would not meet.
    private static MessageSignatureScheme open(Algorithm algorithm) {
        return new MessageSignatureScheme(algorithm, List.of(), null);
    }

    private static Verdict vector(
            Algorithm algorithm, Secret key, String label, String input, String signature) {
        SignedRequest request = test(URL, label + "=" + input, label + "=:" + signature + ":");
        Verdict verdict = open(algorithm).verify(request, List.of(key), CREATED);
        // The same signature of another request is none.
        SignedRequest other =
                test(
                        "https://example.com/bar",
                        label + "=" + input,
                        label + "=:" + signature + ":");
        assertThat(input.contains("@path") || input.contains("@query"))
                .isEqualTo(
                        !(open(algorithm).verify(other, List.of(key), CREATED) instanceof Genuine));
        return verdict;
    }

    @Test
    void the_signatures_of_appendix_b_are_genuine() {
        assertThat(
                        vector(
                                PSS,
                                RSA_PSS,
                                "sig-b21",
                                "();created=1618884473;keyid=\"test-key-rsa-pss\";nonce=\"b3k2pp5k7z-50gnwp.yemd\"",
                                "d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q=="))
                .isEqualTo(new Genuine(0));
        assertThat(
                        vector(
                                PSS,
                                RSA_PSS,
                                "sig-b22",
                                "(\"@authority\" \"content-digest\" \"@query-param\";name=\"Pet\");created=1618884473;keyid=\"test-key-rsa-pss\";tag=\"header-example\"",
                                "LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw=="))
                .isEqualTo(new Genuine(0));
        assertThat(
                        vector(
                                PSS,
                                RSA_PSS,
                                "sig-b23",
                                "(\"date\" \"@method\" \"@path\" \"@query\" \"@authority\" \"content-type\" \"content-digest\" \"content-length\");created=1618884473;keyid=\"test-key-rsa-pss\"",
                                "bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA=="))
                .isEqualTo(new Genuine(0));
        assertThat(
                        vector(
                                HMAC,
                                SHARED,
                                "sig-b25",
                                "(\"date\" \"@authority\" \"content-type\");created=1618884473;keyid=\"test-shared-secret\"",
                                "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8="))
                .isEqualTo(new Genuine(0));
        assertThat(
                        vector(
                                ED,
                                ED25519,
                                "sig-b26",
                                "(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"",
                                "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="))
                .isEqualTo(new Genuine(0));
    }

    /// Appendix B.2.4 signs a response; its text with its key shows the one algorithm left.
    @Test
    void the_ecdsa_signature_of_appendix_b_is_its_text_s() {
        String text =
                """
                "@status": 200
                "content-type": application/json
                "content-digest": sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:
                "content-length": 23
                "@signature-params": ("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256\"""";
        Algorithm.Check check =
                new Algorithm.KeyPair(KeyKind.ECDSA_P256_P1363, false)
                        .check(
                                Secret.of(
                                        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lfw0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ=="),
                                List.of(utf8(text)));
        byte[] signature =
                Encoding.BASE64.decode(
                        "wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==",
                        64);
        assertThat(Objects.requireNonNull(check).admits(Objects.requireNonNull(signature)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"@target-uri\" | https://www.Example.com:443/Path?q=1 | https://www.Example.com:443/Path?q=1",
                "\"@authority\" | https://www.Example.com:443/path | www.example.com",
                "\"@authority\" | http://example.com:8080 | example.com:8080",
                "\"@scheme\" | HTTP://example.com/ | http",
                "\"@path\" | https://example.com?x=1 | /",
                "\"@query\" | https://example.com/path | ?",
                "\"@query\" | https://example.com/path?param=value&foo=bar&baz=bat%2Dman | ?param=value&foo=bar&baz=bat%2Dman",
                "\"@request-target\" | https://example.com/path?a=b | /path?a=b",
                "\"@query-param\";name=\"baz\" | https://e.com/path?param=value&foo=bar&baz=batman&qux= | batman",
                "\"@query-param\";name=\"qux\" | https://e.com/path?param=value&qux= | ''",
                "\"@query-param\";name=\"var\" | https://e.com/parameters?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something | this%20is%20a%20big%0Amultiline%20value",
                "\"@query-param\";name=\"bar\" | https://e.com/parameters?bar=with+plus+whitespace | with%20plus%20whitespace",
                "\"@query-param\";name=\"fa%C3%A7ade%22%3A%20\" | https://e.com/parameters?fa%C3%A7ade%22%3A%20=something | something"
            })
    void components_are_derived_as_section_2_2_says(String component, String url, String value) {
        assertThat(base(url, "(" + component + ")"))
                .isEqualTo(
                        component + ": " + value + "\n\"@signature-params\": (" + component + ")");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(\"@status\")",
                "(\"@query-param\";name=\"two\")",
                "(\"@query-param\")",
                "(\"absent\")",
                "(\"Date\")",
                "(\"date\";sf)",
                "(\"date\";bs)",
                "(\"@method\";req)",
                "(\"@method\" \"@method\")",
                "(method)",
                "(1)"
            })
    void what_cannot_be_rebuilt_is_not_signed(String covered) {
        assertThat(base("https://e.com/?two=1&two=2", covered)).isNull();
    }

    private static @org.jspecify.annotations.Nullable String base(String url, String covered) {
        Map<String, StructuredField.Member> input = StructuredField.dictionary("s=" + covered);
        assertThat(input).isNotNull();
        StructuredField.InnerList list =
                (StructuredField.InnerList)
                        Objects.requireNonNull(Objects.requireNonNull(input).get("s"));
        return SignatureBase.of(
                list, new SignedRequest("POST", url, Headers.of("Date", "today"), new byte[0]));
    }

    @Test
    void lines_of_a_field_are_joined_and_trimmed() {
        StructuredField.InnerList list =
                (StructuredField.InnerList)
                        Objects.requireNonNull(
                                Objects.requireNonNull(StructuredField.dictionary("s=(\"x-many\")"))
                                        .get("s"));
        assertThat(
                        SignatureBase.of(
                                list,
                                new SignedRequest(
                                        "POST",
                                        "",
                                        Headers.of("X-Many", "  one ", "x-many", "two, three"),
                                        new byte[0])))
                .isEqualTo("\"x-many\": one, two, three\n\"@signature-params\": (\"x-many\")");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=(",
                "a=(\"x)",
                "a=(\"x\"\"y\")",
                "a=1.5",
                "a=:QQ:",
                "a=:QR==:",
                "a=1, a=2",
                "a=1,",
                "a=1;b;b",
                "A=1",
                "a=\"\u00e9\"",
                "a=\"\\n\"",
                "a=?2",
                "a=9999999999999999",
                "=1",
                "a==1",
                "a=1 b=2",
                "a=-"
            })
    void a_malformed_field_is_read_as_nothing(String text) {
        assertThat(StructuredField.dictionary(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(\"a\" \"b\";name=\"x\\\"y\");created=1;alg=\"ed25519\";flag;no=?0;t=*tok/en:1;b=:QQ==:",
                "()",
                "();n=-5"
            })
    void an_inner_list_is_written_as_it_is_read(String text) {
        Map<String, StructuredField.Member> read = StructuredField.dictionary("s=" + text);
        assertThat(Objects.requireNonNull(read).get("s")).hasToString(text);
    }

    // What a receiver demands.

    private static final Provider ENTRY = Providers.named("rfc9421-hmac").orElseThrow();
    private static final Secret SECRET = Secret.of("harbour-lights");

    private static SignedRequest signed(String url) {
        return Samples.request(ENTRY, url, null, null, SECRET, "n-1", CREATED);
    }

    private static Verdict judge(SignedRequest request, Instant now) {
        return ENTRY.scheme().verify(request, List.of(SECRET), now);
    }

    /// Signed by the right key, over less or otherwise than demanded.
    private static Verdict own(List<String> covered, String parameters) {
        SignedRequest request = signed(URL);
        String input =
                "("
                        + String.join(" ", covered.stream().map(StructuredField::quoted).toList())
                        + ")"
                        + parameters;
        StructuredField.InnerList list =
                (StructuredField.InnerList)
                        Objects.requireNonNull(
                                Objects.requireNonNull(StructuredField.dictionary("s=" + input))
                                        .get("s"));
        String base = Objects.requireNonNull(SignatureBase.of(list, request));
        byte[] mac =
                new Algorithm.Hmac(Hash.SHA256, SecretForm.UTF8).sign(SECRET, List.of(utf8(base)));
        return judge(
                new SignedRequest(
                        "POST",
                        URL,
                        Headers.of(
                                "Content-Digest",
                                request.headers().first("Content-Digest").orElseThrow(),
                                "Signature-Input",
                                "s=" + input,
                                "Signature",
                                "s=:" + Encoding.BASE64.encode(mac) + ":"),
                        request.body()),
                CREATED);
    }

    @Test
    void a_signature_of_too_little_is_refused_although_it_is_good() {
        String now = ";created=1618884473";
        assertThat(own(List.of("@method", "@target-uri", "content-digest"), now))
                .isEqualTo(new Genuine(0));
        assertThat(own(List.of("@method", "@authority", "@path", "@query", "content-digest"), now))
                .isEqualTo(new Genuine(0));
        for (List<String> less :
                List.of(
                        List.<String>of(),
                        List.of("@method", "@target-uri"),
                        List.of("@target-uri", "content-digest"),
                        List.of("@method", "content-digest"),
                        List.of("@method", "@authority", "content-digest"),
                        List.of("@method", "@authority", "@path", "content-digest"))) {
            assertThat(own(less, now)).as("%s", less).isEqualTo(new Forged(Reason.NOT_COVERED));
        }
        List<String> enough = List.of("@method", "@target-uri", "content-digest");
        assertThat(own(enough, "")).isEqualTo(new Forged(Reason.TIMESTAMP_MALFORMED));
        assertThat(own(enough, ";created=\"1\"")).isEqualTo(new Forged(Reason.TIMESTAMP_MALFORMED));
        assertThat(own(enough, now + ";alg=\"ed25519\""))
                .isEqualTo(new Forged(Reason.ALGORITHM_REFUSED));
        assertThat(own(enough, now + ";expires=1618884472")).isEqualTo(new Stale(1));
        assertThat(own(enough, now + ";expires=1618884473")).isEqualTo(new Genuine(0));
    }

    @Test
    void created_counts_both_ways() {
        SignedRequest request = signed(URL);
        Duration tolerance = Duration.ofMinutes(5);
        assertThat(judge(request, CREATED.plus(tolerance))).isEqualTo(new Genuine(0));
        assertThat(judge(request, CREATED.plus(tolerance).plusSeconds(1)))
                .isEqualTo(new Stale(301));
        assertThat(judge(request, CREATED.minus(tolerance).minusSeconds(1)))
                .isEqualTo(new Stale(-301));
    }

    @Test
    void the_body_is_held_against_a_digest_that_is_no_insecure_one() {
        SignedRequest request = signed(URL);
        assertThat(judge(request.with(utf8("{}")), CREATED))
                .isEqualTo(new Forged(Reason.BODY_MISMATCH));
        for (String digest :
                List.of("md5=:QQ==:", "sha=:QQ==:", "sha-256=1", "nonsense(", "unixsum=1")) {
            assertThat(ContentDigest.holds(digested(digest))).as(digest).isFalse();
        }
        String good = ContentDigest.of(BODY);
        assertThat(ContentDigest.holds(digested(good))).isTrue();
        assertThat(ContentDigest.holds(digested(DIGEST + ", " + good))).isTrue();
        assertThat(ContentDigest.holds(digested("md5=:QQ==:, " + good))).isTrue();
        assertThat(ContentDigest.holds(digested("sha-512=:QQ==:, " + good)))
                .as("one of two is wrong")
                .isFalse();
        // RFC 9530, appendix B.
        assertThat(ContentDigest.of(utf8("{\"hello\": \"world\"}\n")))
                .isEqualTo("sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
    }

    private static SignedRequest digested(String value) {
        return new SignedRequest("POST", URL, Headers.of("Content-Digest", value), BODY);
    }

    @Test
    void one_good_signature_of_several_is_enough_and_labels_belong_together() {
        SignedRequest request = signed(URL);
        String input = request.headers().first("Signature-Input").orElseThrow();
        String signature = request.headers().first("Signature").orElseThrow();
        String bad = "sig0=:" + Encoding.BASE64.encode(new byte[32]) + ":";
        assertThat(
                        judge(
                                with(
                                        request,
                                        input.replace("sig1=", "sig0=") + ", " + input,
                                        bad + ", " + signature),
                                CREATED))
                .isEqualTo(new Genuine(0));
        assertThat(judge(with(request, input, signature.replace("sig1=", "sig2=")), CREATED))
                .isEqualTo(new Forged(Reason.SIGNATURE_MALFORMED));
        assertThat(judge(with(request, input + ", " + input, signature), CREATED))
                .isEqualTo(new Forged(Reason.SIGNATURE_MALFORMED));
        assertThat(judge(with(request, input, bad.replace("sig0", "sig1")), CREATED))
                .isEqualTo(new Forged(Reason.MISMATCH));
    }

    private static SignedRequest with(SignedRequest request, String input, String signature) {
        return new SignedRequest(
                "POST",
                request.url(),
                Headers.of(
                        "Content-Digest",
                        request.headers().first("Content-Digest").orElseThrow(),
                        "Signature-Input",
                        input,
                        "Signature",
                        signature),
                request.body());
    }

    @Test
    void the_url_is_the_configured_one_whatever_host_says() {
        SignedRequest request = signed("https://hooks.example.com/in/shop");
        SignedRequest elsewhere =
                new SignedRequest(
                        "POST",
                        "https://other.example/in/shop",
                        request.headers().with("Host", "hooks.example.com"),
                        request.body());
        assertThat(judge(request, CREATED)).isEqualTo(new Genuine(0));
        assertThat(judge(elsewhere, CREATED)).isEqualTo(new Forged(Reason.MISMATCH));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
