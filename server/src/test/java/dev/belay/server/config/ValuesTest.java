package dev.belay.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.server.config.SecretReferences.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ValuesTest {
    @ParameterizedTest
    @CsvSource({"400ms,400", "10s,10000", "5m,300000", "2h,7200000", "7d,604800000", "0s,0"})
    void durations_are_a_number_and_a_unit(String text, long millis) {
        assertThat(Durations.parse(text)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s",
                "10",
                "1.5s",
                "-1s",
                "+1s",
                "1 s",
                " 1s",
                "1S",
                "1min",
                "1s1m",
                "1234567890s",
                "\u0661s",
                "PT1S",
                "1e3s"
            })
    void everything_else_is_none(String text) {
        assertThat(Durations.parse(text)).isEmpty();
    }

    @Test
    void a_duration_is_written_so_that_it_reads_the_same() {
        SplittableRandom random = new SplittableRandom(7);
        long[] units = {1, 1000, 60_000, 3_600_000, 86_400_000};
        for (int i = 0; i < 2000; i++) {
            Duration duration =
                    Duration.ofMillis(random.nextLong(0, 100_000) * units[random.nextInt(5)]);
            assertThat(Durations.parse(Durations.text(duration))).contains(duration);
        }
    }

    private static String missing(SecretReferences secrets, String written) {
        return secrets.find(written) instanceof Found.Missing(String message)
                ? message
                : "found something";
    }

    private static String found(SecretReferences secrets, String written) {
        return secrets.find(written) instanceof Found.Value(var secret) ? secret.reveal() : "";
    }

    @Test
    void secrets_are_found_where_they_are_said_to_be(@TempDir Path directory) throws IOException {
        SecretReferences secrets =
                new SecretReferences(Map.of("SET", "of env", "BLANK", " \n"), directory);
        Files.writeString(directory.resolve("plain"), " two words \r\n\n");
        Files.writeString(directory.resolve("blank"), "\n");
        Files.writeString(directory.resolve("large"), "x".repeat(64 * 1024 + 1));
        Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, 'x'});

        assertThat(found(secrets, "env:SET")).isEqualTo("of env");
        assertThat(found(secrets, "file:plain")).isEqualTo(" two words ");
        assertThat(found(secrets, "file:" + directory.resolve("plain"))).isEqualTo(" two words ");
        assertThat(found(secrets, "ENV:SET")).isEqualTo("ENV:SET");
        assertThat(found(secrets, "a\nb")).isEqualTo("a\nb");

        assertThat(missing(secrets, "env:ABSENT"))
                .isEqualTo("needs the environment variable ABSENT");
        assertThat(missing(secrets, "env:BLANK")).isEqualTo("needs the environment variable BLANK");
        assertThat(missing(secrets, "file:absent")).isEqualTo("needs a readable file: absent");
        assertThat(missing(secrets, "file:\0")).startsWith("needs a readable file");
        assertThat(missing(secrets, "file:blank")).startsWith("needs a file that is not empty");
        assertThat(missing(secrets, "file:large")).startsWith("needs a smaller file");
        assertThat(missing(secrets, "file:binary")).isEqualTo("needs a readable file: binary");
        assertThat(missing(secrets, "file:.")).isEqualTo("needs a readable file: .");
        assertThat(missing(secrets, "")).startsWith("is empty");
        assertThat(missing(secrets, SecretReferences.MASK)).contains("mask");
    }

    @Test
    void a_device_that_never_ends_is_no_secret() {
        SecretReferences secrets = new SecretReferences(Map.of(), Path.of(""));
        assertThat(missing(secrets, "file:/dev/zero"))
                .isEqualTo("needs a smaller file than /dev/zero");
    }

    @Test
    void a_path_reads_as_people_write_it() {
        List<String> paths =
                List.of("", "/a", "/a/0/b", "/a~1b/10").stream()
                        .map(pointer -> new ConfigProblem(pointer, "", 0).path())
                        .toList();
        assertThat(paths).containsExactly("", "a", "a[0].b", "a/b[10]");
    }
}
