package dev.belay.server.cli;

import dev.belay.DatabaseConfig;
import dev.belay.Gateway;
import dev.belay.GatewayConfig;
import dev.belay.delivery.StoreFailure;
import dev.belay.server.config.ConfigProblem;
import dev.belay.server.config.ConfigReader;
import dev.belay.server.config.ReadResult;
import dev.belay.server.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `belay migrate`: brings the store to the schema of this version.
@Command(
        name = "migrate",
        description = "Bring the store to the schema of this version.",
        footer = {"", "serve does the same by itself; this is for choosing the moment."})
final class MigrateCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration (default: ${DEFAULT-VALUE}).")
    private Path config = Path.of("belay.yaml");

    MigrateCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        return switch (ConfigReader.read(config, shell.environment())) {
            case ReadResult.Config(Settings settings, _) -> migrate(settings);
            case ReadResult.Problems(List<ConfigProblem> problems) -> {
                problems.forEach(problem -> shell.remark("belay: " + config + ": " + problem));
                yield ExitCode.USAGE.number();
            }
        };
    }

    private int migrate(Settings settings) {
        GatewayConfig.Builder store = GatewayConfig.at(settings.data());
        DatabaseConfig database = settings.database();
        if (database != null) {
            store.database(database);
        }
        try {
            shell.terminal().line("the schema is " + Gateway.migrate(store.build()));
            return ExitCode.OK.number();
        } catch (StoreFailure failure) {
            throw new CliFailure(ExitCode.FAILED, String.valueOf(failure.getMessage()));
        }
    }
}
