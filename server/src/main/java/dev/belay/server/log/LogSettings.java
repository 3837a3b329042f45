package dev.belay.server.log;

/// What the log looks like.
///
/// @param format how a line is written
/// @param level the least important lines written
public record LogSettings(Format format, Level level) {
    /// Text, every step.
    public static final LogSettings DEFAULT = new LogSettings(Format.TEXT, Level.INFO);

    /// How a line is written.
    public enum Format {
        /// `key=value` pairs after time and step.
        TEXT,
        /// One JSON object.
        JSON
    }

    /// How important a line is.
    public enum Level {
        /// Each step in the life of an event.
        INFO,
        /// What failed and is dealt with.
        WARN,
        /// What needs a person.
        ERROR
    }
}
