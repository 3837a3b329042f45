package dev.belay.system.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// A short run of every fuzz target, two at a time.
final class FuzzTest {
    private static final int SECONDS = 20;

    @Test
    void no_input_breaks_a_target() throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            List<Callable<Fuzz.Outcome>> runs =
                    Fuzz.TARGETS.values().stream()
                            .map(target -> (Callable<Fuzz.Outcome>) () -> Fuzz.run(target, SECONDS))
                            .toList();
            for (Future<Fuzz.Outcome> run : pool.invokeAll(runs)) {
                Fuzz.Outcome outcome = run.get();
                assertThat(outcome.found()).as(outcome.output()).isFalse();
                assertThat(outcome.inputs()).as(outcome.output()).isPositive();
            }
        }
    }

    @Test
    void a_target_that_breaks_is_found() throws Exception {
        Fuzz.Outcome outcome =
                Fuzz.run(new Fuzz.Target(Fragile.class.getName(), List.of("abc")), SECONDS);
        assertThat(outcome.found()).as(outcome.output()).isTrue();
        assertThat(outcome.output()).contains("planted");
    }

    /// Breaks at an input that chance does not find.
    public static final class Fragile {
        private Fragile() {}

        /// Takes one input.
        ///
        /// @param data the input
        public static void fuzzerTestOneInput(byte[] data) {
            if (data.length > 3 && data[0] == 'w' && data[1] == 'h' && data[2] == 'k') {
                throw new IllegalStateException("planted");
            }
        }
    }
}
