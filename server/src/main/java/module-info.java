/// The gateway as a program: HTTP doors, API, metrics, log and command line.
@org.jspecify.annotations.NullMarked
module dev.belay.server {
    requires static transitive org.jspecify;
    requires transitive dev.belay.engine;
    requires transitive dev.belay.signatures;
    requires info.picocli;
    requires transitive java.logging;
    requires java.net.http;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires org.snakeyaml.engine;
    requires tools.jackson.core;
    requires transitive tools.jackson.databind;

    // For those who start the gateway themselves: the process, what its file says, its log.
    exports dev.belay.server;
    exports dev.belay.server.config;
    exports dev.belay.server.log;

    // Options and arguments are fields that picocli fills.
    opens dev.belay.server.cli to
            info.picocli;
}
