package dev.belay.server.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Reads points in time as people write them: RFC 3339 (`2026-01-31T12:00:00Z`), or how long ago
/// (`90s`, `15m`, `2h`, `7d`).
final class Moment {
    private Moment() {}

    /// The instant meant; null for null.
    ///
    /// @throws CliFailure when the text is neither form
    static @Nullable Instant read(@Nullable String text, Instant now) {
        if (text == null) {
            return null;
        }
        try {
            return text.indexOf('T') >= 0 ? Instant.parse(text) : now.minus(ago(text));
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "not a time: "
                            + text
                            + " (write 2026-01-31T12:00:00Z, or how long ago: 90s, 15m, 2h, 7d)");
        }
    }

    private static Duration ago(String text) {
        if (text.length() < 2) {
            throw new NumberFormatException(text);
        }
        long number = Long.parseUnsignedLong(text, 0, text.length() - 1, 10);
        return switch (text.charAt(text.length() - 1)) {
            case 's' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMinutes(number);
            case 'h' -> Duration.ofHours(number);
            case 'd' -> Duration.ofDays(number);
            default -> throw new NumberFormatException(text);
        };
    }
}
