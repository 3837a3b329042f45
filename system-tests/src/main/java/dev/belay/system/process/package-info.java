/// The gateway as a child process: start it, look at what it costs, kill it; and the few system
/// calls that a power cut needs.
@org.jspecify.annotations.NullMarked
package dev.belay.system.process;
