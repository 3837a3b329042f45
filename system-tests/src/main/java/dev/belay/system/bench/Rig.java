package dev.belay.system.bench;

import dev.belay.system.process.PostgresServer;
import dev.belay.system.process.ProcessFigures;
import dev.belay.system.process.Scratch;
import dev.belay.system.process.ServerProcess;
import dev.belay.time.SystemTime;
import dev.belay.time.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The real server, or several on one database, between a sender and a receiver.
final class Rig implements AutoCloseable {
    private static final Duration READY = Duration.ofMinutes(2);
    private static final Duration DRAIN = Duration.ofMinutes(2);

    private final Time time = new SystemTime();
    private final Path data;
    private final boolean delivering;
    private final Receiver receiver;
    private final List<ServerProcess> servers = new ArrayList<>();
    private final @Nullable SharedDatabase database;
    private final LoadSender sender;
    private final Duration ready;

    /// Starts all three.
    ///
    /// @param directory where configuration, log and data lie; data that are there are used
    /// @param delivering whether there is a destination
    Rig(BenchOptions options, Path directory, boolean delivering) throws IOException {
        this(options, directory, delivering, null);
    }

    /// @param database null: the embedded store
    Rig(BenchOptions options, Path directory, boolean delivering, @Nullable SharedDatabase database)
            throws IOException {
        this.delivering = delivering;
        this.database = database;
        this.data = directory.resolve("data");
        Timeline timeline = new Timeline();
        this.receiver = new Receiver(timeline, time);
        List<InetSocketAddress> addresses = new ArrayList<>();
        try {
            for (int i = 0; i < (database == null ? 1 : database.nodes()); i++) {
                addresses.add(start(i, options, directory));
            }
            Duration longest = Duration.ZERO;
            for (ServerProcess server : servers) {
                Duration took = server.awaitReady(READY);
                longest = took.compareTo(longest) > 0 ? took : longest;
            }
            this.ready = longest;
            this.sender =
                    new LoadSender(
                            addresses,
                            new RequestTemplate(
                                    "bench",
                                    Long.toHexString(time.wall().toEpochMilli()),
                                    options.bodyBytes()),
                            timeline,
                            time,
                            1);
        } catch (IOException e) {
            servers.forEach(ServerProcess::close);
            receiver.close();
            throw e;
        }
    }

    /// What several nodes share.
    ///
    /// @param nodes how many
    record SharedDatabase(PostgresServer server, String url, int nodes) {
        private String config() {
            return "database: { url: \"%s\", user: %s }\n".formatted(url, PostgresServer.user());
        }
    }

    private InetSocketAddress start(int node, BenchOptions options, Path directory)
            throws IOException {
        int port = ServerProcess.freePort();
        String suffix = node == 0 ? "" : Integer.toString(node);
        Path config = directory.resolve("belay" + suffix + ".yaml");
        Path own = directory.resolve("data" + suffix).toAbsolutePath();
        Files.writeString(
                config,
                ServerProcess.config(port, own)
                        + (database == null ? "" : database.config())
                        + endpoints(delivering ? receiver.port() : 0));
        servers.add(
                ServerProcess.start(
                        new ServerProcess.Launch(
                                options.server(),
                                options.javaOptions(),
                                config,
                                directory.resolve("server" + suffix + ".log"),
                                port)));
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static String endpoints(int receiverPort) {
        String source =
                """
                sources:
                  bench:
                    scheme:
                      hmac: { hash: sha256, encoding: hex, header: X-Webhook-Signature, prefix: "", content: "{body}" }
                      id: { header: X-Webhook-Id, or: /id }
                      type: /type
                    secrets: ["%s"]
                """
                        .formatted(RequestTemplate.SECRET);
        if (receiverPort == 0) {
            return source;
        }
        return source
                + """
                destinations:
                  sink:
                    url: http://127.0.0.1:%d/hook
                    allow-private: ["127.0.0.1/32"]
                subscriptions:
                  - source: bench
                    destination: sink
                """
                        .formatted(receiverPort);
    }

    /// From the start of the process until it said that it was ready.
    Duration ready() {
        return ready;
    }

    ServerProcess server() {
        return servers.getFirst();
    }

    private ProcessFigures figures() throws IOException {
        long cpu = 0;
        long resident = 0;
        long written = 0;
        for (ServerProcess server : servers) {
            ProcessFigures one = server.figures();
            cpu += one.cpuMicros();
            resident += one.residentBytes();
            written += one.writtenBytes();
        }
        return new ProcessFigures(cpu, resident, written);
    }

    private long kept() throws IOException {
        return database == null ? Scratch.bytesIn(data) : database.server().dataBytes();
    }

    private long databaseCpuMicros() throws IOException {
        return database == null ? 0 : database.server().cpuMicros();
    }

    /// Sends, waits until everything is delivered, and says what it cost.
    Phase measure(String name, int connections, Load load) throws IOException {
        sender.connections(connections);
        long self = ProcessHandle.current().pid();
        ProcessFigures before = figures();
        long databaseBefore = databaseCpuMicros();
        ProcessFigures ownBefore = ProcessFigures.of(self);
        long keptBefore = kept();
        Receiver.Window window = receiver.measure(sender.nextNumber());
        Load.Result result = sender.run(load);
        Duration drain = delivering ? drain(window, result.acceptedInAll()) : Duration.ZERO;
        ProcessFigures after = figures();
        ProcessFigures ownAfter = ProcessFigures.of(self);
        double events = Math.max(1, result.acceptedInAll());
        long delivered = window.received();
        return new Phase(
                name,
                connections,
                result,
                delivered,
                window.repeated(),
                drain,
                window.sinceSent(),
                window.sinceAccepted(),
                new Phase.Cost(
                        (after.cpuMicros() - before.cpuMicros()) / events,
                        (databaseCpuMicros() - databaseBefore) / events,
                        (ownAfter.cpuMicros() - ownBefore.cpuMicros()) / events,
                        after.residentBytes(),
                        (after.writtenBytes() - before.writtenBytes()) / events,
                        (kept() - keptBefore) / events));
    }

    private Duration drain(Receiver.Window window, long wanted) throws IOException {
        long start = time.nanos();
        while (window.received() < wanted) {
            if (time.nanos() - start > DRAIN.toNanos()) {
                throw new IOException(
                        "after %s only %d of %d events had been delivered:\n%s"
                                .formatted(DRAIN, window.received(), wanted, server().logTail()));
            }
            LockSupport.parkNanos(1_000_000);
        }
        return Duration.ofNanos(time.nanos() - start);
    }

    @Override
    public void close() throws IOException {
        try {
            sender.close();
            for (ServerProcess server : servers) {
                server.stop(Duration.ofSeconds(30));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            servers.forEach(ServerProcess::close);
            receiver.close();
        }
    }
}
