package dev.belay.server.cli;

import dev.belay.server.cli.Listing.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `belay deliveries`: what goes, went or did not get through to destinations.
@Command(name = "deliveries", description = "List and show deliveries.")
final class DeliveriesCommand extends Subcommands {
    private static final List<Column> COLUMNS =
            List.of(
                    new Column("ID", "/id"),
                    new Column("CREATED", "/created_at"),
                    new Column("DESTINATION", "/destination"),
                    new Column("STATUS", "/status"),
                    new Column("ATTEMPTS", "/attempt_count"),
                    new Column("REASON", "/reason"));

    DeliveriesCommand(Shell shell) {
        super(shell);
    }

    /// Lists deliveries.
    @Command(name = "list", description = "List deliveries, newest event first.")
    int list(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Paging paging,
            @Mixin Filters.Target target,
            @Option(
                            names = "--status",
                            paramLabel = "STATUS",
                            description = "due, leased, held, delivered, dead or cancelled.")
                    @Nullable String status) {
        ApiClient.Query query =
                new ApiClient.Query()
                        .with("status", status)
                        .with("destination", target.destination)
                        .with("event", target.event);
        paging.to(query);
        try (ApiClient api = connection.open(shell().environment())) {
            Listing.show(shell(), output, api.get("deliveries", query), COLUMNS);
        }
        return ExitCode.OK.number();
    }

    /// Shows one delivery with its attempts.
    @Command(name = "show", description = "Show a delivery and its attempts.")
    int show(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "ID", description = "The delivery's id, dlv_….") String id) {
        try (ApiClient api = connection.open(shell().environment())) {
            JsonNode delivery =
                    api.get("deliveries/" + ApiClient.segment(id), new ApiClient.Query());
            if (output.json) {
                shell().terminal().json(delivery);
            } else {
                EventView.showDelivery(shell().terminal(), delivery);
            }
        }
        return ExitCode.OK.number();
    }
}
