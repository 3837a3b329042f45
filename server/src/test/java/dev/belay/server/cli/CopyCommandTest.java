package dev.belay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Gateway;
import dev.belay.GatewayConfig;
import dev.belay.Published;
import dev.belay.event.Body;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command, from a data directory to what a file declares; both embedded here.
final class CopyCommandTest {
    @TempDir private Path directory;

    private Path source() {
        Path data = directory.resolve("from");
        try (Gateway gateway = Gateway.open(GatewayConfig.at(data).build())) {
            Body body = Body.of("{}".getBytes(StandardCharsets.UTF_8));
            assertThat(gateway.publish("order.paid", body, "key"))
                    .isInstanceOf(Published.Accepted.class);
        }
        return data;
    }

    private Path file() throws IOException {
        return Files.writeString(directory.resolve("belay.yaml"), "data: to\n");
    }

    private static Belay.Ran copy(Path from, Path to) {
        return Belay.run("copy", "--from", from.toString(), "--to", to.toString());
    }

    @Test
    void it_copies_checks_and_says_so() throws IOException {
        Path from = source();
        Path file = file();
        Belay.Ran ran = copy(from, file);
        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
        assertThat(ran.out().lines()).first().asString().startsWith("ROWS OF");
        assertThat(ran.out().lines()).last().isEqualTo("both are equal");
        assertThat(ran.out().lines().map(line -> line.strip().replace("  ", " ")))
                .anyMatch(line -> line.startsWith("event ") && line.contains(" 1 "));
        assertThat(directory.resolve("to/belay.db")).exists();
        assertThat(copy(from, file).err()).contains("finished already");
    }

    @Test
    void what_is_in_the_way_is_told_in_a_line() throws IOException {
        Path from = source();
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertRefused(copy(empty, file()), "there is no store in " + empty);
        assertRefused(copy(from, from), "in use by another Belay process");
        try (Gateway _ = Gateway.open(GatewayConfig.at(from).build())) {
            assertRefused(copy(from, file()), "in use by another Belay process");
        }
        Path other = directory.resolve("other");
        Gateway.open(GatewayConfig.at(other).build()).close();
        assertThat(copy(from, other).code()).as("empty, though there is a file").isZero();
        Gateway.open(GatewayConfig.at(other).build()).close();
        assertRefused(copy(from, other), "not empty");
    }

    private static void assertRefused(Belay.Ran ran, String why) {
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains(why);
        assertThat(ran.err().lines()).hasSize(1);
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void a_file_that_is_wrong_and_a_missing_option_are_wrong_usage() throws IOException {
        Path wrong = Files.writeString(directory.resolve("wrong.yaml"), "dta: x\n");
        assertThat(copy(wrong, file()).code()).isEqualTo(2);
        assertThat(copy(directory.resolve("no"), file()).code()).isEqualTo(2);
        assertThat(Belay.run("copy", "--from", "data").code()).isEqualTo(2);
        assertThat(directory.resolve("to")).doesNotExist();
    }

    @Test
    void a_difference_is_a_failure_and_the_copy_stays_unusable() throws Exception {
        Path from = source();
        Path file = file();
        assertThat(copy(from, file).code()).isZero();
        Path to = directory.resolve("to");
        execute(
                to,
                "UPDATE fact SET key = 'copy_unfinished' WHERE key = 'copy_finished'",
                "UPDATE event SET body = '{ }'");
        Belay.Ran ran = copy(from, file);
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).containsOnlyOnce("DIFFERENT");
        assertThat(ran.err()).contains("not equal");
        Belay.Ran served = Belay.run("serve", "--config", file.toString());
        assertThat(served.code()).isEqualTo(1);
        assertThat(served.err()).contains("not finished").contains("belay copy");
    }

    private static void execute(Path data, String... statements) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + data.resolve("belay.db"));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.executeUpdate(sql);
            }
        }
    }
}
