package dev.belay.server.cli;

import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.server.config.ConfigProblem;
import dev.belay.server.config.ConfigReader;
import dev.belay.server.config.ReadResult;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `belay apply`: puts what a file declares into a running gateway.
@Command(
        name = "apply",
        description = {
            "Put the sources, destinations and subscriptions of a file into a running gateway, all",
            "or none, in place of what the file declared before. Entries made through the API stay.",
            "Secrets travel as written: env: and file: are looked up by the gateway."
        })
final class ApplyCommand implements Callable<Integer> {
    private final Shell shell;
    @Mixin private Connection connection = new Connection();
    @Mixin private Output output = new Output();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The file (default: ${DEFAULT-VALUE}).")
    private Path config = Path.of("belay.yaml");

    ApplyCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        return switch (ConfigReader.read(config, shell.environment())) {
            case ReadResult.Config(_, List<Declaration> declarations) -> put(declarations);
            case ReadResult.Problems(List<ConfigProblem> problems) -> {
                problems.forEach(problem -> shell.remark("belay: " + config + ": " + problem));
                yield ExitCode.USAGE.number();
            }
        };
    }

    private int put(List<Declaration> declarations) {
        ObjectNode catalog = JsonMapper.shared().createObjectNode();
        for (Declaration declaration : declarations) {
            catalog.withObjectProperty(declaration.key().kind() + "s")
                    .set(
                            declaration.key().name(),
                            JsonMapper.shared().readTree(declaration.json()));
        }
        try (ApiClient api = connection.open(shell.environment())) {
            JsonNode answer = api.put("catalog", catalog);
            if (output.json) {
                shell.terminal().json(answer);
            } else {
                shell.terminal().line("applied " + declarations.size() + " entries of " + config);
            }
        }
        return ExitCode.OK.number();
    }
}
