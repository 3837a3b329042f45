package dev.belay.server.config;

import static dev.belay.server.config.Reading.problems;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class YamlTreeTest {
    /// Each level holds the one before it so many times.
    private static String bomb(int levels, int times) {
        return "a0: &a0 x\n"
                + IntStream.rangeClosed(1, levels)
                        .mapToObj(
                                n ->
                                        "a"
                                                + n
                                                + ": &a"
                                                + n
                                                + " ["
                                                + ("*a" + (n - 1) + ",").repeat(times)
                                                + "]\n")
                        .collect(Collectors.joining());
    }

    @Test
    void aliases_cannot_make_a_small_text_large() {
        assertThat(problems(bomb(24, 2)))
                .anySatisfy(p -> assertThat(p).contains("is too large with all aliases"));
        assertThat(problems(bomb(9, 9))).isNotEmpty();
        assertThat(problems("a: &a [*a, *a]\n"))
                .anySatisfy(p -> assertThat(p).contains("is nested too deeply"))
                .hasSizeLessThan(5);
        assertThat(problems("&a { sources: *a, destinations: *a }")).isNotEmpty();
    }

    @Test
    void an_alias_means_what_it_names() {
        assertThat(
                        problems(
                                """
                                sources:
                                  a: { scheme: github, secrets: &s [one, two] }
                                  b: { scheme: github, secrets: *s }
                                """))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- ", "? ", "[{a: "})
    void nesting_without_end_is_refused(String each) {
        assertThat(problems(each.repeat(100_000))).hasSize(1);
        assertThat(problems("a: " + each.repeat(45))).isNotEmpty();
    }

    @Test
    void nesting_is_refused_with_its_line() {
        assertThat(problems("a:\n " + "[".repeat(60) + "]".repeat(60)))
                .containsExactly("line 2: is not YAML: nested too deeply");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: !!java.net.URL [\"http://127.0.0.1:1/\"]",
                "a: !!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[]]]",
                "a: !unknown { b: c }",
                "sources: !!binary aGVsbG8=",
                "sources: !!set { a, b }",
                "listen: !!int x",
                "sources: !!null x",
            })
    void tags_build_nothing(String yaml) {
        assertThat(problems(yaml)).allSatisfy(p -> assertThat(p).startsWith("line 1: "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: b: c",
                "'",
                "\"\\q\"",
                "a: [",
                "a: ]",
                "%YAML 9.9\n---\na",
                "--- a\n--- b",
                "\t- a",
                "a: |9x\n b",
                "\0",
                "a: \u0007",
                "@a",
                "`",
            })
    void what_is_no_yaml_is_told_as_such(String yaml) {
        assertThat(problems(yaml))
                .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
                .contains("is not YAML: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*s3cretValue", "!s3cretValue!x", "!s3cretValue", "&s3cretValue"})
    void an_unquoted_secret_is_never_repeated(String secret) {
        String yaml = "sources: { a: { scheme: github, secrets: [" + secret + "] } }";
        assertThat(problems(yaml)).isNotEmpty();
        assertThat(problems(yaml).toString()).doesNotContain("s3cretValue");
    }

    @Test
    void a_text_beyond_the_limit_is_refused() {
        assertThat(problems("#".repeat(4 * 1024 * 1024 + 1)))
                .containsExactly("is longer than 4 MiB");
    }

    @Test
    void keys_that_are_no_text_or_come_twice_are_told_beside_everything_else() {
        assertThat(problems("? [a]\n: b\nlisten: 1\nlisten: x\nlog: { level: no }\n"))
                .containsExactly(
                        "line 1: has a key that is no text",
                        "line 4: listen is there twice",
                        "line 4: listen must be an address and a port, such as 127.0.0.1:8080",
                        "line 5: log.level must be one of info, warn, error");
    }

    @Test
    void a_key_is_escaped_in_pointers_and_shown_as_it_is() {
        List<ConfigProblem> problems = new ArrayList<>();
        YamlTree.read("a/b~c: 1\na/b~c: 2", problems);
        assertThat(problems).extracting(ConfigProblem::pointer).containsExactly("/a~1b~0c");
        assertThat(problems).extracting(ConfigProblem::path).containsExactly("a/b~c");
    }
}
