/// The command line. `serve` runs a gateway in this process; everything else speaks to a running
/// one over its HTTP API, so that it can do what any other client can and nothing more.
@org.jspecify.annotations.NullMarked
package dev.belay.server.cli;
