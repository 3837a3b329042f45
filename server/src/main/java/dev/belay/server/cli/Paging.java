package dev.belay.server.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which part of a list is wanted.
final class Paging {
    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Entries shown (default: ${DEFAULT-VALUE}).")
    private int limit = 50;

    @Option(
            names = "--cursor",
            paramLabel = "CURSOR",
            description = "Go on where an earlier list ended.")
    private @Nullable String cursor;

    /// Adds the parameters.
    void to(ApiClient.Query query) {
        query.with("limit", limit).with("cursor", cursor);
    }
}
