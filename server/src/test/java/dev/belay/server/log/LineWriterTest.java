package dev.belay.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.server.log.LogSettings.Format;
import dev.belay.server.log.LogSettings.Level;
import dev.belay.time.SystemTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class LineWriterTest {
    /// Takes nothing until it is told to.
    private static final class Stuck extends OutputStream {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch released = new CountDownLatch(1);
        final ByteArrayOutputStream taken = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            throw new AssertionError("byte by byte");
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            entered.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            taken.write(bytes, from, length);
        }
    }

    @Test
    @Timeout(60)
    void an_output_that_stands_still_costs_lines_and_not_the_gateway() throws Exception {
        Stuck stuck = new Stuck();
        LineWriter writer = new LineWriter(stuck);
        EventLog log =
                new EventLog(writer, new LogSettings(Format.TEXT, Level.INFO), new SystemTime());
        String kibibyte = "x".repeat(1024);
        log.say(Level.INFO, "said", "first");
        stuck.entered.await();
        // More than any buffer holds. Blocking here is what the timeout would show.
        for (int i = 0; i < 5000; i++) {
            log.say(Level.INFO, "said", kibibyte);
        }
        stuck.released.countDown();
        while (!stuck.taken.toString(StandardCharsets.UTF_8).contains("log_lost")) {
            log.say(Level.INFO, "again", "");
            assertThat(Thread.currentThread().isInterrupted()).as("out of time").isFalse();
        }
        writer.close();

        long lost = 0;
        long written = 0;
        for (String line : stuck.taken.toString(StandardCharsets.UTF_8).lines().toList()) {
            TextLine read = TextLine.read(line);
            String step = read.values().getOrDefault("step", "");
            lost +=
                    step.equals("log_lost")
                            ? Long.parseLong(read.values().getOrDefault("lines", ""))
                            : 0;
            written += step.equals("said") ? 1 : 0;
        }
        assertThat(written).isBetween(900L, 1100L);
        // "again" may have been lost too, before there was room.
        assertThat(lost).isGreaterThanOrEqualTo(5001 - written);
    }

    @Test
    @Timeout(60)
    void an_output_that_breaks_is_done_without() {
        for (RuntimeException unchecked :
                new RuntimeException[] {null, new IllegalStateException()}) {
            OutputStream broken =
                    new OutputStream() {
                        @Override
                        public void write(int b) throws IOException {
                            if (unchecked != null) {
                                throw unchecked;
                            }
                            throw new IOException("closed pipe");
                        }
                    };
            LineWriter writer = new LineWriter(broken);
            for (int i = 0; i < 20_000; i++) {
                writer.add("x".repeat(100));
            }
            writer.close();
            writer.add("after the end");
            assertThat(writer.takeLost()).isNotNegative();
        }
    }

    @Test
    void what_was_added_is_written_before_the_end() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LineWriter writer = new LineWriter(out);
        for (int i = 0; i < 1000; i++) {
            writer.add("line " + i + " \u00e4\ud83d\ude00");
        }
        writer.close();
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(1000)
                .last()
                .isEqualTo("line 999 \u00e4\ud83d\ude00");
    }

    @Test
    void what_libraries_complain_about_is_in_the_same_log() {
        Logger root = Logger.getLogger("");
        Handler[] before = root.getHandlers();
        java.util.logging.Level levelBefore = root.getLevel();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LineWriter writer = new LineWriter(out)) {
            EventLog log = new EventLog(writer, LogSettings.DEFAULT, new SystemTime());
            LibraryLog library = LibraryLog.install(log);
            assertThat(root.getHandlers()).containsExactly(library);
            Logger logger = Logger.getLogger("a.library");
            logger.info("unheard");
            logger.log(
                    java.util.logging.Level.WARNING,
                    "pool {0} is {1}\nfull",
                    new Object[] {"a", "b"});
            logger.log(
                    java.util.logging.Level.SEVERE,
                    "gone",
                    new IllegalStateException("why\u001b[2J"));
            library.publish(new LogRecord(java.util.logging.Level.SEVERE, null));
            library.publish(new LogRecord(java.util.logging.Level.FINE, "fine"));
            library.uninstall();
            assertThat(root.getHandlers()).isEmpty();
        } finally {
            for (Handler handler : before) {
                root.addHandler(handler);
            }
            root.setLevel(levelBefore);
        }
        assertThat(
                        out.toString(StandardCharsets.UTF_8)
                                .lines()
                                .map(TextLine::read)
                                .map(TextLine::values))
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .containsEntry("level", "WARN")
                                        .containsEntry("step", "library")
                                        .containsEntry("message", "a.library: pool a is b\nfull"),
                        line -> {
                            assertThat(line).containsEntry("level", "ERROR");
                            assertThat(line.get("message"))
                                    .startsWith(
                                            "a.library: gone: java.lang.IllegalStateException: why")
                                    .contains(" < " + LineWriterTest.class.getName());
                        },
                        line -> assertThat(line).containsEntry("message", "null: null"));
    }
}
