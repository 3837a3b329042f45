package dev.belay.system.bench;

import dev.belay.system.bench.BenchOptions.Part;
import dev.belay.system.process.Scratch;
import dev.belay.time.SystemTime;
import dev.belay.time.Time;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Measures the real server from outside: what goes through, how long it takes, what it costs.
/// Sender and receiver share the machine with it, and their part of the CPU is shown apart.
public final class GatewayBenchmark {
    private static final Duration IDLE = Duration.ofSeconds(3);

    private final BenchOptions options;
    private final BenchReport report;
    private final PrintStream progress;
    private final Time time = new SystemTime();

    GatewayBenchmark(BenchOptions options, PrintStream progress) {
        this.options = options;
        this.report = new BenchReport(options);
        this.progress = progress;
    }

    /// Measures and prints the table.
    public static void main(String[] args) throws IOException, InterruptedException {
        if (List.of(args).contains("--database")) {
            PostgresBenchmark.main(args);
            return;
        }
        BenchOptions options;
        try {
            options = BenchOptions.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(BenchOptions.HELP);
            System.exit(2);
            return;
        }
        System.out.println(new GatewayBenchmark(options, System.err).run().markdown());
    }

    BenchReport run() throws IOException, InterruptedException {
        if (options.parts().contains(Part.IDLE)) {
            idle();
        }
        if (options.parts().contains(Part.SATURATION)
                || options.parts().contains(Part.HALF)
                || options.parts().contains(Part.HISTORY)) {
            endToEnd();
        }
        if (options.parts().contains(Part.INGEST)) {
            ingest();
        }
        if (options.parts().contains(Part.HISTORY)) {
            history();
        }
        return report;
    }

    private void idle() throws IOException {
        progress.println("start and idle …");
        try (Scratch scratch = scratch();
                Rig rig = new Rig(options, scratch.path(), true)) {
            LockSupport.parkNanos(IDLE.toNanos());
            report.idle("empty", rig.ready(), rig.server().figures().residentBytes());
        }
    }

    private void endToEnd() throws IOException {
        try (Scratch scratch = scratch();
                Rig rig = new Rig(options, scratch.path(), true)) {
            warmUp(rig);
            double most = 0;
            for (int connections : options.connections()) {
                Phase phase =
                        measure(rig, "saturation", connections, new Load(options.measured(), 0));
                most = most == 0 ? phase.endToEndPerSecond() : most;
            }
            if (options.parts().contains(Part.HALF)) {
                measure(
                        rig,
                        "half load",
                        options.connections().getFirst(),
                        new Load(options.measured(), most / 2));
            }
        }
    }

    private void ingest() throws IOException {
        try (Scratch scratch = scratch();
                Rig rig = new Rig(options, scratch.path(), false)) {
            warmUp(rig);
            for (int connections : options.connections()) {
                measure(rig, "ingest only", connections, new Load(options.measured(), 0));
            }
        }
    }

    private void history() throws IOException, InterruptedException {
        try (Scratch scratch = scratch()) {
            progress.printf("writing %,d events of history …%n", options.history());
            long start = time.nanos();
            Path data = Files.createDirectory(scratch.path().resolve("data"));
            Prefill.write(data, options.history(), options.bodyBytes());
            progress.printf(
                    "  %.0f s, %,d MB%n",
                    (time.nanos() - start) / 1e9, Scratch.bytesIn(data) >> 20);
            try (Rig rig = new Rig(options, scratch.path(), true)) {
                report.idle(
                        "%,d events of history".formatted(options.history()),
                        rig.ready(),
                        rig.server().figures().residentBytes());
                warmUp(rig);
                measure(
                        rig,
                        "with history",
                        options.connections().getFirst(),
                        new Load(options.measured(), 0));
            }
        }
    }

    private Scratch scratch() throws IOException {
        return Scratch.create(options.directory(), "bench");
    }

    private void warmUp(Rig rig) throws IOException {
        progress.println("warm-up …");
        rig.measure("warm-up", options.connections().getFirst(), new Load(options.warmUp(), 0));
    }

    private Phase measure(Rig rig, String name, int connections, Load load) throws IOException {
        progress.printf("%s, %d connections …%n", name, connections);
        Phase phase = rig.measure(name, connections, load);
        report.add(phase);
        progress.println("  " + BenchReport.row(phase));
        return phase;
    }
}
