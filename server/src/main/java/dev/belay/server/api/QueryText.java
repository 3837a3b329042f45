package dev.belay.server.api;

import dev.belay.server.http.Problem;
import dev.belay.server.http.Refused;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The parameters of a query string. What is not known is refused: a misspelt filter must not match
/// everything.
final class QueryText {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 500;

    /// RFC 3339 writes years with four digits.
    private static final int MAX_YEAR = 9999;

    /// The one parameter that may be empty, so that a loop can begin with an empty variable.
    private static final String CURSOR = "cursor";

    private final Map<String, String> values = new HashMap<>();

    /// @param query as sent, null where there is none
    /// @param known the parameters that may be there
    /// @throws Refused with 422 for an unknown, repeated or empty parameter
    QueryText(@Nullable String query, Set<String> known) {
        if (query == null || query.isEmpty()) {
            return;
        }
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = decoded(equals < 0 ? part : part.substring(0, equals));
            String value = equals < 0 ? "" : decoded(part.substring(equals + 1));
            if (!known.contains(name)) {
                throw new Refused(Problem.invalid(name, unknown(known)));
            }
            if (values.put(name, value) != null) {
                throw new Refused(Problem.invalid(name, "is there twice"));
            }
            if (value.isEmpty() && !name.equals(CURSOR)) {
                throw new Refused(
                        Problem.invalid(name, "is empty; leave it out to match anything"));
            }
        }
    }

    /// Refuses any parameter.
    static void none(@Nullable String query) {
        new QueryText(query, Set.of());
    }

    private static String unknown(Set<String> known) {
        return known.isEmpty()
                ? "is not a known parameter: none is taken here"
                : "is not a known parameter here; known: "
                        + String.join(", ", known.stream().sorted().toList());
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Refused(Problem.malformed("The query is malformed."));
        }
    }

    /// A parameter's value; null where it is absent or empty.
    @Nullable String text(String name) {
        String value = values.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /// One of these words; null where it is absent.
    @Nullable String word(String name, Set<String> words) {
        String value = text(name);
        if (value != null && !words.contains(value)) {
            throw new Refused(
                    Problem.invalid(
                            name,
                            "must be one of "
                                    + String.join(", ", words.stream().sorted().toList())));
        }
        return value;
    }

    /// A time; null where it is absent.
    @Nullable Instant time(String name) {
        String value = text(name);
        return value == null ? null : instant(name, value);
    }

    /// Reads a time as RFC 3339 has it.
    static Instant instant(String name, String value) {
        try {
            // The plus of an offset that was not percent-encoded arrives as a blank.
            OffsetDateTime time = OffsetDateTime.parse(value.replace(' ', '+'));
            if (time.getYear() >= 0 && time.getYear() <= MAX_YEAR) {
                return time.toInstant();
            }
        } catch (DateTimeParseException e) {
            // said below
        }
        throw new Refused(Problem.invalid(name, "must be a time such as 2026-01-31T12:00:00Z"));
    }

    /// How many entries of a list are wanted: 1 to 500, 50 where nothing is said.
    int limit() {
        String value = text("limit");
        if (value == null) {
            return DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(value);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new Refused(Problem.invalid("limit", "must be 1 to " + MAX_LIMIT));
    }
}
