package dev.belay.store.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.server.cli.Main;
import dev.belay.store.contract.Stock;
import dev.belay.system.process.PostgresServer;
import dev.belay.testkit.SettableTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command, to a database that a file names and back.
class CopyCommandTest {
    @TempDir private Path directory;

    private final SettableTime time = new SettableTime(Stock.START);
    private final Site.InDatabase database = new Site.InDatabase();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterEach
    void closes() {
        database.close();
    }

    private Path file() throws IOException {
        return Files.writeString(
                directory.resolve("belay.yaml"),
                """
                listen: 127.0.0.1:0
                data: node
                database: { url: "%s", user: %s, password: env:DATABASE_PASSWORD }
                """
                        .formatted(database.url(), PostgresServer.user()));
    }

    private int run(String... arguments) {
        err.reset();
        return Main.run(
                List.of(arguments),
                Map.of("DATABASE_PASSWORD", "not asked for"),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void it_goes_into_the_database_and_back() throws IOException {
        Site.Embedded from = new Site.Embedded(directory.resolve("from"));
        try (Site.Used used = from.use(time)) {
            EverythingInIt.put(new Stock(time, used.ports()));
        }
        String file = file().toString();
        Path back = directory.resolve("back");
        assertThat(run("copy", "--from", from.directory().toString(), "--to", file)).isZero();
        Files.createDirectory(back);
        assertThat(run("copy", "--from", file, "--to", back.toString())).isZero();
        assertThat(new Site.Embedded(back).use(time))
                .satisfies(
                        used -> {
                            try (used;
                                    Site.Used first = from.use(time)) {
                                assertThat(Answers.of(used.ports()))
                                        .isEqualTo(Answers.of(first.ports()));
                            }
                        });
    }

    @Test
    void serve_refuses_a_database_that_holds_half_a_copy() throws IOException {
        try (CopyEnd end = database.end(true)) {
            end.beginTarget(7);
        }
        assertThat(run("serve", "--config", file().toString())).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("not finished")
                .contains("run the same `belay copy` again");
    }
}
