package dev.belay.catalog;

import dev.belay.signature.Headers;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Which header lines a destination may add to its attempts. Those that frame the message, belong
/// to the connection or are Belay's own are not among them.
public final class ExtraHeaders {
    /// Most extra lines of one destination.
    public static final int MAX_LINES = 32;

    /// Longest value, in characters.
    public static final int MAX_VALUE_LENGTH = 4_096;

    private static final Set<String> RESERVED =
            Set.of(
                    "host",
                    "content-length",
                    "content-encoding",
                    "transfer-encoding",
                    "connection",
                    "keep-alive",
                    "te",
                    "trailer",
                    "upgrade",
                    "expect",
                    "http2-settings",
                    "accept-encoding");

    private ExtraHeaders() {}

    /// What is wrong with these lines, in words and without any value; nothing when they are fine.
    public static Optional<String> problemWith(Headers headers) {
        if (headers.size() > MAX_LINES) {
            return Optional.of("more than " + MAX_LINES + " extra headers");
        }
        String[] problem = new String[1];
        headers.forEach(
                (name, value) -> {
                    if (problem[0] == null && !isToken(name)) {
                        problem[0] = "an extra header's name holds a character it must not hold";
                    } else if (problem[0] == null && isReserved(name)) {
                        problem[0] = "the header " + name + " cannot be set";
                    } else if (problem[0] == null && !isValue(value)) {
                        problem[0] =
                                "the value of header %s is too long or not printable ASCII"
                                        .formatted(name);
                    }
                });
        return Optional.ofNullable(problem[0]);
    }

    /// Whether the line may be sent.
    public static boolean isAllowed(String name, String value) {
        return isToken(name) && !isReserved(name) && isValue(value);
    }

    private static boolean isReserved(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return RESERVED.contains(lower)
                || lower.startsWith("webhook-")
                || lower.startsWith("belay-")
                || lower.startsWith("proxy-");
    }

    private static boolean isToken(String name) {
        if (name.isEmpty() || name.length() > 128) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letterOrDigit =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isValue(String value) {
        if (value.length() > MAX_VALUE_LENGTH) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '\t' && (c < ' ' || c > '~')) {
                return false;
            }
        }
        return true;
    }
}
