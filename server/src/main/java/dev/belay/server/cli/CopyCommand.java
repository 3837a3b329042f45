package dev.belay.server.cli;

import dev.belay.DatabaseConfig;
import dev.belay.GatewayConfig;
import dev.belay.StoreCopy;
import dev.belay.StoreCopy.Checked;
import dev.belay.delivery.StoreFailure;
import dev.belay.server.config.ConfigProblem;
import dev.belay.server.config.ConfigReader;
import dev.belay.server.config.ReadResult;
import dev.belay.server.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `belay copy`: takes a store across into another, checked.
@Command(
        name = "copy",
        description = {
            "Copy a store into an empty one: from the embedded store to PostgreSQL, or back.",
            "The gateway must be stopped on both sides."
        },
        footer = {
            "",
            "STORE is a configuration file, or the data directory of an embedded store. A copy that",
            "was interrupted is continued by the same command; until it has said that both are",
            "equal, serve does not start on it. The source stays as it is."
        })
final class CopyCommand implements Callable<Integer> {
    private static final List<String> HEADINGS = List.of("ROWS OF", "FROM", "TO", "CHECKSUM", "");

    private final Shell shell;

    @Option(
            names = "--from",
            paramLabel = "STORE",
            required = true,
            description = "What is copied.")
    private Path from = Path.of("");

    @Option(
            names = "--to",
            paramLabel = "STORE",
            required = true,
            description = "Where to: a store that is empty, or a copy to be continued.")
    private Path to = Path.of("");

    CopyCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        GatewayConfig source = config(from);
        GatewayConfig target = config(to);
        List<Checked> checked;
        try {
            checked = StoreCopy.run(source, target, shell::remark);
        } catch (StoreFailure failure) {
            throw new CliFailure(ExitCode.FAILED, String.valueOf(failure.getMessage()));
        }
        shell.terminal().table(HEADINGS, checked.stream().map(CopyCommand::cells).toList());
        if (!checked.stream().allMatch(Checked::isEqual)) {
            throw new CliFailure(
                    ExitCode.FAILED,
                    "the copy is not equal to its source, and stays unusable: empty it, and copy"
                            + " from the beginning");
        }
        shell.terminal().line("both are equal");
        return ExitCode.OK.number();
    }

    private GatewayConfig config(Path store) {
        if (Files.isDirectory(store)) {
            return builder(store).build();
        }
        return switch (ConfigReader.read(store, shell.environment())) {
            case ReadResult.Config(Settings settings, _) -> config(settings);
            case ReadResult.Problems(List<ConfigProblem> problems) ->
                    throw new CliFailure(
                            ExitCode.USAGE,
                            problems.stream()
                                    .map(problem -> store + ": " + problem)
                                    .collect(Collectors.joining("\n")));
        };
    }

    private GatewayConfig config(Settings settings) {
        GatewayConfig.Builder store = builder(settings.data());
        DatabaseConfig database = settings.database();
        if (database != null) {
            store.database(database);
        }
        return store.build();
    }

    private GatewayConfig.Builder builder(Path data) {
        return GatewayConfig.at(data).time(shell.time()).random(shell.random());
    }

    private static List<String> cells(Checked checked) {
        return List.of(
                checked.name(),
                number(checked.from().rows()),
                number(checked.to().rows()),
                checked.isEqual()
                        ? checked.from().checksum()
                        : checked.from().checksum() + " / " + checked.to().checksum(),
                checked.isEqual() ? "" : "DIFFERENT");
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
