package dev.belay.server.cli;

import dev.belay.server.cli.Listing.Column;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `belay events`: what was received or published.
@Command(name = "events", description = "List and show events.")
final class EventsCommand extends Subcommands {
    EventsCommand(Shell shell) {
        super(shell);
    }

    /// Lists events.
    @Command(name = "list", description = "List events, newest first.")
    int list(
            @Mixin Connection connection,
            @Mixin Output output,
            @Mixin Paging paging,
            @Mixin Filters.Origin origin,
            @Mixin Filters.Period period,
            @Mixin EventFilter filter) {
        Instant now = shell().time().wall();
        ApiClient.Query query =
                new ApiClient.Query()
                        .with("source", origin.source)
                        .with("type", origin.type)
                        .with("external_id", filter.externalId)
                        .with("status", filter.status)
                        .with("q", filter.text)
                        .with("since", period.since(now))
                        .with("until", period.until(now));
        paging.to(query);
        try (ApiClient api = connection.open(shell().environment())) {
            Listing.show(shell(), output, api.get("events", query), COLUMNS);
        }
        return ExitCode.OK.number();
    }

    /// Shows one event with its deliveries and their attempts.
    @Command(name = "show", description = "Show an event: headers, body, deliveries, attempts.")
    int show(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "ID", description = "The event's id, evt_….") String id) {
        try (ApiClient api = connection.open(shell().environment())) {
            JsonNode event = api.get("events/" + ApiClient.segment(id), new ApiClient.Query());
            if (output.json) {
                shell().terminal().json(event);
            } else {
                EventView.show(shell().terminal(), event);
            }
        }
        return ExitCode.OK.number();
    }

    /// Writes the exact bytes of an event's body.
    @Command(
            name = "body",
            description = "Write the exact bytes of an event's body to standard output, unescaped.")
    int body(
            @Mixin Connection connection,
            @Parameters(paramLabel = "ID", description = "The event's id, evt_….") String id) {
        try (ApiClient api = connection.open(shell().environment())) {
            byte[] body = api.bytes("events/" + ApiClient.segment(id) + "/body");
            shell().terminal().out().write(body, 0, body.length);
            shell().terminal().out().flush();
        }
        return ExitCode.OK.number();
    }

    private static final List<Column> COLUMNS =
            List.of(
                    new Column("ID", "/id"),
                    new Column("RECEIVED", "/received_at"),
                    new Column("SOURCE", "/source"),
                    new Column("TYPE", "/type"),
                    new Column("EXTERNAL ID", "/external_id"),
                    new Column("BYTES", "/body_bytes"));

    /// Which events.
    static final class EventFilter {
        @Option(names = "--external-id", paramLabel = "ID", description = "With this sender's id.")
        private @Nullable String externalId;

        @Option(
                names = "--status",
                paramLabel = "STATUS",
                description =
                        "With a delivery that is due, leased, held, delivered, dead or cancelled.")
        private @Nullable String status;

        @Option(names = "--text", paramLabel = "TEXT", description = "With this text in the body.")
        private @Nullable String text;
    }
}
