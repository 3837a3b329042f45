package dev.belay.server.cli;

import dev.belay.server.config.ConfigProblem;
import dev.belay.server.config.ConfigReader;
import dev.belay.server.config.ReadResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `belay check`: whether a configuration is right, without starting anything.
@Command(
        name = "check",
        description = "Say everything that is wrong with a configuration file, in one pass.",
        footer = {"", "Secrets are looked up, so it needs the environment that serve will have."})
final class CheckCommand implements Callable<Integer> {
    private final Shell shell;
    @Mixin private Output output = new Output();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The file (default: ${DEFAULT-VALUE}).")
    private Path config = Path.of("belay.yaml");

    CheckCommand(Shell shell) {
        this.shell = shell;
    }

    /// What is wrong with a file; nothing when it is right.
    static List<ConfigProblem> problems(Path config, Map<String, String> environment) {
        return switch (ConfigReader.read(config, environment)) {
            case ReadResult.Config _ -> List.of();
            case ReadResult.Problems(List<ConfigProblem> problems) -> problems;
        };
    }

    @Override
    public Integer call() {
        List<ConfigProblem> problems = problems(config, shell.environment());
        if (output.json) {
            ObjectNode answer =
                    JsonMapper.shared().createObjectNode().put("valid", problems.isEmpty());
            ArrayNode list = answer.putArray("problems");
            for (ConfigProblem problem : problems) {
                list.addObject()
                        .put("pointer", problem.pointer())
                        .put("line", problem.line())
                        .put("message", problem.message());
            }
            shell.terminal().json(answer);
        } else if (problems.isEmpty()) {
            shell.terminal().line(config + " is valid");
        } else {
            problems.forEach(problem -> shell.terminal().line(config + ": " + problem));
        }
        return (problems.isEmpty() ? ExitCode.OK : ExitCode.USAGE).number();
    }
}
