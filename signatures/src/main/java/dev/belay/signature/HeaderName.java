package dev.belay.signature;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A header that a scheme reads. Some senders changed its name over time (`svix-id`, `webhook-id`),
/// so it may go by several.
///
/// @param names at least one; a signer writes the first
public record HeaderName(List<String> names) {
    /// @throws IllegalArgumentException if a name is not an RFC 9110 token
    public HeaderName {
        names = List.copyOf(names);
        if (names.isEmpty() || !names.stream().allMatch(HeaderName::isToken)) {
            throw new IllegalArgumentException("not a header name: " + names);
        }
    }

    /// The header with this name, or one of these.
    public static HeaderName of(String... names) {
        return new HeaderName(List.of(names));
    }

    /// The name that a signer writes.
    public String primary() {
        return names.getFirst();
    }

    /// Its one value. Several lines are ambiguous (which one did the sender sign?) and refused, as
    /// are two names with different values; two names that agree are fine. An empty value counts as
    /// missing.
    Found in(Headers headers) {
        String text = "";
        for (String name : names) {
            switch (headers.count(name)) {
                case 0 -> {}
                case 1 -> {
                    String value = headers.first(name).orElse("").strip();
                    if (!text.isEmpty() && !text.equals(value)) {
                        return Found.REPEATED;
                    }
                    text = value;
                }
                default -> {
                    return Found.REPEATED;
                }
            }
        }
        return text.isEmpty() ? Found.MISSING : new Found(text, null);
    }

    /// Whether this text can be a header name: an RFC 9110 token.
    public static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(HeaderName::isTokenCharacter);
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    /// What was found under a name.
    ///
    /// @param text the value without surrounding blanks; empty where there is a problem
    /// @param problem why there is no usable value
    record Found(String text, Verdict.@Nullable Reason problem) {
        static final Found MISSING = new Found("", Verdict.Reason.HEADER_MISSING);
        static final Found REPEATED = new Found("", Verdict.Reason.HEADER_REPEATED);
    }
}
