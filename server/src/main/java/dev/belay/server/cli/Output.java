package dev.belay.server.cli;

import picocli.CommandLine.Option;

/// How a command answers.
final class Output {
    /// Whether the gateway's JSON is printed in place of a table.
    @Option(names = "--json", description = "Answer with JSON.")
    boolean json;
}
