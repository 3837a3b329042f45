package dev.belay.system.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.system.process.ServerProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A smoke of `torture kill`; the command has the long form.
class KillTest {
    @Test
    void nothing_acknowledged_is_lost_when_the_server_is_killed() throws Exception {
        KillOptions options =
                new KillOptions(
                        ServerProcess.fromClassPath(), 3, 11, 16, 300, Duration.ofMinutes(2));

        KillReport report = new KillRun(options).run();

        System.out.println(report.line(options));
        assertThat(report.violations()).isEmpty();
        assertThat(report.lost()).isZero();
        assertThat(report.acknowledged()).isPositive();
        assertThat(report.dead()).isPositive();
        assertThat(report.delivered()).isGreaterThan(report.acknowledged());
    }
}
