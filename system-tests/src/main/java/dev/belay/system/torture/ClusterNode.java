package dev.belay.system.torture;

import dev.belay.system.process.Libc;
import dev.belay.system.process.ProcessFigures;
import dev.belay.system.process.ServerProcess;
import dev.belay.time.Time;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One node of a cluster: its way to the database, its process while it runs, and what can be seen
/// of its readiness from outside.
final class ClusterNode implements AutoCloseable {
    private static final long LOOK_NANOS = 40_000_000;
    private static final int IMPATIENT_MILLIS = 1_000;

    private final int index;
    private final ServerProcess.Launch launch;
    private final Path data;
    private final FaultProxy proxy;
    private final Time time;
    private volatile @Nullable ServerProcess process;
    private volatile boolean closed;
    private volatile boolean ready;
    private volatile long changedAt;

    ClusterNode(int index, ServerProcess.Launch launch, Path data, FaultProxy proxy, Time time) {
        this.index = index;
        this.launch = launch;
        this.data = data;
        this.proxy = proxy;
        this.time = time;
        Thread.ofVirtual().start(this::watch);
    }

    int index() {
        return index;
    }

    int port() {
        return launch.port();
    }

    FaultProxy proxy() {
        return proxy;
    }

    /// The name under which the database knows it.
    String name() throws IOException {
        return Files.readString(data.resolve("node")).strip();
    }

    void start() throws IOException {
        process = ServerProcess.start(launch);
    }

    ServerProcess process() {
        ServerProcess now = process;
        if (now == null) {
            throw new IllegalStateException("node " + index + " does not run");
        }
        return now;
    }

    void kill() throws IOException, InterruptedException {
        process().kill();
        process = null;
    }

    /// Asks it to end.
    ///
    /// @return its exit value, null when it had to be killed
    @Nullable Integer stop(Duration limit) throws InterruptedException {
        Integer exit = process().stop(limit);
        process = null;
        return exit;
    }

    void freeze() throws IOException {
        long pid = process().pid();
        Libc.kill(pid, Libc.SIGSTOP);
        while (!ProcessFigures.isStopped(pid)) {
            LockSupport.parkNanos(100_000);
        }
    }

    void thaw() throws IOException {
        Libc.kill(process().pid(), Libc.SIGCONT);
    }

    /// Whether it said at the latest look that it is ready.
    boolean isReady() {
        return ready;
    }

    /// When the answer to that last changed, in nanoseconds of the clock given.
    long changedAt() {
        return changedAt;
    }

    private void watch() {
        while (!closed) {
            boolean now = process != null && saysReady();
            if (now != ready) {
                changedAt = time.nanos();
                ready = now;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /// Whether it says so now, without much patience.
    boolean saysReady() {
        try {
            URI uri = URI.create("http://127.0.0.1:" + launch.port() + "/readyz");
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(IMPATIENT_MILLIS);
            connection.setReadTimeout(IMPATIENT_MILLIS);
            int status = connection.getResponseCode();
            try (var body =
                    status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                if (body != null) {
                    body.readAllBytes();
                }
            }
            return status == 200;
        } catch (IOException notNow) {
            return false;
        }
    }

    /// The end of what it has printed.
    String logTail() {
        ServerProcess now = process;
        return now == null ? "(not running)" : now.logTail();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        ServerProcess now = process;
        if (now != null) {
            now.close();
        }
        proxy.close();
    }
}
