/// One process that runs the gateway: listener, doors, metrics, log. Start at
/// [dev.belay.server.Server].
@org.jspecify.annotations.NullMarked
package dev.belay.server;
