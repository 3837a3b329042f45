package dev.belay.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.signature.HmacTemplate.Problem;
import dev.belay.signature.HmacTemplate.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HmacTemplateTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_772_366_400);
    private static final SignedRequest HELLO =
            new SignedRequest("POST", "", Headers.of("X-Shop", "s1"), new byte[] {'h', 'i'});

    @Test
    void the_example_of_the_documentation_is_the_generic_provider_without_its_id_header() {
        SigningScheme scheme =
                scheme(
                        Map.of(
                                "hash", "sha256",
                                "encoding", "hex",
                                "header", "X-Webhook-Signature",
                                "prefix", "",
                                "content", "{body}"));

        assertThat(scheme)
                .isEqualTo(
                        new SigningScheme(
                                new Algorithm.Hmac(Hash.SHA256, SecretForm.UTF8),
                                new SignaturePlace.InHeader(HeaderName.of("X-Webhook-Signature")),
                                new Grammar.Whole(""),
                                Encoding.HEX,
                                List.of(new Part.Body()),
                                SigningScheme.Coverage.BODY,
                                null,
                                null,
                                null))
                .isEqualTo(scheme(Map.of("header", "X-Webhook-Signature")));
    }

    @Test
    void the_catalogue_can_be_written_as_templates() {
        Map<String, Object> stripe = new HashMap<>();
        stripe.put("header", "Stripe-Signature");
        stripe.put("key", "v1");
        stripe.put("content", "{timestamp}.{body}");
        stripe.put("timestamp", Map.of("field", "t", "unit", "s", "tolerance", "300s"));
        assertThat(scheme(stripe)).isEqualTo(provider("stripe"));

        Map<String, Object> standard = new HashMap<>();
        standard.put("secret", "whsec");
        standard.put("encoding", "base64");
        standard.put("header", "webhook-signature");
        standard.put("version", "v1");
        standard.put("content", "{id}.{timestamp}.{body}");
        standard.put("timestamp", Map.of("header", "webhook-timestamp", "tolerance", "5m"));
        standard.put("id-header", "webhook-id");
        assertThat(scheme(standard)).isEqualTo(provider("gitlab"));

        Map<String, Object> slack = new HashMap<>();
        slack.put("header", "X-Slack-Signature");
        slack.put("prefix", "v0=");
        slack.put("content", "v0:{timestamp}:{body}");
        slack.put("timestamp", Map.of("header", "X-Slack-Request-Timestamp"));
        assertThat(scheme(slack)).isEqualTo(provider("slack"));
    }

    @Test
    void every_part_of_the_content_counts() {
        Map<String, Object> template = new HashMap<>();
        template.put("hash", "sha512");
        template.put("header", "X-Sig");
        template.put("key", "d");
        template.put("separator", ";");
        template.put("content", "[{header:X-Shop}|{method} {url}|{id}|{timestamp}|{body}]");
        template.put("timestamp", Map.of("header", "X-Time", "unit", "ms", "tolerance", "2h"));
        template.put("id-header", "X-Id");
        SigningScheme scheme = scheme(template);

        assertThat(scheme.content())
                .containsExactly(
                        new Part.Literal("["),
                        new Part.Header(HeaderName.of("X-Shop")),
                        new Part.Literal("|"),
                        new Part.Method(),
                        new Part.Literal(" "),
                        new Part.Url(),
                        new Part.Literal("|"),
                        new Part.MessageId(),
                        new Part.Literal("|"),
                        new Part.Timestamp(),
                        new Part.Literal("|"),
                        new Part.Body(),
                        new Part.Literal("]"));
        assertThat(scheme.grammar()).isEqualTo(new Grammar.Fields(';', "d"));
        assertThat(scheme.timestamp())
                .isEqualTo(
                        new TimestampRule(
                                new TimestampRule.Source.InHeader(HeaderName.of("X-Time")),
                                TimestampRule.Unit.MILLISECONDS,
                                Duration.ofHours(2),
                                Duration.ofHours(2)));
        Headers signed = scheme.sign(HELLO, Secret.of("k"), "m1", NOW);
        Headers all = signed.with("X-Shop", "s1");
        SignedRequest request = new SignedRequest("POST", "", all, HELLO.body());
        assertThat(scheme.verify(request, List.of(Secret.of("k")), NOW))
                .isEqualTo(new Verdict.Genuine(0));
    }

    @Test
    void all_problems_are_reported_at_once_each_at_its_key() {
        Map<String, Object> template = new HashMap<>();
        template.put("hash", "md5");
        template.put("encoding", "HEX");
        template.put("secret", "rot13");
        template.put("header", "X Sig");
        template.put("prefix", "a");
        template.put("version", "v1");
        template.put("content", "{timestamp}{who}{header:}");
        template.put(
                "timestamp",
                Map.of("header", "T", "unit", "min", "tolerance", "five", "zone", "Z"));
        template.put("id-header", 7);
        template.put("algorithm", "sha256");

        assertThat(problems(template))
                .extracting(Problem::key)
                .containsExactlyInAnyOrder(
                        "hash",
                        "encoding",
                        "secret",
                        "header",
                        "version",
                        "content",
                        "content",
                        "content",
                        "timestamp.unit",
                        "timestamp.tolerance",
                        "timestamp.zone",
                        "id-header",
                        "algorithm");
        assertThat(problems(template))
                .contains(new Problem("hash", "must be one of sha1, sha256, sha384, sha512: md5"));
    }

    @Test
    void what_is_signed_must_come_from_somewhere_and_what_comes_must_be_signed() {
        assertThat(keys(Map.of())).containsExactly("header");
        assertThat(keys(Map.of("header", ""))).containsExactly("header");
        assertThat(keys(with("content", "static"))).containsExactly("content");
        assertThat(keys(with("content", "{body"))).containsExactly("content", "content");
        assertThat(keys(with("content", "{id}.{body}"))).containsExactly("id-header");
        assertThat(keys(with("content", "{timestamp}.{body}"))).containsExactly("timestamp");
        assertThat(keys(with("timestamp", Map.of("header", "T")))).containsExactly("content");
        assertThat(keys(with("separator", ";"))).containsExactly("separator");
        assertThat(keys(with("key", ""))).containsExactly("key");
        assertThat(keys(with("version", "v 1"))).containsExactly("version");
    }

    @Test
    void an_empty_value_or_none_is_an_absent_one() {
        Map<String, Object> template = with("content", "{id}.{timestamp}.{body}");
        template.put("id-header", "");
        template.put("version", "v1");

        assertThat(keys(template)).containsExactlyInAnyOrder("id-header", "timestamp");
    }

    @Test
    void a_timestamp_has_one_source_that_exists() {
        Map<String, Object> template = with("content", "{timestamp}.{body}");
        template.put("timestamp", Map.of("unit", "s"));
        assertThat(keys(template)).containsExactly("timestamp");
        template.put("timestamp", Map.of("header", "T", "field", "t"));
        assertThat(keys(template)).containsExactly("timestamp");
        template.put("timestamp", Map.of("field", "t"));
        assertThat(keys(template)).containsExactly("timestamp.field");
        template.put("timestamp", "T");
        assertThat(keys(template)).containsExactly("timestamp");
        for (String tolerance : List.of("", "5", "m", "-5m", "5 m", "1d", "9999999s")) {
            template.put("timestamp", Map.of("header", "T", "tolerance", tolerance));
            assertThat(keys(template)).as(tolerance).containsExactly("timestamp.tolerance");
        }
    }

    private static Map<String, Object> with(String key, Object value) {
        Map<String, Object> template = new HashMap<>();
        template.put("header", "X-Sig");
        template.put(key, value);
        return template;
    }

    private static SigningScheme scheme(Map<String, Object> template) {
        return switch (HmacTemplate.read(template)) {
            case Result.Read(SigningScheme scheme) -> scheme;
            case Result.Invalid(List<Problem> problems) ->
                    throw new AssertionError(problems.toString());
        };
    }

    private static List<Problem> problems(Map<String, Object> template) {
        return switch (HmacTemplate.read(template)) {
            case Result.Read(SigningScheme scheme) -> throw new AssertionError(scheme.toString());
            case Result.Invalid(List<Problem> problems) -> problems;
        };
    }

    private static List<String> keys(Map<String, Object> template) {
        return problems(template).stream().map(Problem::key).toList();
    }

    private static Scheme provider(String name) {
        return Providers.named(name).orElseThrow().scheme();
    }
}
