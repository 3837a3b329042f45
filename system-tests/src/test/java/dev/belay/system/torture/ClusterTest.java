package dev.belay.system.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.system.process.ServerProcess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A smoke of `torture cluster`; the command has the long form.
class ClusterTest {
    private static final List<ClusterFault> FAULTS =
            List.of(
                    ClusterFault.RESTART,
                    ClusterFault.LOST_ANSWERS,
                    ClusterFault.LOST_REQUESTS,
                    ClusterFault.DATABASE_KILL);

    /// Draws each of them once.
    private static final long SEED = 3;

    @Test
    void two_nodes_lose_nothing_whatever_happens_to_them_and_their_database() throws Exception {
        ClusterOptions options =
                new ClusterOptions(
                        ServerProcess.fromClassPath(),
                        2,
                        FAULTS.size(),
                        SEED,
                        8,
                        100,
                        20,
                        FAULTS,
                        Duration.ofMinutes(2));

        ClusterReport report = new ClusterRun(options).run();

        System.out.println(report.line(options));
        assertThat(report.violations()).isEmpty();
        assertThat(report.lost()).isZero();
        assertThat(report.acknowledged()).isPositive();
        assertThat(report.delivered()).isGreaterThan(report.acknowledged());
        assertThat(report.faults()).hasSize(FAULTS.size());
    }
}
