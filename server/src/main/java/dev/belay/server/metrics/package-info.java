/// Counts what happens, for Prometheus.
@org.jspecify.annotations.NullMarked
package dev.belay.server.metrics;
