package dev.belay.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.json.JsonMapper;

/// `belay version`.
@Command(name = "version", description = "Say which Belay and which Java this is.")
final class VersionCommand implements Callable<Integer> {
    private final Shell shell;
    @Mixin private Output output = new Output();

    VersionCommand(Shell shell) {
        this.shell = shell;
    }

    /// The version of this build, as the jar's manifest has it.
    static String version() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public Integer call() {
        String java = Runtime.version().toString();
        if (output.json) {
            shell.terminal()
                    .json(
                            JsonMapper.shared()
                                    .createObjectNode()
                                    .put("belay", version())
                                    .put("java", java));
        } else {
            shell.terminal().line("belay " + version() + " on Java " + java);
        }
        return ExitCode.OK.number();
    }
}
