package dev.belay.system.process;

import dev.belay.event.Body;
import dev.belay.time.SystemTime;
import dev.belay.time.Time;
import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The real server in a process of its own. Ends with the one who started it.
public final class ServerProcess implements AutoCloseable {
    /// The bearer token that [#config] declares.
    public static final String TOKEN = "only-for-this-run-0123456789abcdef";

    private static final Time TIME = new SystemTime();
    private static final int LOG_TAIL_BYTES = 4_000;

    private final Process process;
    private final Launch launch;
    private final long startedNanos;
    private final Thread onExit;

    private ServerProcess(Process process, Launch launch, long startedNanos) {
        this.process = process;
        this.launch = launch;
        this.startedNanos = startedNanos;
        this.onExit = Thread.ofPlatform().unstarted(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /// What to start.
    ///
    /// @param code how the JVM finds the server: `-jar FILE`, or `-cp PATH MAIN`
    /// @param javaOptions further options of the JVM
    /// @param config the configuration file
    /// @param log where its output is appended to
    /// @param port where it listens on the loopback address, as the configuration says
    public record Launch(
            List<String> code, List<String> javaOptions, Path config, Path log, int port) {
        public Launch {
            code = List.copyOf(code);
            javaOptions = List.copyOf(javaOptions);
        }
    }

    /// How to start the server's jar: the file named by the system property `belay.jar`, else
    /// `server/target/belay.jar` below the current directory.
    ///
    /// @throws IOException when it has not been built
    public static List<String> fromJar() throws IOException {
        Path jar = Path.of(System.getProperty("belay.jar", "server/target/belay.jar"));
        if (!Files.isRegularFile(jar)) {
            throw new IOException("there is no " + jar + "; ./build jar makes it");
        }
        return List.of("-jar", jar.toAbsolutePath().toString());
    }

    /// How to start the server from the class path of this JVM.
    public static List<String> fromClassPath() {
        return List.of("-cp", absoluteClassPath(), "dev.belay.server.cli.Main");
    }

    /// This JVM's class path, usable from any directory.
    public static String absoluteClassPath() {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    /// The `java` that runs this program.
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /// A port of the loopback address that nobody uses now.
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// The beginning of a configuration: where to listen, where the data are, the token.
    public static String config(int port, Path data) {
        return """
        listen: 127.0.0.1:%d
        data: %s
        admin:
          token: %s
        """
                .formatted(port, data, TOKEN);
    }

    /// Starts it and does not wait.
    public static ServerProcess start(Launch launch) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(launch.javaOptions());
        command.addAll(launch.code());
        command.add("serve");
        command.add("--config");
        command.add(launch.config().toString());
        long startedNanos = TIME.nanos();
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()))
                        .start();
        return new ServerProcess(process, launch, startedNanos);
    }

    /// Waits until it says that it is ready.
    ///
    /// @return time from its start until then
    /// @throws IOException when it ends before, or takes longer than the limit
    public Duration awaitReady(Duration limit) throws IOException {
        while (TIME.nanos() - startedNanos < limit.toNanos()) {
            if (!process.isAlive()) {
                throw new IOException(
                        "the server ended with " + process.exitValue() + ":\n" + logTail());
            }
            if (isReady()) {
                return Duration.ofNanos(TIME.nanos() - startedNanos);
            }
            LockSupport.parkNanos(5_000_000);
        }
        throw new IOException("the server was not ready after " + limit + ":\n" + logTail());
    }

    private boolean isReady() {
        try {
            return get("/readyz").status() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /// Asks the server, with the token.
    public Answer get(String pathAndQuery) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + launch.port() + pathAndQuery);
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(5_000);
        connection.setReadTimeout(30_000);
        connection.setRequestProperty("Authorization", "Bearer " + TOKEN);
        int status = connection.getResponseCode();
        try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(status, Body.of(in == null ? new byte[0] : in.readAllBytes()));
        }
    }

    /// What the server answered.
    public record Answer(int status, Body body) {
        /// The body as UTF-8.
        public String text() {
            return new String(body.bytes(), StandardCharsets.UTF_8);
        }
    }

    /// Its process id.
    public long pid() {
        return process.pid();
    }

    /// Whether it runs.
    public boolean isAlive() {
        return process.isAlive();
    }

    /// What it has cost so far.
    public ProcessFigures figures() throws IOException {
        return ProcessFigures.of(process.pid());
    }

    /// Ends it with `SIGKILL` and waits until it is gone.
    public void kill() throws IOException, InterruptedException {
        if (process.isAlive()) {
            Libc.kill(process.pid(), Libc.SIGKILL);
        }
        process.waitFor();
        forget();
    }

    /// Asks it to end (`SIGTERM`), and kills it when it does not within the limit.
    ///
    /// @return its exit value, null when it had to be killed
    public @Nullable Integer stop(Duration limit) throws InterruptedException {
        process.destroy();
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        forget();
        return ended ? process.exitValue() : null;
    }

    /// The end of what it has printed.
    public String logTail() {
        try {
            byte[] all = Files.readAllBytes(launch.log());
            int from = Math.max(0, all.length - LOG_TAIL_BYTES);
            return new String(all, from, all.length - from, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    private void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException shuttingDown) {
            // The hook runs or has run: nothing is left to remove.
        }
    }

    /// Kills it if it still runs.
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        forget();
    }
}
