package dev.belay.system.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.system.process.ServerProcess;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// That the benchmark runs and measures what it says; not how fast anything is.
class GatewayBenchmarkTest {
    @TempDir private Path directory;

    @Test
    void every_part_sends_and_everything_accepted_is_delivered_once() throws Exception {
        BenchOptions options =
                new BenchOptions(
                        ServerProcess.fromClassPath(),
                        List.of("-Xmx256m"),
                        directory,
                        List.of(8),
                        Duration.ofMillis(300),
                        Duration.ofMillis(700),
                        500,
                        1024,
                        EnumSet.allOf(BenchOptions.Part.class));

        BenchReport report =
                new GatewayBenchmark(
                                options,
                                new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
                        .run();

        assertThat(report.phases())
                .extracting(Phase::name)
                .containsExactly("saturation", "half load", "ingest only", "with history");
        assertThat(report.phases())
                .allSatisfy(
                        phase -> {
                            assertThat(phase.load().accepted()).isPositive();
                            assertThat(phase.load().refused()).isEmpty();
                            assertThat(phase.repeated()).isZero();
                            assertThat(phase.delivered())
                                    .isEqualTo(
                                            phase.name().equals("ingest only")
                                                    ? 0
                                                    : phase.load().acceptedInAll());
                        });
        assertThat(report.markdown()).contains("| saturation | 8 |");
    }
}
