/// Reads `belay.yaml` and catalogue entries, and says all that is wrong with them at once.
@org.jspecify.annotations.NullMarked
package dev.belay.server.config;
