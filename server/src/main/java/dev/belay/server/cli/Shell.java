package dev.belay.server.cli;

import dev.belay.time.Time;
import java.util.Map;
import java.util.random.RandomGenerator;

/// What a command has around it.
///
/// @param terminal where it writes
/// @param environment variables
/// @param time the clock
/// @param random for the ids of samples
record Shell(
        Terminal terminal, Map<String, String> environment, Time time, RandomGenerator random) {
    /// Writes a remark.
    void remark(String text) {
        terminal.remark(text);
    }
}
