package dev.belay.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Reads configurations inside the tests.
final class Reading {
    /// What references find.
    static final SecretReferences SECRETS =
            new SecretReferences(
                    Map.of(
                            "GITHUB_SECRET", "github-value-of-env",
                            "REVIEWER_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                            "BELAY_ADMIN_TOKEN", "admin-token-of-env-0123"),
                    Path.of("conf"));

    private Reading() {}

    /// What is wrong with a text, as the operator reads it.
    static List<String> problems(String yaml) {
        return switch (ConfigReader.read(yaml, SECRETS)) {
            case ReadResult.Problems(List<ConfigProblem> problems) -> {
                assertThat(problems).isNotEmpty();
                yield problems.stream().map(ConfigProblem::toString).toList();
            }
            case ReadResult.Config _ -> List.of();
        };
    }

    /// A text with nothing wrong.
    static ReadResult.Config config(String yaml) {
        return switch (ConfigReader.read(yaml, SECRETS)) {
            case ReadResult.Config config -> config;
            case ReadResult.Problems(List<ConfigProblem> problems) ->
                    throw new AssertionError(problems.toString());
        };
    }

    /// An entry with nothing wrong.
    static <T> T entry(Entries.Reading<T> reading) {
        return switch (reading) {
            case Entries.Reading.Entry<T>(T entry) -> entry;
            case Entries.Reading.Invalid<T>(List<ConfigProblem> problems) ->
                    throw new AssertionError(problems.toString());
        };
    }

    /// What is wrong with an entry.
    static <T> List<ConfigProblem> invalid(Entries.Reading<T> reading) {
        return switch (reading) {
            case Entries.Reading.Invalid<T>(List<ConfigProblem> problems) -> problems;
            case Entries.Reading.Entry<T>(T entry) -> throw new AssertionError("fine: " + entry);
        };
    }
}
