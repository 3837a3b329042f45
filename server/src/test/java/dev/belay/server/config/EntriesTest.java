package dev.belay.server.config;

import static dev.belay.server.config.Reading.entry;
import static dev.belay.server.config.Reading.invalid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.Destination;
import dev.belay.catalog.Source;
import dev.belay.catalog.Subscription;
import dev.belay.signature.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EntriesTest {
    private static final Entries ENTRIES = new Entries(Reading.SECRETS);

    private static Tree yaml(String text) {
        List<ConfigProblem> problems = new ArrayList<>();
        Tree tree = YamlTree.read(text, problems);
        assertThat(problems).isEmpty();
        return java.util.Objects.requireNonNull(tree);
    }

    static Stream<Arguments> entries() {
        BiFunction<String, Tree, Entries.Reading<?>> source = ENTRIES::source;
        BiFunction<String, Tree, Entries.Reading<?>> destination = ENTRIES::destination;
        BiFunction<String, Tree, Entries.Reading<?>> subscription = ENTRIES::subscription;
        return Stream.of(
                Arguments.of(source, "scheme: github\nsecrets: [env:GITHUB_SECRET, b]"),
                Arguments.of(
                        source,
                        "scheme: none\nbody-limit: 5\ndedupe-window: 9d\nid: [/a, {header: X}]"),
                Arguments.of(
                        source, "scheme: {token: {header: X-T}, type: /t}\nsecrets: abcdefghij"),
                Arguments.of(source, "scheme: {basic: {}}\nsecrets: ['user:password123']"),
                Arguments.of(
                        source,
                        "scheme: {hmac: {header: X, content: '{timestamp}.{body}', timestamp: {unit: y}}}\nsecrets: [secret]"),
                Arguments.of(
                        source,
                        "scheme: {hmac: {hash: [a], header: 'x y'}, token: {}}\nsecrets: [env:NO]\nx: 1"),
                Arguments.of(
                        source,
                        "scheme: [github]\nsecrets: {a: b}\nid: x\ntype: {header: 'a b', or: x, y: z}"),
                Arguments.of(source, "[]"),
                Arguments.of(
                        destination,
                        "url: https://example.com/\nheaders: {X-A: 'b c', X-B: env:GITHUB_SECRET}\nrate: {per-second: 0.5}"),
                Arguments.of(
                        destination,
                        "url: http://127.1/\nallow-private: [x]\nsigning: {secrets: ['not base64!']}\nrate: {burst: 0}"),
                Arguments.of(
                        destination,
                        "url: ~\ntimeout: 10h\nconcurrency: 1.5\nheaders: [a]\nbreaker: 5"),
                Arguments.of(destination, "text"),
                Arguments.of(
                        subscription,
                        "source: a\ndestination: b\ntypes: [x, 'y*']\nfilter: event.type == \"x\""),
                Arguments.of(
                        subscription,
                        "source: a\ndestination: b\nvalidate: {required: [/id], schema: {type: object, properties: {n: {minimum: 1.10, maximum: 1e3}}, additionalProperties: False}}"),
                Arguments.of(
                        subscription,
                        "source: a\nfilter: 'event.'\nretry: {attempts: 0, base: -1s, factor: 2d, cap: 8d, jitter: NaN}"),
                Arguments.of(
                        subscription,
                        "source: a\ndestination: b\nvalidate: {required: [id], schema: [1], more: 1}"));
    }

    /// What was read: an entry's text, or its problems without their lines.
    private static String told(Entries.Reading<?> reading) {
        return switch (reading) {
            case Entries.Reading.Entry<?>(Object entry) -> entry.toString();
            case Entries.Reading.Invalid<?>(List<ConfigProblem> problems) ->
                    problems.stream().map(p -> p.pointer() + " " + p.message()).toList().toString();
        };
    }

    @ParameterizedTest
    @MethodSource("entries")
    void file_api_and_store_are_read_alike(
            BiFunction<String, Tree, Entries.Reading<?>> read, String text) {
        Tree written = yaml(text);
        Tree stored = JsonTree.read(JsonTree.write(written));
        assertThat(told(read.apply("n", stored))).isEqualTo(told(read.apply("n", written)));
        assertThat(JsonTree.write(stored)).isEqualTo(JsonTree.write(written));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "007",
                "1e5",
                "1.10",
                "+5",
                "0x1F",
                "0o17",
                "True",
                "FALSE",
                "123456789012345678901",
                ".inf",
                "-0",
                "1_000"
            })
    void a_secret_or_header_that_looks_like_a_number_is_kept_as_it_was_written(String written) {
        Tree source = yaml("scheme: {token: {}}\nsecrets: [" + written + "]");
        Source read = entry(ENTRIES.source("a", JsonTree.read(JsonTree.write(source))));
        assertThat(read.secrets().current().getFirst().reveal()).isEqualTo(written);
        Tree destination = yaml("url: https://example.com/\nheaders: {X-A: " + written + "}");
        Destination.Http http =
                (Destination.Http)
                        entry(ENTRIES.destination("a", JsonTree.read(JsonTree.write(destination))));
        assertThat(http.headers().first("x-a")).contains(written);
    }

    @Test
    void a_schema_keeps_its_numbers_and_booleans() {
        Tree written =
                yaml(
                        "source: a\ndestination: b\nvalidate: {schema: {minimum: 1e-3, additionalProperties: False}}");
        Subscription read =
                entry(ENTRIES.subscription("a", JsonTree.read(JsonTree.write(written))));
        assertThat(java.util.Objects.requireNonNull(read.validation()).schema())
                .contains("\"additionalProperties\":false", "\"minimum\":0.001");
    }

    @Test
    void secrets_keep_spaces_and_line_ends_inside_and_may_not_have_them_around() {
        Tree block = yaml("scheme: github\nsecrets:\n  - |-\n    line one\n    line  two\n");
        Source read = entry(ENTRIES.source("a", JsonTree.read(JsonTree.write(block))));
        assertThat(read.secrets().current()).containsExactly(Secret.of("line one\nline  two"));
        for (String around : List.of("\" secret\"", "\"secret\\n\"", "\"\\tsecret\"")) {
            Tree tree = yaml("scheme: github\nsecrets: [" + around + "]");
            assertThat(invalid(ENTRIES.source("a", tree)))
                    .extracting(ConfigProblem::toString)
                    .containsExactly("line 2: secrets the secret starts or ends with white space");
        }
    }

    @Test
    void a_masked_entry_shows_references_and_hides_everything_else() {
        Tree tree =
                yaml(
                        """
                        secrets: [literal-1, env:NAME, "file:path", "lit eral\\n2", 31337]
                        headers: { X-A: literal-3, X-B: env:NAME, X-C: true }
                        signing: { secrets: literal-4, note: shown }
                        list: [{ secrets: { deep: [literal-5] } }]
                        url: https://example.com/
                        """);
        String shown = JsonTree.write(Entries.masked(tree));
        assertThat(shown).doesNotContain("literal", "lit eral", "31337", "true");
        assertThat(shown).contains("env:NAME", "file:path", "shown", "https://example.com/");
    }

    @Test
    void a_mask_is_no_secret() {
        assertThat(invalid(ENTRIES.source("a", yaml("scheme: github\nsecrets: ['********']"))))
                .extracting(ConfigProblem::toString)
                .containsExactly("line 2: secrets[0] is a mask and no secret");
        assertThat(
                        invalid(
                                ENTRIES.destination(
                                        "a",
                                        yaml(
                                                "url: https://a.example/\nheaders: {X-A: '********'}"))))
                .hasSize(1);
    }

    @Test
    void no_problem_repeats_a_secret_or_a_header_value() {
        List<String> texts = new ArrayList<>();
        texts.add(told(ENTRIES.source("a", yaml("scheme: {basic: {}}\nsecrets: [hunter2]"))));
        texts.add(told(ENTRIES.source("a", yaml("scheme: standard\nsecrets: ['whsec_hunter2!']"))));
        texts.add(
                told(
                        ENTRIES.source(
                                "a",
                                yaml(
                                        "scheme: {hmac: {header: X, secret: base64}}\nsecrets: ['hunter2!']"))));
        texts.add(told(ENTRIES.source("a", yaml("scheme: github\nsecrets: {hunter2: hunter2}"))));
        texts.add(told(ENTRIES.source("a", yaml("scheme: none\nsecrets: [hunter2]"))));
        String url = "url: https://example.com/\n";
        texts.add(told(ENTRIES.destination("a", yaml(url + "signing: {secrets: ['hunter2!']}"))));
        texts.add(told(ENTRIES.destination("a", yaml(url + "headers: {X-A: \"hunter2\\n\"}"))));
        texts.add(told(ENTRIES.destination("a", yaml(url + "headers: {Host: hunter2}"))));
        texts.add(told(ENTRIES.destination("a", yaml("url: https://user:hunter2@example.com/"))));
        assertThat(texts)
                .allSatisfy(text -> assertThat(text).startsWith("[").doesNotContain("hunter2"));
    }

    @Test
    void a_problem_inside_hmac_points_to_where_it_is() {
        Tree tree =
                yaml(
                        "scheme:\n  hmac:\n    header: X\n    content: '{timestamp}{body}'\n    timestamp:\n      header: T\n      unit: y\nsecrets: [secret]");
        assertThat(invalid(ENTRIES.source("a", tree)))
                .extracting(p -> p.pointer() + " " + p.line())
                .containsExactly("/scheme/hmac/timestamp/unit 7");
    }

    @Test
    void names_are_short_and_plain() {
        assertThat(Stream.of("a", "0", "a.b_c-D", "x".repeat(64))).allMatch(Entries::isName);
        assertThat(Stream.of("", "-a", ".a", "a/b", "a b", "a\n", "\u00e4", "x".repeat(65), "a%2f"))
                .noneMatch(Entries::isName);
    }
}
