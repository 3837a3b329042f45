package dev.belay.server.api;

import dev.belay.catalog.Catalog;
import dev.belay.signature.Location;
import dev.belay.signature.TokenScheme;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Which header lines are secrets themselves, so that their values are not shown: those whose names
/// say so, and those in which any source looks for a token, wherever it was sent to. A signature is
/// none: it proves one request and opens nothing.
///
/// @param declared names in lower case that sources read as tokens
record SecretHeaders(Set<String> declared) {
    /// Those that nobody had to declare.
    static final SecretHeaders USUAL = new SecretHeaders(Set.of());

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

    /// Those of a catalog.
    static SecretHeaders of(Catalog catalog) {
        Set<String> declared = new HashSet<>();
        catalog.sources()
                .values()
                .forEach(
                        source -> {
                            if (source.provider().scheme()
                                    instanceof TokenScheme(Location.Header(String name))) {
                                declared.add(name.toLowerCase(Locale.ROOT));
                            }
                        });
        return new SecretHeaders(declared);
    }

    /// Whether the value is to be hidden.
    boolean holds(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return declared.contains(lower) || WORDS.stream().anyMatch(lower::contains);
    }
}
