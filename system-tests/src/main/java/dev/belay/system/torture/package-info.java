/// Crash and power-cut runs: nothing acknowledged is lost, whatever happens to the process or the
/// machine.
@org.jspecify.annotations.NullMarked
package dev.belay.system.torture;
