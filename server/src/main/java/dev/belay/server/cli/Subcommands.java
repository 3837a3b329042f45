package dev.belay.server.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// A command that only groups others, such as `events`. Alone, or with options, it means `list`:
/// see [Main].
abstract class Subcommands implements Callable<Integer> {
    private final Shell shell;

    @Spec private @Nullable CommandSpec spec;

    Subcommands(Shell shell) {
        this.shell = shell;
    }

    /// What is around the command.
    final Shell shell() {
        return shell;
    }

    @Override
    public Integer call() {
        if (spec != null) {
            CommandLine.usage(spec, shell.terminal().out());
        }
        return ExitCode.USAGE.number();
    }
}
