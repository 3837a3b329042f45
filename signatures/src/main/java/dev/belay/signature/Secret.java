package dev.belay.signature;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// A shared secret as the operator wrote it. Never printed: [#toString()] hides it, and two secrets
/// compare in constant time. What the text decodes to (UTF-8, base64 after `whsec_`, hex) is the
/// scheme's business.
public final class Secret {
    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    /// The secret with this text.
    ///
    /// @throws IllegalArgumentException if the text is empty or blank: "no secret" must never mean
    ///   "accept"
    public static Secret of(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("a secret must not be blank");
        }
        return new Secret(text);
    }

    /// The text. Handle with care: it goes to key derivation and nowhere else.
    public String reveal() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that
                && MessageDigest.isEqual(
                        text.getBytes(StandardCharsets.UTF_8),
                        that.text.getBytes(StandardCharsets.UTF_8));
    }

    /// Constant: a hash of the text would leak it.
    @Override
    public int hashCode() {
        return 31;
    }

    @Override
    public String toString() {
        return "Secret[hidden]";
    }
}
