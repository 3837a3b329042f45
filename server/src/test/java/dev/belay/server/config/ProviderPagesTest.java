package dev.belay.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.catalog.Source;
import dev.belay.signature.Provider;
import dev.belay.signature.Providers;
import dev.belay.signature.Samples;
import dev.belay.signature.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The pages of `docs/providers`: what they tell people to write and to type works.
final class ProviderPagesTest {
    private static final Path PAGES = Path.of("..", "docs", "providers");
    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SEND =
            Pattern.compile(
                    "^\\./belay send (\\S+) --to http://127\\.0\\.0\\.1:8080/in/(\\S+) --secret (\\S+)(?: --event (\\S+))?$",
                    Pattern.MULTILINE);
    private static final Pattern ENV = Pattern.compile("env:([A-Z_]+)");

    /// One of each form that a secret can have.
    private static final List<String> SECRETS =
            List.of(
                    "correct-horse-battery",
                    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==");

    static List<String> names() throws IOException {
        try (Stream<Path> pages = Files.list(PAGES)) {
            return pages.map(page -> page.getFileName().toString().replace(".md", ""))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void there_are_pages() throws IOException {
        assertThat(names()).hasSizeGreaterThanOrEqualTo(15);
    }

    @ParameterizedTest
    @MethodSource("names")
    void a_page_declares_a_source_that_can_be_read_and_sends_to_it(String name) throws IOException {
        String page = Files.readString(PAGES.resolve(name + ".md"));
        Provider provider = Providers.named(name).orElseThrow();
        Matcher yaml = YAML.matcher(page);
        assertThat(yaml.find()).as("yaml").isTrue();
        Matcher env = ENV.matcher(yaml.group(1));
        assertThat(env.find()).as("a secret of the environment").isTrue();
        String variable = env.group(1);
        Source source = only(yaml.group(1), Map.of(variable, secret(provider)));
        assertThat(source.provider()).isEqualTo(provider);

        Matcher send = SEND.matcher(page);
        assertThat(send.find()).as("a line to try").isTrue();
        assertThat(send.group(1)).isEqualTo(name);
        assertThat(send.group(2)).isEqualTo(source.name());
        assertThat(send.group(3)).isIn("env:" + variable, "file:private.pem");
        assertThat(send.group(3).startsWith("file:"))
                .as("a key pair")
                .isEqualTo(
                        provider.scheme()
                                .problemSigningWith(Secret.of(secret(provider)))
                                .isPresent());
        if (send.group(4) != null) {
            assertThat(Samples.types(provider)).contains(send.group(4));
        }
        assertThat(page)
                .contains("https://YOUR-HOST/in/" + source.name())
                .contains("./belay events --source " + source.name());
    }

    private static String secret(Provider provider) {
        return SECRETS.stream()
                .filter(text -> provider.scheme().problemWith(Secret.of(text)).isEmpty())
                .findFirst()
                .orElseThrow();
    }

    private static Source only(String yaml, Map<String, String> environment) {
        SecretReferences secrets = new SecretReferences(environment, Path.of("."));
        return switch (ConfigReader.read(yaml, secrets)) {
            case ReadResult.Problems(List<ConfigProblem> problems) ->
                    throw new AssertionError(problems.toString());
            case ReadResult.Config(_, List<Declaration> declarations) -> {
                assertThat(declarations).hasSize(1);
                Declaration declared = declarations.getFirst();
                yield switch (new Entries(secrets)
                        .source(declared.key().name(), JsonTree.read(declared.json()))) {
                    case Entries.Reading.Entry<Source>(Source source) -> source;
                    case Entries.Reading.Invalid<Source>(List<ConfigProblem> problems) ->
                            throw new AssertionError(problems.toString());
                };
            }
        };
    }
}
