package dev.belay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServeCommandTest {
    @TempDir private Path directory;

    private Path file(String yaml) throws IOException {
        return Files.writeString(directory.resolve("belay.yaml"), yaml);
    }

    @Test
    void a_file_that_is_wrong_is_told_and_nothing_is_started() throws IOException {
        Path file = file("listen: nowhere\nsources: { a: { scheme: nobody } }\n");
        Belay.Ran ran = Belay.run("serve", "--config", file.toString());
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("line 1: listen").contains("sources.a.scheme");
        assertThat(directory.resolve("data")).doesNotExist();
        assertThat(Belay.run("serve", "--config", directory.resolve("no").toString()).code())
                .isEqualTo(2);
    }

    @Test
    void a_port_in_use_is_a_failure_in_one_line() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Path file = file("listen: 127.0.0.1:" + taken.getLocalPort() + "\ndata: data\n");
            Belay.Ran ran = Belay.run("serve", "--config", file.toString());
            assertThat(ran.code()).isEqualTo(1);
            assertThat(ran.err().lines()).hasSize(1);
            assertThat(ran.err()).startsWith("belay: cannot listen on 127.0.0.1:");
        }
    }

    /// The steps it prints are taken word for word, then it is told to end.
    @Test
    void it_says_where_everything_is_shows_the_token_once_and_ends_when_told() throws Exception {
        Path file = file("listen: 127.0.0.1:0\ndata: data\n");
        String first = serve(file, "token     belay_");
        Path token = directory.resolve("data/admin-token");
        assertThat(first)
                .contains("is ready")
                .contains("webhooks  http://127.0.0.1:")
                .doesNotContain(":0/")
                .contains(
                        "token     " + Files.readString(token).strip() + "  (shown once; kept in ")
                .contains(directory.resolve("data").toString());
        String second = serve(file, "token     in ");
        assertThat(second).doesNotContain(Files.readString(token).strip());
        assertThat(
                        serve(
                                file("listen: 127.0.0.1:0\nadmin: { token: 0123456789abcdef }\n"),
                                "as declared"))
                .doesNotContain("0123456789abcdef");
    }

    /// What a server says until it has said this; then it is ended.
    private static String serve(Path file, String until) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        AtomicInteger code = new AtomicInteger(-1);
        Thread thread =
                Thread.ofPlatform()
                        .start(
                                () ->
                                        code.set(
                                                Main.run(
                                                        List.of("serve", "--config", file + ""),
                                                        Map.of(),
                                                        new PrintStream(
                                                                out, true, StandardCharsets.UTF_8),
                                                        new PrintStream(
                                                                err,
                                                                true,
                                                                StandardCharsets.UTF_8))));
        long end = System.nanoTime() + 60_000_000_000L;
        while (!err.toString(StandardCharsets.UTF_8).contains(until)
                && thread.isAlive()
                && System.nanoTime() < end) {
            LockSupport.parkNanos(5_000_000);
        }
        thread.interrupt();
        thread.join(60_000);
        assertThat(thread.isAlive()).isFalse();
        assertThat(code.get()).as(err.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("started");
        return err.toString(StandardCharsets.UTF_8);
    }
}
