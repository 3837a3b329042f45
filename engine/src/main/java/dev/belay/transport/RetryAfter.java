package dev.belay.transport;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// Reads the `Retry-After` header (RFC 9110, section 10.2.3): seconds or an HTTP date.
final class RetryAfter {
    /// Longer wishes are cut to this; the dispatcher may cut further.
    static final Duration MAX = Duration.ofDays(7);

    private static final int MAX_DIGITS = 12;

    private RetryAfter() {}

    /// How long from now, or null when the text is neither form or lies in the past.
    static @Nullable Duration read(String text, Instant now) {
        String trimmed = text.strip();
        if (trimmed.isEmpty()) {
            return null;
        }
        Duration wish = isDigits(trimmed) ? seconds(trimmed) : until(trimmed, now);
        if (wish == null || wish.isNegative()) {
            return null;
        }
        return wish.compareTo(MAX) > 0 ? MAX : wish;
    }

    private static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static Duration seconds(String digits) {
        return digits.length() > MAX_DIGITS ? MAX : Duration.ofSeconds(Long.parseLong(digits));
    }

    private static @Nullable Duration until(String date, Instant now) {
        try {
            return Duration.between(
                    now, DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from));
        } catch (DateTimeException e) {
            return null;
        }
    }
}
