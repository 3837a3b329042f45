package dev.belay.system.bench;

import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.Lease;
import dev.belay.delivery.Wakeup;
import dev.belay.signal.SignalListener;
import dev.belay.store.postgres.PostgresOptions;
import dev.belay.store.postgres.PostgresStore;
import dev.belay.system.process.PostgresServer;
import dev.belay.system.process.Scratch;
import dev.belay.time.SystemTime;
import dev.belay.time.Time;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Measures several real servers on one real PostgreSQL, which shares the machine with them.
final class PostgresBenchmark {
    private static final String HEAD =
            """
            | Run | Nodes | Connections | Accepted/s | End to end/s | Accept p50 / p99 ms | Accepted → delivered p50 / p99 ms | CPU µs/event: nodes, database, generator | Kept bytes/event | Refused, repeated |
            |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|""";

    private static final int WAKES = 500;
    private static final int CLAIMS = 400;
    private static final int CLAIMED = 32;

    private final Map<String, String> given;
    private final BenchOptions options;
    private final PrintStream out;
    private final Time time = new SystemTime();

    private PostgresBenchmark(Map<String, String> given, BenchOptions options, PrintStream out) {
        this.given = given;
        this.options = options;
        this.out = out;
    }

    static void main(String[] args) throws IOException, InterruptedException {
        Map<String, String> given = new HashMap<>();
        given.put("--database", "postgres");
        given.put("--nodes", "1,2,3");
        given.put("--parts", "saturation,wake,claim,history");
        given.put("--history", "5000000");
        given.put("--due", "1000000");
        List<String> shared = new ArrayList<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            if (given.containsKey(args[i])) {
                given.put(args[i], args[i + 1]);
            } else {
                shared.add(args[i]);
                shared.add(args[i + 1]);
            }
        }
        BenchOptions options;
        try {
            options = BenchOptions.parse(shared.toArray(String[]::new));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(BenchOptions.HELP);
            System.exit(2);
            return;
        }
        new PostgresBenchmark(given, options, System.out).run();
    }

    private enum Part {
        /// As much as goes through with each number of nodes.
        SATURATION,
        /// How long a change on one node takes to be heard of on another.
        WAKE,
        /// What a claim costs when very many deliveries are due.
        CLAIM,
        /// As much as goes through with history.
        HISTORY
    }

    private void run() throws IOException, InterruptedException {
        EnumSet<Part> parts = EnumSet.noneOf(Part.class);
        for (String part : words("--parts")) {
            parts.add(Part.valueOf(part.toUpperCase(Locale.ROOT)));
        }
        if (parts.contains(Part.SATURATION)) {
            out.println(HEAD);
            for (String nodes : words("--nodes")) {
                withDatabase(server -> saturate(server, "saturation", Integer.parseInt(nodes), 0));
            }
        }
        if (parts.contains(Part.HISTORY)) {
            out.println(HEAD);
            withDatabase(server -> saturate(server, "with history", 1, number("--history")));
        }
        if (parts.contains(Part.WAKE)) {
            withDatabase(this::wake);
        }
        if (parts.contains(Part.CLAIM)) {
            withDatabase(this::claim);
        }
    }

    private interface Measurement {
        void on(PostgresServer server) throws IOException, InterruptedException, SQLException;
    }

    private void withDatabase(Measurement measurement) throws IOException, InterruptedException {
        // Room for a group's pages and for the log between two checkpoints, as anybody gives who
        // has read one page about PostgreSQL.
        List<String> settings =
                List.of("shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=15min");
        try (PostgresServer server =
                PostgresServer.start(settings, Path.of(System.getProperty("java.io.tmpdir")))) {
            measurement.on(server);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void saturate(PostgresServer server, String name, int nodes, int history)
            throws IOException, SQLException {
        String url = server.newDatabase();
        if (history > 0) {
            PostgresStore.migrate(options(url));
            long start = time.nanos();
            PostgresPrefill prefill = new PostgresPrefill(server, url, time);
            prefill.history(history, options.bodyBytes());
            out.printf(
                    "%,d events of history, written in %.0f s, %,d MB%n",
                    history, (time.nanos() - start) / 1e9, server.dataBytes() >> 20);
        }
        int connections = options.connections().getFirst();
        try (Scratch scratch = Scratch.create(options.directory(), "bench");
                Rig rig =
                        new Rig(
                                options,
                                scratch.path(),
                                true,
                                new Rig.SharedDatabase(server, url, nodes))) {
            out.printf("ready after %d ms%n", rig.ready().toMillis());
            rig.measure("warm-up", connections, new Load(options.warmUp(), 0));
            Phase phase = rig.measure(name, connections, new Load(options.measured(), 0));
            out.println(row(phase, nodes));
            double half = phase.endToEndPerSecond() / 2;
            out.println(
                    row(
                            rig.measure(
                                    name + ", half",
                                    connections,
                                    new Load(options.measured(), half)),
                            nodes));
        }
    }

    private static String row(Phase phase, int nodes) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %,.0f | %,.0f | %s | %s | %.0f, %.0f, %.0f | %,.0f | %s, %d |",
                phase.name(),
                nodes,
                phase.connections(),
                phase.load().acceptedPerSecond(),
                phase.endToEndPerSecond(),
                BenchReport.quantiles(phase.load().latency()),
                BenchReport.quantiles(phase.sinceAccepted()),
                phase.cost().cpuMicros(),
                phase.cost().databaseMicros(),
                phase.cost().generatorMicros(),
                phase.cost().keptBytes(),
                phase.load().refused().isEmpty() ? "0" : phase.load().refused().toString(),
                phase.repeated());
    }

    /// Claims of 32 deliveries out of very many, by the store itself.
    private void claim(PostgresServer server) throws IOException, SQLException {
        String url = server.newDatabase();
        PostgresStore.migrate(options(url));
        int due = number("--due");
        PostgresPrefill prefill = new PostgresPrefill(server, url, time);
        prefill.due(due);
        try (PostgresStore store =
                PostgresStore.open(options(url), "bench", time, SignalListener.NONE)) {
            Histogram took = new Histogram();
            long cpuBefore = server.cpuMicros();
            for (int i = 0; i < CLAIMS; i++) {
                Lease lease = new Lease(1_000_000L + i, time.now().plus(Duration.ofMinutes(3)));
                long began = time.nanos();
                List<Delivery> claimed =
                        store.claim(PostgresPrefill.BUSY, CLAIMED, time.now(), lease).join();
                took.record(time.nanos() - began);
                if (claimed.size() != CLAIMED) {
                    throw new IllegalStateException("claimed " + claimed.size());
                }
            }
            out.printf(
                    "claim of %d out of %,d due: p50 / p99 %s ms, database CPU %.1f µs per delivery%n",
                    CLAIMED,
                    due,
                    BenchReport.quantiles(took),
                    (server.cpuMicros() - cpuBefore) / (double) (CLAIMS * CLAIMED));
        }
    }

    /// From the moment before a standing is stored until another node has heard that it changed.
    private void wake(PostgresServer server) throws SQLException, InterruptedException {
        String url = server.newDatabase();
        BlockingQueue<Wakeup> heard = new LinkedBlockingQueue<>();
        Histogram took = new Histogram();
        try (PostgresStore one =
                        PostgresStore.open(options(url), "one", time, SignalListener.NONE);
                PostgresStore other =
                        PostgresStore.open(options(url), "other", time, SignalListener.NONE)) {
            other.wakeups().listen(heard::add);
            await(heard, Wakeup.Resynchronise.class);
            for (int i = 0; i < WAKES; i++) {
                Standing.Mode mode = i % 2 == 0 ? Standing.Mode.PAUSED : Standing.Mode.ACTIVE;
                long began = time.nanos();
                one.setStanding("sink", new Standing(mode, "measured"));
                await(heard, Wakeup.StandingChanged.class);
                took.record(time.nanos() - began);
            }
        }
        out.printf(
                "%d changes stored by one node and heard of by another: p50 / p99 %s ms%n",
                WAKES, BenchReport.quantiles(took));
    }

    private static void await(BlockingQueue<Wakeup> heard, Class<? extends Wakeup> kind)
            throws InterruptedException {
        Wakeup next;
        do {
            next = heard.poll(10, TimeUnit.SECONDS);
        } while (next != null && !kind.isInstance(next));
        if (next == null) {
            throw new IllegalStateException("not heard of: " + kind.getSimpleName());
        }
    }

    private static PostgresOptions options(String url) {
        return PostgresOptions.of(url, PostgresServer.user(), null);
    }

    private int number(String name) {
        return Integer.parseInt(given.getOrDefault(name, ""));
    }

    private List<String> words(String name) {
        return List.of(given.getOrDefault(name, "").split(",", -1));
    }
}
