package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The usual mistakes, each made, and the hint that the operator then reads.
class DiagnosisTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String URL = "https://hooks.example.com/in/shop?a=1";
    private static final Secret SECRET = Secret.of("correct-horse-battery");
    private static final String JSON =
            "{\"id\":\"1\",\"list\":[1,2],\"text\":\"a, b: \\\"c\\\" {}\",\"none\":{}}";

    private static Scheme scheme(String name) {
        return Providers.named(name).orElseThrow().scheme();
    }

    private static SignedRequest signed(String provider, String body, Secret secret) {
        SignedRequest request =
                new SignedRequest("POST", URL, Headers.of("host", "hooks.example.com"), utf8(body));
        return scheme(provider).signed(request, secret, "msg_1", NOW);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> hints(String provider, SignedRequest request) {
        return Diagnosis.of(scheme(provider), request, List.of(SECRET), NOW);
    }

    static Stream<Arguments> changedBodies() {
        return Stream.of(
                Arguments.of(JSON, JSON.replace("\":", "\": "), "without white space"),
                Arguments.of(
                        "{\"id\": \"1\", \"l\": [1, 2], \"n\": {}}",
                        "{\"id\":\"1\",\"l\":[1,2],\"n\":{}}",
                        "a blank after commas and colons"),
                Arguments.of(
                        "{\n  \"id\": \"1\",\n  \"l\": [\n    1\n  ],\n  \"n\": {}\n}",
                        "{\"id\":\"1\",\"l\":[1],\"n\":{}}",
                        "indented by two"),
                Arguments.of("{}\n", "{}", "with a line break at its end"),
                Arguments.of("text", "text\n", "without white space at its ends"),
                Arguments.of("a\nb", "a\r\nb", "line breaks as LF"),
                Arguments.of("a\r\nb", "a\nb", "line breaks as CRLF"),
                Arguments.of("{}", "\uFEFF{}", "byte order mark"),
                Arguments.of("{\"u\":\"a\\/b\"}", "{\"u\":\"a/b\"}", "slashes escaped"),
                Arguments.of("{\"u\":\"a/b\"}", "{\"u\":\"a\\/b\"}", "slashes not escaped"),
                Arguments.of("{\"u\":\"\\u00e4\"}", "{\"u\":\"\u00e4\"}", "beyond ASCII escaped"),
                Arguments.of("{\"u\":\"\u00e4\"}", "{\"u\":\"\u00c3\u00a4\"}", "not twice"));
    }

    @ParameterizedTest
    @MethodSource("changedBodies")
    void a_body_that_was_changed_on_the_way_is_recognised(
            String sent, String arrived, String hint) {
        SignedRequest request = signed("github", sent, SECRET).with(utf8(arrived));
        assertThat(hints("github", request)).first().asString().contains(hint, "changed the body");
    }

    @Test
    void a_body_with_another_value_is_not() {
        SignedRequest request = signed("github", JSON, SECRET).with(utf8(JSON.replace("1", "2")));
        assertThat(hints("github", request))
                .containsExactly("none of the usual mistakes explains it: is it the right secret?");
    }

    @ParameterizedTest
    @CsvSource({"'\n', line break", "' ', blank"})
    void a_secret_that_the_sender_has_with_something_behind_it_is_recognised(
            String behind, String hint) {
        Secret theirs = Secret.of(SECRET.reveal() + behind);
        SignedRequest request = new SignedRequest("POST", URL, Headers.empty(), utf8(JSON));
        String mac =
                java.util.HexFormat.of()
                        .formatHex(
                                new Algorithm.Hmac(Hash.SHA256, SecretForm.UTF8)
                                        .sign(theirs, List.of(utf8(JSON))));
        SignedRequest signed = request.with(Headers.of("x-hub-signature-256", "sha256=" + mac));
        assertThat(hints("github", signed)).singleElement().asString().contains(hint);
    }

    @Test
    void a_secret_in_quotes_is_recognised() {
        SignedRequest request = signed("github", JSON, SECRET);
        Secret quoted = Secret.of("\"" + SECRET.reveal() + "\"");
        assertThat(Diagnosis.of(scheme("github"), request, List.of(quoted), NOW))
                .singleElement()
                .asString()
                .contains("without the quotes")
                .doesNotContain(SECRET.reveal());
    }

    @Test
    void a_secret_that_the_sender_reads_in_another_form_is_recognised() {
        Secret text = Secret.of(Base64.getEncoder().encodeToString(utf8("0123456789abcdef")));
        SigningScheme github = (SigningScheme) scheme("github");
        SigningScheme theirs =
                new SigningScheme(
                        new Algorithm.Hmac(Hash.SHA256, SecretForm.BASE64),
                        github.place(),
                        github.grammar(),
                        github.encoding(),
                        github.content(),
                        github.coverage(),
                        github.timestamp(),
                        github.idHeader(),
                        github.keyHeader());
        SignedRequest request =
                theirs.signed(
                        new SignedRequest("POST", URL, Headers.empty(), utf8(JSON)),
                        text,
                        "1",
                        NOW);
        assertThat(Diagnosis.of(github, request, List.of(text), NOW))
                .anySatisfy(hint -> assertThat(hint).endsWith("read as base64"));
    }

    @Test
    void a_url_under_which_only_the_sender_knows_this_one_is_recognised() {
        SignedRequest there =
                new SignedRequest(
                        "POST",
                        "https://other.example.net/in/shop?a=1",
                        Headers.of("host", "other.example.net"),
                        utf8(JSON));
        SignedRequest signed = scheme("square").signed(there, SECRET, "1", NOW);
        SignedRequest here = new SignedRequest("POST", URL, signed.headers(), signed.body());
        assertThat(hints("square", here))
                .singleElement()
                .asString()
                .contains("https://other.example.net/in/shop", "public-url")
                .doesNotContain("a=1");
        SignedRequest plain =
                scheme("square")
                        .signed(
                                new SignedRequest(
                                        "POST",
                                        URL.replace("https", "http"),
                                        Headers.empty(),
                                        utf8(JSON)),
                                SECRET,
                                "1",
                                NOW);
        assertThat(hints("square", new SignedRequest("POST", URL, plain.headers(), plain.body())))
                .singleElement()
                .asString()
                .contains("http://hooks.example.com/in/shop");
    }

    @Test
    void a_timestamp_in_milliseconds_and_one_that_is_merely_late_are_told_apart() {
        SignedRequest request = new SignedRequest("POST", URL, Headers.empty(), utf8(JSON));
        Instant inMilliseconds = Instant.ofEpochSecond(NOW.toEpochMilli());
        SignedRequest wrong = scheme("stripe").signed(request, SECRET, "1", inMilliseconds);
        assertThat(hints("stripe", wrong)).singleElement().asString().contains("in milliseconds");
        SignedRequest late = scheme("stripe").signed(request, SECRET, "1", NOW.minusSeconds(400));
        assertThat(hints("stripe", late)).singleElement().asString().contains("400 s old");
        SignedRequest early = scheme("stripe").signed(request, SECRET, "1", NOW.plusSeconds(400));
        assertThat(hints("stripe", early)).singleElement().asString().contains("400 s ahead");
    }

    @Test
    void a_request_without_a_signature_asks_whether_the_sender_has_a_secret() {
        SignedRequest bare = new SignedRequest("POST", URL, Headers.empty(), utf8(JSON));
        assertThat(hints("github", bare)).singleElement().asString().contains("is a secret set");
    }

    @ParameterizedTest
    @MethodSource("dev.belay.signature.Providers#all")
    void no_entry_of_the_catalogue_breaks_it(Provider provider) {
        for (String body : List.of("", "{", "[}", "{\"a\":\"\\", "\u0000\u00ff", JSON)) {
            SignedRequest request =
                    new SignedRequest(
                            "POST",
                            "http:hooks",
                            Headers.of("host", "", "authorization", "Bearer a.b.c"),
                            body.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(Diagnosis.of(provider.scheme(), request, List.of(SECRET), NOW)).isNotNull();
        }
    }
}
