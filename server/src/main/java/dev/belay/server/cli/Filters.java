package dev.belay.server.cli;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options that say which entries are meant. Lists and bulk replay share them.
final class Filters {
    private Filters() {}

    /// When the event was received.
    static final class Period {
        @Option(
                names = "--since",
                paramLabel = "TIME",
                description =
                        "Received at or after: 2026-01-31T12:00:00Z, or how long ago: 2h, 7d.")
        private @Nullable String since;

        @Option(names = "--until", paramLabel = "TIME", description = "Received before.")
        private @Nullable String until;

        /// The earliest time meant, null where none is given.
        @Nullable Instant since(Instant now) {
            return Moment.read(since, now);
        }

        /// The time before which is meant, null where none is given.
        @Nullable Instant until(Instant now) {
            return Moment.read(until, now);
        }

        /// Whether either is given.
        boolean isGiven() {
            return since != null || until != null;
        }
    }

    /// Where the event came from and what it is.
    static final class Origin {
        @Option(names = "--source", paramLabel = "NAME", description = "Received at this source.")
        @Nullable String source;

        @Option(names = "--type", paramLabel = "TYPE", description = "Of this event type.")
        @Nullable String type;
    }

    /// Where the event went.
    static final class Target {
        @Option(
                names = "--destination",
                paramLabel = "NAME",
                description = "Delivered to this destination.")
        @Nullable String destination;

        @Option(names = "--event", paramLabel = "ID", description = "Of this event.")
        @Nullable String event;
    }
}
