package dev.belay.system.bench;

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
import java.util.concurrent.locks.LockSupport;

/// The real server between a sender and a receiver.
final class Rig implements AutoCloseable {
    private static final Duration READY = Duration.ofMinutes(2);
    private static final Duration DRAIN = Duration.ofMinutes(2);

    private final Time time = new SystemTime();
    private final Path data;
    private final boolean delivering;
    private final Receiver receiver;
    private final ServerProcess server;
    private final LoadSender sender;
    private final Duration ready;

    /// Starts all three.
    ///
    /// @param directory where configuration, log and data lie; data that are there are used
    /// @param delivering whether there is a destination
    Rig(BenchOptions options, Path directory, boolean delivering) throws IOException {
        this.delivering = delivering;
        this.data = directory.resolve("data");
        Timeline timeline = new Timeline();
        this.receiver = new Receiver(timeline, time);
        int port = ServerProcess.freePort();
        Path config = directory.resolve("belay.yaml");
        Files.writeString(
                config,
                ServerProcess.config(port, data.toAbsolutePath())
                        + endpoints(delivering ? receiver.port() : 0));
        this.server =
                ServerProcess.start(
                        new ServerProcess.Launch(
                                options.server(),
                                options.javaOptions(),
                                config,
                                directory.resolve("server.log"),
                                port));
        try {
            this.ready = server.awaitReady(READY);
            this.sender =
                    new LoadSender(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                            new RequestTemplate(
                                    "bench",
                                    Long.toHexString(time.wall().toEpochMilli()),
                                    options.bodyBytes()),
                            timeline,
                            time,
                            1);
        } catch (IOException e) {
            server.close();
            receiver.close();
            throw e;
        }
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
        return server;
    }

    /// Sends, waits until everything is delivered, and says what it cost.
    Phase measure(String name, int connections, Load load) throws IOException {
        sender.connections(connections);
        long self = ProcessHandle.current().pid();
        ProcessFigures before = server.figures();
        ProcessFigures ownBefore = ProcessFigures.of(self);
        long keptBefore = Scratch.bytesIn(data);
        Receiver.Window window = receiver.measure(sender.nextNumber());
        Load.Result result = sender.run(load);
        Duration drain = delivering ? drain(window, result.acceptedInAll()) : Duration.ZERO;
        ProcessFigures after = server.figures();
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
                        (ownAfter.cpuMicros() - ownBefore.cpuMicros()) / events,
                        after.residentBytes(),
                        (after.writtenBytes() - before.writtenBytes()) / events,
                        (Scratch.bytesIn(data) - keptBefore) / events));
    }

    private Duration drain(Receiver.Window window, long wanted) throws IOException {
        long start = time.nanos();
        while (window.received() < wanted) {
            if (time.nanos() - start > DRAIN.toNanos()) {
                throw new IOException(
                        "after %s only %d of %d events had been delivered:\n%s"
                                .formatted(DRAIN, window.received(), wanted, server.logTail()));
            }
            LockSupport.parkNanos(1_000_000);
        }
        return Duration.ofNanos(time.nanos() - start);
    }

    @Override
    public void close() throws IOException {
        try {
            sender.close();
            server.stop(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            server.close();
            receiver.close();
        }
    }
}
