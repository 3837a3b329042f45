/// The simulator: the real engine on simulated time, store and network, with faults, all cranked
/// from one seed on one thread.
@org.jspecify.annotations.NullMarked
package dev.belay.system.simulation;
