/// The only place that reads a clock.
package dev.belay.time;
