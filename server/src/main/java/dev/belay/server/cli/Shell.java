package dev.belay.server.cli;

import dev.belay.time.Time;
import java.util.Map;

/// What a command has around it.
///
/// @param terminal where it writes
/// @param environment variables
/// @param time the clock
record Shell(Terminal terminal, Map<String, String> environment, Time time) {
    /// Writes a remark.
    void remark(String text) {
        terminal.remark(text);
    }
}
