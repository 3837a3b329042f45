package dev.belay.system.torture;

import dev.belay.store.StoreOptions;
import dev.belay.system.process.Libc;
import dev.belay.system.process.ProcessFigures;
import dev.belay.system.process.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// An [Appender] in a process of its own, seen from outside.
final class AppenderProcess implements AutoCloseable {
    private final Process process;
    private final Path log;
    private final BufferedReader out;
    private final List<String> lines = new ArrayList<>();
    private final CountDownLatch acknowledged = new CountDownLatch(1);
    private final Thread reader;
    private final Thread onExit;

    private AppenderProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.reader = Thread.ofPlatform().daemon().unstarted(this::read);
        this.onExit = Thread.ofPlatform().unstarted(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /// Starts one that warms up.
    ///
    /// @param scratch where its log is kept, and what the JVM learns about classes, so that the
    ///   next starts faster
    static AppenderProcess start(Path warmUp, StoreOptions.Sync sync, int threads, Path scratch)
            throws IOException {
        Path archive = scratch.resolve("classes.jsa");
        Path log = scratch.resolve("appender.log");
        List<String> command = new ArrayList<>();
        command.add(ServerProcess.java());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+AutoCreateSharedArchive",
                        "-XX:SharedArchiveFile=" + archive,
                        "-Xlog:disable",
                        "-cp",
                        ServerProcess.absoluteClassPath(),
                        Appender.class.getName(),
                        warmUp.toString(),
                        sync.name(),
                        Integer.toString(threads)));
        return new AppenderProcess(
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start(),
                log);
    }

    /// Waits until it is warm.
    void awaitWarm() throws IOException {
        String line = out.readLine();
        if (!Appender.WARM.equals(line)) {
            throw new IOException("the appender did not start; it said: " + Files.readString(log));
        }
    }

    /// Lets it append.
    void begin(Path directory) throws IOException {
        reader.start();
        Writer in = process.outputWriter(StandardCharsets.UTF_8);
        in.write(directory + "\n");
        in.flush();
    }

    /// Waits until the store has acknowledged something to it.
    void awaitAcknowledgement() throws IOException, InterruptedException {
        if (!acknowledged.await(60, TimeUnit.SECONDS)) {
            throw new IOException("nothing was acknowledged: " + Files.readString(log));
        }
    }

    /// Freezes it: what it has written until now, it had been told before anything that follows.
    void freeze() throws IOException {
        Libc.kill(process.pid(), Libc.SIGSTOP);
        while (!ProcessFigures.isStopped(process.pid())) {
            LockSupport.parkNanos(100_000);
        }
    }

    /// Kills it and answers every line it wrote.
    List<String> killAndRead() throws IOException, InterruptedException {
        Libc.kill(process.pid(), Libc.SIGKILL);
        process.waitFor();
        reader.join();
        return List.copyOf(lines);
    }

    /// Lets it end by itself, so that what it learned about classes is kept.
    void dismiss() throws IOException, InterruptedException {
        process.outputWriter(StandardCharsets.UTF_8).close();
        process.waitFor();
    }

    private void read() {
        try {
            String line = out.readLine();
            while (line != null) {
                lines.add(line);
                acknowledged.countDown();
                line = out.readLine();
            }
        } catch (IOException e) {
            // The process is gone; the lines read so far count.
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException shuttingDown) {
            // The hook runs or has run: nothing is left to remove.
        }
    }
}
