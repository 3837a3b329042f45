/// Benchmarks: what one event costs, measured from outside.
@org.jspecify.annotations.NullMarked
package dev.belay.system.bench;
