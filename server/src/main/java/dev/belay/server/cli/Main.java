package dev.belay.server.cli;

import dev.belay.time.SystemTime;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The program `belay`.
@Command(
        name = "belay",
        description = "A webhook gateway: receive, keep, deliver, dead-letter, replay.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "`belay COMMAND --help` tells the options of a command.",
            "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 nothing answers,",
            "4 token or signature refused."
        })
public final class Main {
    private Main() {}

    /// Runs the command and ends the process with its exit code.
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(List.of(arguments), System.getenv(), out, err));
    }

    /// Runs the command and answers its exit code.
    ///
    /// @param environment variables, as `System.getenv()` has them
    public static int run(
            List<String> arguments,
            Map<String, String> environment,
            PrintStream out,
            PrintStream err) {
        Terminal terminal = new Terminal(out, err);
        CommandLine belay =
                commands(new Shell(terminal, environment, new SystemTime(), new SecureRandom()));
        belay.setOut(new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true));
        belay.setErr(new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true));
        return belay.execute(withList(belay, arguments).toArray(String[]::new));
    }

    private static CommandLine commands(Shell shell) {
        CommandLine belay = new CommandLine(new Main());
        belay.addSubcommand(new ServeCommand(shell));
        belay.addSubcommand(new CheckCommand(shell));
        belay.addSubcommand(new ApplyCommand(shell));
        belay.addSubcommand(new MigrateCommand(shell));
        belay.addSubcommand(new CopyCommand(shell));
        belay.addSubcommand(new SendCommand(shell));
        belay.addSubcommand(new EventsCommand(shell));
        belay.addSubcommand(new DeliveriesCommand(shell));
        belay.addSubcommand(new DeadLettersCommand(shell));
        belay.addSubcommand(new ReplayCommand(shell));
        belay.addSubcommand(new CatalogCommand.Sources(shell));
        belay.addSubcommand(new CatalogCommand.Destinations(shell));
        belay.addSubcommand(new DoctorCommand(shell));
        belay.addSubcommand(new VersionCommand(shell));
        addHelp(belay);
        belay.setExecutionExceptionHandler((failure, line, parsed) -> end(shell, failure));
        return belay;
    }

    private static void addHelp(CommandLine command) {
        command.getCommandSpec()
                .addOption(
                        CommandLine.Model.OptionSpec.builder("-h", "--help")
                                .usageHelp(true)
                                .description("Show this text.")
                                .build());
        command.getSubcommands().values().forEach(Main::addHelp);
    }

    private static int end(Shell shell, Exception failure) {
        if (failure instanceof CliFailure told) {
            told.message().lines().forEach(line -> shell.remark("belay: " + line));
            return told.code().number();
        }
        shell.remark("belay: this should not have happened: " + failure);
        if (shell.environment().containsKey("BELAY_DEBUG")) {
            StringBuilder trace = new StringBuilder();
            Arrays.stream(failure.getStackTrace())
                    .forEach(e -> trace.append("  ").append(e).append('\n'));
            trace.toString().lines().forEach(shell::remark);
        } else {
            shell.remark("belay: BELAY_DEBUG=1 shows where");
        }
        return ExitCode.FAILED.number();
    }

    /// `belay events --source x` means `belay events list --source x`.
    private static List<String> withList(CommandLine belay, List<String> arguments) {
        if (arguments.isEmpty()) {
            return List.of("--help");
        }
        CommandLine command = belay.getSubcommands().get(arguments.getFirst());
        if (command == null || !command.getSubcommands().containsKey("list")) {
            return arguments;
        }
        String second = arguments.size() > 1 ? arguments.get(1) : "";
        if (command.getSubcommands().containsKey(second)
                || second.equals("-h")
                || second.equals("--help")
                || (!second.isEmpty() && !second.startsWith("-"))) {
            return arguments;
        }
        List<String> whole = new ArrayList<>(arguments);
        whole.add(1, "list");
        return whole;
    }
}
