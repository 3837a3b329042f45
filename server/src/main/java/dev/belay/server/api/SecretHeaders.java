package dev.belay.server.api;

import dev.belay.catalog.Source;
import dev.belay.signature.TokenScheme;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which header lines are secrets themselves, so that their values are not shown. A signature is
/// none: it proves one request and opens nothing.
final class SecretHeaders {
    /// In the names of headers that carry a secret, whoever sends them.
    private static final List<String> WORDS =
            List.of(
                    "authorization",
                    "cookie",
                    "token",
                    "secret",
                    "password",
                    "credential",
                    "api-key",
                    "apikey",
                    "access-key",
                    "x-auth");

    private SecretHeaders() {}

    /// Whether the value is to be hidden.
    ///
    /// @param source that the request came to; null where there is none
    static boolean isOne(String name, @Nullable Source source) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (WORDS.stream().anyMatch(lower::contains)) {
            return true;
        }
        return source != null
                && source.provider().scheme() instanceof TokenScheme(var header)
                && header.names().stream().anyMatch(name::equalsIgnoreCase);
    }
}
