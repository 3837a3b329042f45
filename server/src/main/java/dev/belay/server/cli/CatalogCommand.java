package dev.belay.server.cli;

import dev.belay.server.cli.Listing.Column;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// What `belay sources` and `belay destinations` have in common.
abstract class CatalogCommand extends Subcommands {
    private final String collection;
    private final List<Column> columns;

    /// @param collection the path below `/v1/`
    CatalogCommand(Shell shell, String collection, List<Column> columns) {
        super(shell);
        this.collection = collection;
        this.columns = columns;
    }

    /// Lists the entries.
    @Command(name = "list", description = "List them.")
    int list(@Mixin Connection connection, @Mixin Output output) {
        try (ApiClient api = connection.open(shell().environment())) {
            Listing.show(shell(), output, api.get(collection, new ApiClient.Query()), columns);
        }
        return ExitCode.OK.number();
    }

    /// Shows one entry.
    @Command(name = "show", description = "Show one.")
    int show(
            @Mixin Connection connection,
            @Mixin Output output,
            @Parameters(paramLabel = "NAME", description = "Its name.") String name) {
        try (ApiClient api = connection.open(shell().environment())) {
            answer(output, api.get(path(name), new ApiClient.Query()));
        }
        return ExitCode.OK.number();
    }

    /// The path of an entry.
    final String path(String name) {
        return collection + "/" + ApiClient.segment(name);
    }

    /// Shows an entry.
    final void answer(Output output, JsonNode entry) {
        if (output.json) {
            shell().terminal().json(entry);
        } else {
            shell().terminal().fields(Listing.fields(entry, List.of()));
        }
    }

    /// `belay sources`.
    @Command(name = "sources", description = "List and show sources: the inbound URLs.")
    static final class Sources extends CatalogCommand {
        Sources(Shell shell) {
            super(
                    shell,
                    "sources",
                    List.of(
                            new Column("NAME", "/name"),
                            new Column("SCHEME", "/scheme"),
                            new Column("URL", "/url")));
        }
    }

    /// `belay destinations`.
    @Command(
            name = "destinations",
            description = "List, show, pause and resume destinations: where events go.")
    static final class Destinations extends CatalogCommand {
        Destinations(Shell shell) {
            super(
                    shell,
                    "destinations",
                    List.of(
                            new Column("NAME", "/name"),
                            new Column("URL", "/url"),
                            new Column("STANDING", "/standing"),
                            new Column("CIRCUIT", "/circuit"),
                            new Column("WAITING", "/waiting"),
                            new Column("IN FLIGHT", "/in_flight")));
        }

        /// Stops trying a destination.
        @Command(
                name = "pause",
                description = "Stop trying a destination; what comes for it waits and is kept.")
        int pause(
                @Mixin Connection connection,
                @Mixin Output output,
                @Parameters(paramLabel = "NAME", description = "Its name.") String name) {
            return act(connection, output, name, "pause");
        }

        /// Tries a destination again.
        @Command(name = "resume", description = "Try a paused or disabled destination again.")
        int resume(
                @Mixin Connection connection,
                @Mixin Output output,
                @Parameters(paramLabel = "NAME", description = "Its name.") String name) {
            return act(connection, output, name, "resume");
        }

        private int act(Connection connection, Output output, String name, String action) {
            try (ApiClient api = connection.open(shell().environment())) {
                answer(output, api.post(path(name) + "/" + action, null));
            }
            return ExitCode.OK.number();
        }
    }
}
