package dev.belay.system.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// A real PostgreSQL for tests: the machine's own where it has one, else the one that the build
/// brings along. Synced to disk, on loopback, in a directory of its own. It ends with the process
/// that started it, however that ends: a shell beside it waits for the end of a pipe.
public final class PostgresServer implements AutoCloseable {
    private static final String USER = "belay";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// Ends the server, and its files, when standard input ends.
    private static final String GUARD =
            """
            dir=$1; shift
            "$@" >>"$dir/log" 2>&1 </dev/null &
            server=$!
            cat >/dev/null
            kill -QUIT $server 2>/dev/null
            wait $server
            if [ ! -e "$dir/keep" ]; then rm -rf "$dir"; fi
            """;

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final Path directory;
    private final Path binaries;
    private final int port;
    private final List<String> settings;
    private Process process;

    private PostgresServer(Path directory, Path binaries, int port, List<String> settings)
            throws IOException {
        this.directory = directory;
        this.binaries = binaries;
        this.port = port;
        this.settings = settings;
        process = run();
    }

    private static final class Shared {
        static final PostgresServer SERVER = start();

        private static PostgresServer start() {
            try {
                PostgresServer server = PostgresServer.start(List.of());
                Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                return server;
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException("no PostgreSQL for the tests", e);
            }
        }
    }

    /// The one that the tests of this process share.
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /// A server of one's own.
    ///
    /// @param settings as on the server's command line, such as `fsync=off`
    public static PostgresServer start(List<String> settings)
            throws IOException, InterruptedException {
        return start(settings, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /// A server of one's own with its files below a directory.
    public static PostgresServer start(List<String> settings, Path under)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(under, "belay-postgres-");
        hand(directory);
        Path binaries = binaries(directory);
        List<String> init =
                List.of(
                        binaries.resolve("initdb").toString(),
                        "-D",
                        directory.resolve("data").toString(),
                        "-U",
                        USER,
                        "-A",
                        "trust",
                        "-E",
                        "UTF8",
                        "--locale=C",
                        "--no-sync");
        Process made =
                new ProcessBuilder(unprivileged(init))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (made.waitFor() != 0) {
            throw new IOException("initdb: " + said);
        }
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        PostgresServer server = new PostgresServer(directory, binaries, port, settings);
        server.await();
        return server;
    }

    private Process run() throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "/bin/sh",
                                "-c",
                                GUARD,
                                "guard",
                                directory.toString(),
                                binaries.resolve("postgres").toString(),
                                "-D",
                                directory.resolve("data").toString(),
                                "-p",
                                Integer.toString(port),
                                "-c",
                                "listen_addresses=127.0.0.1",
                                "-c",
                                "unix_socket_directories=" + directory,
                                "-c",
                                "max_connections=100"));
        for (String setting : settings) {
            command.add("-c");
            command.add(setting);
        }
        return new ProcessBuilder(unprivileged(command)).directory(directory.toFile()).start();
    }

    /// The server refuses to run as root.
    private static List<String> unprivileged(List<String> command) {
        if (!"root".equals(System.getProperty("user.name"))) {
            return command;
        }
        List<String> whole =
                new ArrayList<>(
                        List.of(
                                "setpriv",
                                "--reuid=nobody",
                                "--regid=nogroup",
                                "--clear-groups",
                                "--"));
        whole.addAll(command);
        return whole;
    }

    private static void hand(Path directory) throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return;
        }
        var nobody =
                directory
                        .getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("nobody");
        Files.setOwner(directory, nobody);
    }

    private static Path binaries(Path directory) throws IOException, InterruptedException {
        Path installed = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(installed) && System.getProperty("belay.postgres.unpack") == null) {
            try (Stream<Path> versions = Files.list(installed)) {
                Path newest =
                        versions.filter(version -> major(version) >= 15)
                                .filter(
                                        version ->
                                                Files.isExecutable(version.resolve("bin/initdb")))
                                .max(Comparator.comparingInt(PostgresServer::major))
                                .map(version -> version.resolve("bin"))
                                .orElse(null);
                if (newest != null) {
                    return newest;
                }
            }
        }
        return unpack(directory.resolve("server"));
    }

    private static int major(Path version) {
        String name = String.valueOf(version.getFileName());
        return name.chars().allMatch(Character::isDigit) ? Integer.parseInt(name) : 0;
    }

    private static Path unpack(Path into) throws IOException, InterruptedException {
        Files.createDirectory(into);
        hand(into);
        try (InputStream archive =
                PostgresServer.class.getResourceAsStream("/postgres-linux-x86_64.txz")) {
            if (archive == null) {
                throw new IOException(
                        "no PostgreSQL in /usr/lib/postgresql, and none brought along");
            }
            Process tar =
                    new ProcessBuilder(
                                    unprivileged(
                                            List.of("tar", "-xJf", "-", "-C", into.toString())))
                            .directory(into.toFile())
                            .redirectErrorStream(true)
                            .start();
            archive.transferTo(tar.getOutputStream());
            tar.getOutputStream().close();
            String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (tar.waitFor() != 0) {
                throw new IOException("tar: " + said);
            }
        }
        return into.resolve("bin");
    }

    private void await() throws IOException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Connection _ = connect("postgres")) {
                return;
            } catch (SQLException e) {
                if (!process.isAlive() || System.nanoTime() > until) {
                    throw new IOException("the server does not start: " + log(), e);
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private String log() throws IOException {
        Path log = directory.resolve("log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /// A database that is empty, and its address.
    public String newDatabase() {
        String name = "test" + DATABASES.incrementAndGet();
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("CREATE DATABASE " + name);
            return url(name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Removes a database that [#newDatabase] has made.
    public void drop(String url) {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            String name = url.substring(url.lastIndexOf('/') + 1);
            statement.executeUpdate("DROP DATABASE " + name + " WITH (FORCE)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    public static String user() {
        return USER;
    }

    public int port() {
        return port;
    }

    /// A connection of the test's own, beside the store's.
    public Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", USER);
        String url = database.startsWith("jdbc:") ? database : url(database);
        return DriverManager.getConnection(url, properties);
    }

    /// Ends the server without a word to its clients, as a power cut would.
    public void kill() throws IOException, InterruptedException {
        Files.createFile(directory.resolve("keep"));
        process.getOutputStream().close();
        process.waitFor();
    }

    /// Kills each of its processes with `SIGKILL`: it gets to do nothing more, and its shared
    /// memory is left behind.
    public void killHard() throws IOException, InterruptedException {
        Files.createFile(directory.resolve("keep"));
        List<ProcessHandle> all = processes();
        for (ProcessHandle one : all) {
            one.destroyForcibly();
        }
        for (ProcessHandle one : all) {
            while (one.isAlive()) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        process.getOutputStream().close();
        process.waitFor();
    }

    /// Stops each of its processes where it stands: connections stay, and nothing is answered.
    public void freeze() throws IOException {
        for (ProcessHandle one : processes()) {
            signal(one, Libc.SIGSTOP);
        }
    }

    /// Lets it go on after [#freeze].
    public void thaw() throws IOException {
        for (ProcessHandle one : processes()) {
            signal(one, Libc.SIGCONT);
        }
    }

    private static void signal(ProcessHandle one, int signal) throws IOException {
        try {
            Libc.kill(one.pid(), signal);
        } catch (IOException e) {
            if (one.isAlive()) {
                throw e;
            }
        }
    }

    /// User and system time of all its processes so far, those that have ended included, in
    /// microseconds.
    public long cpuMicros() throws IOException {
        long sum = ProcessFigures.cpuMicrosOfEnded(postmaster().pid());
        for (ProcessHandle one : processes()) {
            sum += ProcessFigures.cpuMicros(one.pid());
        }
        return sum;
    }

    /// Bytes that its files take up.
    public long dataBytes() throws IOException {
        return Scratch.bytesIn(directory.resolve("data"));
    }

    /// The first of its processes, and its children; none while it is down.
    private List<ProcessHandle> processes() throws IOException {
        ProcessHandle postmaster = postmaster();
        return Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
    }

    private ProcessHandle postmaster() throws IOException {
        Path file = directory.resolve("data").resolve("postmaster.pid");
        return ProcessHandle.of(Long.parseLong(Files.readAllLines(file).getFirst().strip()))
                .orElseThrow(() -> new IOException("the server does not run"));
    }

    /// Starts it again after [#kill] or [#killHard].
    public void startAgain() throws IOException {
        Files.delete(directory.resolve("keep"));
        process = run();
        await();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
