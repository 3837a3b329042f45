package dev.belay.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.RateLimit;
import dev.belay.catalog.Source;
import dev.belay.catalog.SourceSecrets;
import dev.belay.server.config.Entries.Reading;
import dev.belay.signature.Secret;
import dev.belay.signature.TokenScheme;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A source as an operator writes it.
final class SourceEntryTest {
    private static final Entries ENTRIES =
            new Entries(new SecretReferences(Map.of("TOKEN", "verify-me"), Path.of(".")));

    @Test
    void a_confirmed_entry_is_used_as_it_is() {
        Source source = entry("{ scheme: zoom, secrets: [s3cret] }");

        assertThat(source.provider().name()).isEqualTo("zoom");
        assertThat(source.secrets().handshakeToken()).isNull();
    }

    @Test
    void an_unconfirmed_entry_has_to_be_asked_for() {
        assertThat(problems("{ scheme: gitea, secrets: [s3cret] }"))
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.pointer()).isEqualTo("/scheme");
                            assertThat(problem.message())
                                    .contains("gitea", "unconfirmed: true", "confidence D");
                        });
        assertThat(
                        entry("{ scheme: gitea, unconfirmed: true, secrets: [s3cret] }")
                                .provider()
                                .name())
                .isEqualTo("gitea");
        assertThat(problems("{ scheme: gitea, unconfirmed: false, secrets: [s3cret] }")).hasSize(1);
        assertThat(problems("{ scheme: github, unconfirmed: true, secrets: [s3cret] }"))
                .extracting(ConfigProblem::pointer)
                .containsExactly("/unconfirmed");
        assertThat(problems("{ scheme: gitea, unconfirmed: perhaps, secrets: [s3cret] }"))
                .extracting(ConfigProblem::pointer)
                .contains("/unconfirmed");
    }

    @Test
    void a_name_that_is_in_no_catalogue_says_where_to_look() {
        assertThat(problems("{ scheme: githib, secrets: [s3cret] }"))
                .singleElement()
                .satisfies(
                        problem ->
                                assertThat(problem.message())
                                        .contains("belay sources catalog", "githib"));
    }

    @Test
    void a_handshake_token_belongs_to_senders_that_show_one() {
        assertThat(
                        entry("{ scheme: whatsapp, secrets: [s3cret], handshake-token: env:TOKEN }")
                                .secrets()
                                .handshakeToken())
                .isEqualTo(Secret.of("verify-me"));
        assertThat(problems("{ scheme: github, secrets: [s3cret], handshake-token: t }"))
                .extracting(ConfigProblem::pointer)
                .containsExactly("/handshake-token");
    }

    @Test
    void a_secret_on_its_way_out_says_until_when() {
        SourceSecrets secrets =
                entry(
                                """
                                { scheme: github, secrets: [new-secret,
                                  { secret: env:TOKEN, until: "2026-12-01T01:00:00+01:00" }] }""")
                        .secrets();
        assertThat(secrets.current()).containsExactly(Secret.of("new-secret"));
        assertThat(secrets.retiring())
                .containsExactly(
                        new SourceSecrets.Retiring(
                                Secret.of("verify-me"), Instant.parse("2026-12-01T00:00:00Z")));
    }

    @Test
    void what_is_wrong_with_a_secret_on_its_way_out_is_said_where_it_is() {
        assertThat(
                        problems(
                                """
                                { scheme: github, secrets: [new-secret,
                                  { secret: env:NONE, until: tomorrow, since: now }, { until: "2026-12-01T00:00:00Z" }] }"""))
                .extracting(ConfigProblem::pointer)
                .containsExactlyInAnyOrder(
                        "/secrets/1/secret", "/secrets/1/until", "/secrets/1", "/secrets/2/secret");
    }

    @Test
    void the_time_of_a_secret_is_shown_and_the_secret_is_not() {
        assertThat(
                        JsonTree.json(
                                        Entries.masked(
                                                tree(
                                                        """
                                                        { secrets: [{ secret: old-secret, until: "2026-12-01T00:00:00Z" }] }""")))
                                .toString())
                .contains("2026-12-01T00:00:00Z")
                .doesNotContain("old-secret");
    }

    @Test
    void rates_and_repeats_are_as_declared() {
        Source source =
                entry(
                        """
                        { scheme: github, secrets: [s3cret], repeats: true,
                          rate: { per-second: 50, burst: 100 }, rate-per-address: { per-second: 2.5 } }""");
        assertThat(source.limits().rate()).isEqualTo(new RateLimit(50, 100));
        assertThat(source.limits().ratePerAddress()).isEqualTo(new RateLimit(2.5, 3));
        assertThat(source.dedupe().takesRepeats()).isTrue();
        Source plain = entry("{ scheme: github, secrets: [s3cret] }");
        assertThat(plain.limits().rate()).isNull();
        assertThat(plain.limits().ratePerAddress()).isNull();
        assertThat(plain.dedupe().takesRepeats()).isFalse();
        assertThat(problems("{ scheme: github, secrets: [s3cret], rate: { burst: 0 } }"))
                .extracting(ConfigProblem::pointer)
                .containsExactlyInAnyOrder("/rate/per-second", "/rate/burst");
    }

    @Test
    void a_handshake_token_is_never_shown() {
        Tree shown = Entries.masked(tree("{ scheme: whatsapp, handshake-token: canary }"));

        assertThat(JsonTree.json(shown).toString()).doesNotContain("canary");
    }

    @Test
    void a_public_key_is_a_secret_of_a_source_and_a_private_one_is_not() {
        assertThat(problems("{ scheme: discord, secrets: [s3cret] }"))
                .extracting(ConfigProblem::pointer)
                .containsExactly("/secrets");
        String key = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
        assertThat(entry("{ scheme: discord, secrets: [\"" + key + "\"] }").secrets().current())
                .hasSize(1);
        String marked = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";
        assertThat(
                        entry("{ scheme: standard-webhooks, secrets: [" + marked + "] }")
                                .secrets()
                                .current())
                .hasSize(1);
    }

    @Test
    void an_inline_token_may_be_a_bearer_s() {
        assertThat(entry("{ scheme: { token: {} }, secrets: [s3cret] }").provider().scheme())
                .isEqualTo(TokenScheme.inHeader("Authorization"));
    }

    private static Source entry(String yaml) {
        return switch (ENTRIES.source("x", tree(yaml))) {
            case Reading.Entry<Source>(Source source) -> source;
            case Reading.Invalid<Source>(List<ConfigProblem> problems) ->
                    throw new AssertionError(problems.toString());
        };
    }

    private static List<ConfigProblem> problems(String yaml) {
        return switch (ENTRIES.source("x", tree(yaml))) {
            case Reading.Entry<Source>(Source source) -> throw new AssertionError(source.name());
            case Reading.Invalid<Source>(List<ConfigProblem> problems) -> problems;
        };
    }

    private static Tree tree(String yaml) {
        List<ConfigProblem> problems = new ArrayList<>();
        Tree tree = YamlTree.read(yaml, problems);
        if (tree == null) {
            throw new AssertionError(problems.toString());
        }
        return tree;
    }
}
