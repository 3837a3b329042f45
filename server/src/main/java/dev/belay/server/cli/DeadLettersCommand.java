package dev.belay.server.cli;

import dev.belay.server.cli.Listing.Column;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `belay dead-letters`: deliveries that will not be tried again by themselves.
@Command(
        name = "dead-letters",
        description = "List deliveries that will not be tried again by themselves.",
        footer = {"", "`belay replay` tries them again."})
final class DeadLettersCommand implements Callable<Integer> {
    private static final List<Column> COLUMNS =
            List.of(
                    new Column("ID", "/id"),
                    new Column("CREATED", "/created_at"),
                    new Column("DESTINATION", "/destination"),
                    new Column("REASON", "/reason"),
                    new Column("ATTEMPTS", "/attempt_count"));

    private final Shell shell;
    @Mixin private Connection connection = new Connection();
    @Mixin private Output output = new Output();
    @Mixin private Paging paging = new Paging();
    @Mixin private Filters.Target target = new Filters.Target();

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "Such as attempts_exhausted, refused, gone or invalid.")
    private @Nullable String reason;

    DeadLettersCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        ApiClient.Query query =
                new ApiClient.Query()
                        .with("destination", target.destination)
                        .with("event", target.event)
                        .with("reason", reason);
        paging.to(query);
        try (ApiClient api = connection.open(shell.environment())) {
            Listing.show(shell, output, api.get("dead-letters", query), COLUMNS);
        }
        return ExitCode.OK.number();
    }
}
