package dev.belay.system.torture;

import dev.belay.signal.SignalListener;
import dev.belay.store.SqliteStore;
import dev.belay.store.StoreOptions;
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

/// Kills the real server with `SIGKILL` at random moments under load, starts it again on the same
/// data, and at the end compares: every acknowledged event is there once, with its bytes, and each
/// of its deliveries ended.
final class KillRun {
    private static final String SOURCE = "shop";

    /// Attempts in flight at once for each destination, and so the most that one kill may repeat.
    private static final int CONCURRENCY = 16;

    private static final Duration READY = Duration.ofSeconds(60);

    /// What small servers are started with, with little memory so that collections happen.
    private static final List<String> JAVA_OPTIONS =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final KillOptions options;
    private final SplittableRandom random;
    private final Time time = new SystemTime();

    KillRun(KillOptions options) {
        this.options = options;
        this.random = new SplittableRandom(options.seed());
    }

    KillReport run() throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.create(null, "kill");
                Ledger ledger = new Ledger(scratch.path().resolve("history.log"), time);
                MoodyReceiver receiver = new MoodyReceiver(random.split(), time)) {
            int port = ServerProcess.freePort();
            Path config = scratch.path().resolve("belay.yaml");
            Path data = scratch.path().resolve("data");
            Files.writeString(
                    config,
                    ServerProcess.config(port, data) + endpoints(receiver.port(), "10s", "1s"));
            ServerProcess.Launch launch =
                    new ServerProcess.Launch(
                            options.server(),
                            JAVA_OPTIONS,
                            config,
                            scratch.path().resolve("server.log"),
                            port);
            Senders senders = new Senders(port, ledger);
            try {
                cycles(launch, receiver);
                return lastStart(launch, receiver, ledger, senders, data);
            } finally {
                senders.interrupt();
            }
        }
    }

    /// Two destinations at the receiver, and everything sent to both.
    static String endpoints(int port, String steadyTimeout, String moodyTimeout) {
        return """
        sources:
          shop:
            scheme:
              hmac: { hash: sha256, encoding: hex, header: X-Webhook-Signature, prefix: "", content: "{body}" }
              id: { header: X-Webhook-Id, or: /id }
              type: /type
            secrets: ["%s"]
        destinations:
          steady:
            url: http://127.0.0.1:%d/steady
            allow-private: ["127.0.0.1/32"]
            timeout: %s
            concurrency: %d
          moody:
            url: http://127.0.0.1:%d/moody
            allow-private: ["127.0.0.1/32"]
            timeout: %s
            concurrency: %d
            breaker: { failures: 5, reset: 300ms }
        subscriptions:
          - source: shop
            destination: steady
            retry: { attempts: 5, base: 200ms, factor: 2, cap: 1s, jitter: 0.1 }
          - source: shop
            destination: moody
            retry: { attempts: 5, base: 100ms, factor: 2, cap: 500ms, jitter: 0.1 }
        """
                .formatted(
                        RetryingSender.SECRET,
                        port,
                        steadyTimeout,
                        CONCURRENCY,
                        port,
                        moodyTimeout,
                        CONCURRENCY);
    }

    private void cycles(ServerProcess.Launch launch, MoodyReceiver receiver)
            throws IOException, InterruptedException {
        for (int cycle = 0; cycle < options.cycles(); cycle++) {
            try (ServerProcess server = ServerProcess.start(launch)) {
                // Requests that the killed one had sent are all read by now; the new one has not
                // begun to send.
                LockSupport.parkNanos(100_000_000);
                receiver.nextIncarnation();
                if (random.nextInt(6) == 0) {
                    LockSupport.parkNanos(random.nextLong(800_000_000));
                } else {
                    server.awaitReady(READY);
                    LockSupport.parkNanos(30_000_000 + random.nextLong(800_000_000));
                }
                server.kill();
            }
        }
    }

    private KillReport lastStart(
            ServerProcess.Launch launch,
            MoodyReceiver receiver,
            Ledger ledger,
            Senders senders,
            Path data)
            throws IOException, InterruptedException {
        List<String> violations = new ArrayList<>();
        Duration drained;
        try (ServerProcess server = ServerProcess.start(launch)) {
            LockSupport.parkNanos(100_000_000);
            receiver.nextIncarnation();
            long started = time.nanos();
            server.awaitReady(READY);
            receiver.calmDown();
            senders.finish(READY);
            drained = drain(server, started, violations);
            Integer exit = server.stop(Duration.ofSeconds(30));
            if (exit == null || (exit != 0 && exit != 128 + 15)) {
                violations.add("asked to end, the server ended with " + exit);
            }
        }
        violations.addAll(ledger.contradictions());
        try (SqliteStore store =
                SqliteStore.open(data, StoreOptions.DEFAULT, time, SignalListener.NONE)) {
            KillAudit audit = new KillAudit(ledger.entries(), receiver.receipts(), store, SOURCE);
            audit.run();
            violations.addAll(audit.violations());
            long bound = 2L * CONCURRENCY * options.cycles();
            if (audit.duplicates() > bound) {
                violations.add(
                        "%d duplicates, although at most %d were in flight at the kills"
                                .formatted(audit.duplicates(), bound));
            }
            return new KillReport(
                    options.cycles(),
                    audit.acknowledged(),
                    ledger.unknownOutcomes(),
                    audit.lost(),
                    audit.duplicates(),
                    audit.delivered(),
                    audit.dead(),
                    drained,
                    violations);
        }
    }

    /// Waits until no delivery waits or is under way.
    private Duration drain(ServerProcess server, long started, List<String> violations)
            throws IOException {
        long deadline = time.nanos() + options.drain().toNanos();
        while (true) {
            boolean ended = none(server, "due") && none(server, "leased") && none(server, "held");
            if (ended || time.nanos() > deadline) {
                if (!ended) {
                    violations.add("in limbo: deliveries had not ended after " + options.drain());
                }
                return Duration.ofNanos(time.nanos() - started);
            }
            LockSupport.parkNanos(100_000_000);
        }
    }

    private static boolean none(ServerProcess server, String status) throws IOException {
        ServerProcess.Answer answer = server.get("/v1/deliveries?limit=1&status=" + status);
        if (answer.status() != 200) {
            throw new IOException("GET /v1/deliveries: " + answer.status() + " " + answer.text());
        }
        String text = answer.text().replace(" ", "").replace("\n", "");
        return text.contains("\"data\":[]")
                && (text.contains("\"next_cursor\":null") || !text.contains("\"next_cursor\":"));
    }

    /// All senders of a run.
    private final class Senders {
        private final List<RetryingSender> senders = new ArrayList<>();
        private final List<Thread> threads = new ArrayList<>();

        Senders(int port, Ledger ledger) {
            long gap = 1_000_000_000L * options.senders() / options.eventsPerSecond();
            for (int i = 0; i < options.senders(); i++) {
                String name = "t" + Long.toHexString(options.seed()) + "-" + i;
                RetryingSender.Lane lane =
                        new RetryingSender.Lane(
                                name, List.of(port), SOURCE, gap, Duration.ofSeconds(20));
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
