package dev.belay.server.cli;

import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.server.Server;
import dev.belay.server.StartFailure;
import dev.belay.server.config.ConfigProblem;
import dev.belay.server.config.ConfigReader;
import dev.belay.server.config.ListenAddress;
import dev.belay.server.config.ReadResult;
import dev.belay.server.config.SecretReferences;
import dev.belay.server.config.Settings;
import dev.belay.signature.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `belay serve`: runs the gateway until the process is told to end.
@Command(
        name = "serve",
        description = {
            "Run the gateway. Without a file it listens on this machine only, keeps its data in",
            "./data, and says what to do next."
        },
        footer = {
            "",
            "Events are logged to standard output, everything else goes to the error output."
        })
final class ServeCommand implements Callable<Integer> {
    private static final Path USUAL_FILE = Path.of("belay.yaml");

    private final Shell shell;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration (default: ./belay.yaml where there is one).")
    private @Nullable Path config;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "Where to listen, such as 127.0.0.1:8090; wins over the file.")
    private @Nullable String listen;

    ServeCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Path file = config != null ? config : Files.exists(USUAL_FILE) ? USUAL_FILE : null;
        ReadResult read =
                file == null
                        ? new ReadResult.Config(Settings.defaults(), List.of())
                        : ConfigReader.read(file, shell.environment());
        return switch (read) {
            case ReadResult.Config(Settings settings, List<Declaration> declarations) ->
                    serve(placed(settings), declarations, file);
            case ReadResult.Problems(List<ConfigProblem> problems) -> {
                problems.forEach(problem -> shell.remark("belay: " + file + ": " + problem));
                yield ExitCode.USAGE.number();
            }
        };
    }

    private Settings placed(Settings settings) {
        if (listen == null) {
            return settings;
        }
        return settings.listeningOn(
                ListenAddress.parse(listen)
                        .orElseThrow(
                                () ->
                                        new CliFailure(
                                                ExitCode.USAGE,
                                                "--listen takes an address and a port, such as"
                                                        + " 127.0.0.1:8090")));
    }

    private int serve(Settings settings, List<Declaration> declarations, @Nullable Path file) {
        Path directory = file == null ? Path.of("") : directoryOf(file);
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().unstarted(() -> end(stop, closed)));
        try (Server server =
                Server.start(
                        new Server.Start(
                                settings,
                                declarations,
                                new SecretReferences(shell.environment(), directory),
                                VersionCommand.version(),
                                shell.terminal().out(),
                                shell.random()))) {
            greet(server, settings, file);
            stop.await();
            return ExitCode.OK.number();
        } catch (InterruptedException e) {
            // Told to end by whoever runs it on a thread of their own.
            Thread.currentThread().interrupt();
            return ExitCode.OK.number();
        } catch (StartFailure failure) {
            failure.message().lines().forEach(line -> shell.remark("belay: " + line));
            return (failure.isConfiguration() ? ExitCode.USAGE : ExitCode.FAILED).number();
        } finally {
            closed.countDown();
        }
    }

    /// Has the server closed before the process ends.
    private static void end(CountDownLatch stop, CountDownLatch closed) {
        stop.countDown();
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path directoryOf(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        return directory == null ? Path.of("") : directory;
    }

    private void greet(Server server, Settings settings, @Nullable Path file) {
        String admin = server.adminUrl();
        shell.remark("belay " + VersionCommand.version() + " is ready");
        shell.remark("  webhooks  " + server.publicUrl() + "/in/{source}");
        shell.remark("  API       " + admin + "/v1");
        shell.remark("  health    " + admin + "/readyz");
        shell.remark("  data      " + settings.data().toAbsolutePath().normalize());
        if (settings.database() != null) {
            shell.remark("  database  PostgreSQL");
        }
        Secret made = server.newToken();
        Path tokenFile = server.tokenFile();
        if (tokenFile == null) {
            shell.remark("  token     as declared");
        } else if (made != null) {
            shell.remark(
                    "  token     " + made.reveal() + "  (shown once; kept in " + tokenFile + ")");
        } else {
            shell.remark("  token     in " + tokenFile);
        }
        if (file == null && server.gateway().catalog().sources().isEmpty()) {
            sayWhatToDo(server, admin, tokenFile);
        }
    }

    /// The first steps, to be pasted.
    private void sayWhatToDo(Server server, String admin, @Nullable Path tokenFile) {
        shell.remark("");
        shell.remark("Nothing is declared yet. In another terminal, declare a source:");
        shell.remark("");
        shell.remark("  curl -X PUT " + admin + "/v1/sources/shop \\");
        shell.remark("    -H \"Authorization: Bearer $(cat " + tokenFile + ")\" \\");
        shell.remark("    -H 'Content-Type: application/json' \\");
        shell.remark("    -d '{\"scheme\":\"generic\",\"secrets\":[\"s3cret\"]}'");
        shell.remark("");
        shell.remark("send it a signed webhook, and look at what was kept:");
        shell.remark("");
        shell.remark(
                "  ./belay send generic --to " + server.publicUrl() + "/in/shop --secret s3cret");
        shell.remark("  ./belay events");
        shell.remark("");
    }
}
