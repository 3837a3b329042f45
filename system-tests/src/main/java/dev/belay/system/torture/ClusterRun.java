package dev.belay.system.torture;

import dev.belay.signal.SignalListener;
import dev.belay.store.postgres.PostgresOptions;
import dev.belay.store.postgres.PostgresStore;
import dev.belay.system.process.PostgresServer;
import dev.belay.system.process.Scratch;
import dev.belay.system.process.ServerProcess;
import dev.belay.time.SystemTime;
import dev.belay.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/// Several real servers on one real PostgreSQL under load, and one fault after another. At the end
/// it compares: every acknowledged event is there once, with its bytes, each of its deliveries
/// ended, and nothing was delivered twice without a fault that explains it.
final class ClusterRun {
    private static final String SOURCE = "shop";
    private static final Duration READY = Duration.ofSeconds(60);

    /// What small servers are started with, with little memory so that collections happen.
    private static final List<String> JAVA_OPTIONS =
            List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final ClusterOptions options;
    private final SplittableRandom random;
    private final Time time = new SystemTime();
    private final List<String> violations = new ArrayList<>();

    ClusterRun(ClusterOptions options) {
        this.options = options;
        this.random = new SplittableRandom(options.seed());
    }

    ClusterReport run() throws IOException, InterruptedException {
        List<ClusterNode> nodes = new ArrayList<>();
        try (Scratch scratch = Scratch.create(null, "cluster");
                PostgresServer database = PostgresServer.start(List.of());
                Ledger ledger = new Ledger(scratch.path().resolve("history.log"), time);
                MoodyReceiver receiver = new MoodyReceiver(random.split(), time)) {
            String url = database.newDatabase();
            try {
                for (int i = 0; i < options.nodes(); i++) {
                    nodes.add(node(i, scratch.path(), database.port(), url, receiver.port()));
                }
                return run(nodes, database, url, ledger, receiver);
            } finally {
                for (ClusterNode node : nodes) {
                    node.close();
                }
            }
        }
    }

    private ClusterReport run(
            List<ClusterNode> nodes,
            PostgresServer database,
            String url,
            Ledger ledger,
            MoodyReceiver receiver)
            throws IOException, InterruptedException {
        for (ClusterNode node : nodes) {
            node.start();
        }
        for (ClusterNode node : nodes) {
            node.process().awaitReady(READY);
        }
        ClusterFaults faults =
                new ClusterFaults(
                        options, nodes, database, url, receiver, ledger, random.split(), time);
        Senders senders = new Senders(nodes, ledger);
        try {
            for (int cycle = 0; cycle < options.cycles(); cycle++) {
                LockSupport.parkNanos(100_000_000 + random.nextLong(500_000_000));
                ClusterFault fault = options.faults().get(random.nextInt(options.faults().size()));
                System.err.printf("%d %s%n", cycle, fault.word());
                faults.suffer(fault);
            }
            receiver.calmDown();
            senders.finish(READY);
            awaitEnd(faults);
        } finally {
            senders.interrupt();
        }
        for (ClusterNode node : nodes) {
            faults.end(node);
        }
        violations.addAll(faults.violations());
        violations.addAll(ledger.contradictions());
        return audit(url, ledger, receiver, faults);
    }

    private ClusterNode node(int index, Path directory, int databasePort, String url, int receiver)
            throws IOException {
        int port = ServerProcess.freePort();
        FaultProxy proxy = new FaultProxy(databasePort);
        Path config = directory.resolve("node" + index + ".yaml");
        Path data = directory.resolve("data" + index);
        Files.writeString(
                config,
                ServerProcess.config(port, data)
                        + database(url.replace(":" + databasePort + "/", ":" + proxy.port() + "/"))
                        + KillRun.endpoints(receiver, "3s", "2s"));
        List<String> javaOptions = new ArrayList<>(JAVA_OPTIONS);
        javaOptions.add("-Dbelay.test.lease-pace=" + options.leasePace());
        return new ClusterNode(
                index,
                new ServerProcess.Launch(
                        options.server(),
                        javaOptions,
                        config,
                        directory.resolve("node" + index + ".log"),
                        port),
                data,
                proxy,
                time);
    }

    private static String database(String url) {
        return """
        database:
          url: %s
          user: %s
        """
                .formatted(url, PostgresServer.user());
    }

    /// Waits until no delivery waits or is under way.
    private void awaitEnd(ClusterFaults faults) {
        long deadline = time.nanos() + options.drain().toNanos();
        while (faults.unfinished() > 0) {
            if (time.nanos() > deadline) {
                violations.add("in limbo: deliveries had not ended after " + options.drain());
                return;
            }
            LockSupport.parkNanos(100_000_000);
        }
    }

    private ClusterReport audit(
            String url, Ledger ledger, MoodyReceiver receiver, ClusterFaults faults) {
        try (PostgresStore store =
                PostgresStore.open(
                        PostgresOptions.of(url, PostgresServer.user(), null),
                        "audit",
                        time,
                        SignalListener.NONE)) {
            var takenAt = receiver.takenAt();
            KillAudit audit =
                    new KillAudit(
                            ledger.entries(),
                            receiver.receipts(),
                            store,
                            SOURCE,
                            key -> !faults.times().explain(takenAt.getOrDefault(key, List.of())));
            audit.run();
            violations.addAll(audit.violations());
            return new ClusterReport(
                    faults.counts(),
                    audit.acknowledged(),
                    ledger.unknownOutcomes(),
                    ledger.failures(),
                    audit.lost(),
                    audit.duplicates(),
                    audit.delivered(),
                    audit.dead(),
                    faults.longest(),
                    violations);
        }
    }

    /// All senders of a run.
    private final class Senders {
        private final List<RetryingSender> senders = new ArrayList<>();
        private final List<Thread> threads = new ArrayList<>();

        Senders(List<ClusterNode> nodes, Ledger ledger) {
            List<Integer> ports = nodes.stream().map(ClusterNode::port).toList();
            long gap = 1_000_000_000L * options.senders() / options.eventsPerSecond();
            for (int i = 0; i < options.senders(); i++) {
                String name = "c" + Long.toHexString(options.seed()) + "-" + i;
                RetryingSender.Lane lane =
                        new RetryingSender.Lane(name, ports, SOURCE, gap, Duration.ofSeconds(3));
                RetryingSender sender = new RetryingSender(lane, ledger, random.split(), time);
                senders.add(sender);
                threads.add(Thread.ofVirtual().name(name).start(sender));
            }
        }

        /// Lets each have its acknowledgement.
        void finish(Duration limit) throws InterruptedException {
            senders.forEach(RetryingSender::finish);
            long deadline = time.nanos() + limit.toNanos();
            for (Thread thread : threads) {
                thread.join(Duration.ofNanos(Math.max(1, deadline - time.nanos())));
            }
        }

        void interrupt() {
            senders.forEach(RetryingSender::finish);
            threads.forEach(Thread::interrupt);
        }
    }
}
