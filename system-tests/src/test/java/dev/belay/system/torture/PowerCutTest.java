package dev.belay.system.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.store.StoreOptions.Sync;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A smoke of `torture powercut`; the command has the long form.
class PowerCutTest {
    private static final long SEED = 7;

    @BeforeEach
    void needs_privileges() {
        Optional<String> obstacle = LoopVolume.obstacle();
        obstacle.ifPresent(why -> System.err.println("SKIPPED, not passed: power cuts: " + why));
        Assumptions.assumeTrue(obstacle.isEmpty(), obstacle.orElse(""));
    }

    @Test
    void what_was_acknowledged_survives_when_the_process_dies_with_the_power() throws Exception {
        PowerCutRun.Report report = run(Sync.FULL, false, 3);
        assertThat(report.examples()).isEmpty();
        assertThat(report.lost()).isZero();
        assertThat(report.acknowledged()).isPositive();
    }

    @Test
    void what_was_acknowledged_survives_on_every_kind_of_file_system() throws Exception {
        for (String type : LoopVolume.types()) {
            PowerCutRun.Report report =
                    new PowerCutRun(new PowerCutRun.Options(type, Sync.FULL, true, 5, SEED)).run();
            assertThat(report.examples()).as(type).isEmpty();
            assertThat(report.acknowledged()).as(type).isPositive();
        }
    }

    @Test
    void a_store_that_does_not_sync_is_seen_to_lose() throws Exception {
        PowerCutRun.Report report = run(Sync.NORMAL, true, 3);
        assertThat(report.acknowledged()).isPositive();
        assertThat(report.lost()).isPositive();
    }

    private static PowerCutRun.Report run(Sync sync, boolean inProcess, int cycles)
            throws Exception {
        return new PowerCutRun(new PowerCutRun.Options("ext4", sync, inProcess, cycles, SEED))
                .run();
    }
}
