package dev.belay.server.cli;

import dev.belay.server.cli.Listing.Column;
import dev.belay.signature.Description;
import dev.belay.signature.Provider;
import dev.belay.signature.Providers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

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

    /// Wrong usage: there is no such sender. Says which one may have been meant.
    static CliFailure unknownSender(String name) {
        List<String> near = Providers.near(name);
        return new CliFailure(
                ExitCode.USAGE,
                "no sender is named %s; %sbelay sources catalog lists them"
                        .formatted(
                                name,
                                near.isEmpty()
                                        ? ""
                                        : "was it " + String.join(" or ", near) + "? "));
    }

    /// `belay sources`.
    @Command(
            name = "sources",
            description = "List and show sources: the inbound URLs; and the senders Belay knows.")
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

        /// Lists or explains what senders Belay knows; needs no server.
        @Command(
                name = "catalog",
                description = "List the senders that Belay knows, or explain one of them.")
        int catalog(
                @Mixin Output output,
                @Parameters(
                                paramLabel = "SCHEME",
                                arity = "0..1",
                                description = "A name, such as github (default: list them all).")
                        @Nullable String name) {
            if (name == null) {
                list(output);
                return ExitCode.OK.number();
            }
            Provider provider = Providers.named(name).orElseThrow(() -> unknownSender(name));
            List<Description.Line> lines = Description.of(provider);
            if (output.json) {
                ObjectNode entry = JsonMapper.shared().createObjectNode().put("name", name);
                lines.forEach(line -> entry.put(line.name().replace(' ', '_'), line.text()));
                shell().terminal().json(entry);
            } else {
                shell().terminal()
                        .fields(
                                lines.stream()
                                        .map(line -> new Terminal.Field(line.name(), line.text()))
                                        .toList());
            }
            return ExitCode.OK.number();
        }

        private void list(Output output) {
            if (output.json) {
                ArrayNode entries = JsonMapper.shared().createArrayNode();
                for (Provider provider : Providers.all()) {
                    entries.addObject()
                            .put("name", provider.name())
                            .put("title", provider.title())
                            .put("scheme", Description.summary(provider.scheme()))
                            .put("confidence", provider.provenance().confidence().name());
                }
                shell().terminal().json(entries);
                return;
            }
            shell().terminal()
                    .table(
                            List.of("NAME", "SENDER", "SCHEME", "CONFIDENCE"),
                            Providers.all().stream()
                                    .map(
                                            provider ->
                                                    List.of(
                                                            provider.name(),
                                                            provider.title(),
                                                            Description.summary(provider.scheme()),
                                                            provider.provenance()
                                                                    .confidence()
                                                                    .name()))
                                    .toList());
            shell().remark("confidence D and E: used only with unconfirmed: true in the source");
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
