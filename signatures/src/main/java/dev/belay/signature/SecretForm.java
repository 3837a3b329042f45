package dev.belay.signature;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How the text of a secret becomes the key. The look of a secret never decides: Stripe's starts
/// with `whsec_` and is used as it stands.
public enum SecretForm {
    /// The text itself, as UTF-8.
    UTF8,
    /// Base64 after an optional `whsec_` (Standard Webhooks), padded or not.
    WHSEC,
    /// Base64 after `whsec_`; a text without it is used as it stands (OpenAI).
    WHSEC_OR_UTF8,
    /// Base64, padded or not.
    BASE64,
    /// Hex digits in any case.
    HEX,
    /// The SHA-1 of the text (Braintree).
    SHA1;

    /// The key, or null when the text does not have this form or stands for no byte at all.
    byte @Nullable [] key(Secret secret) {
        String text = secret.reveal();
        try {
            byte[] key =
                    switch (this) {
                        case UTF8 -> utf8(text);
                        case WHSEC -> Base64.getDecoder().decode(withoutPrefix(text));
                        case WHSEC_OR_UTF8 ->
                                text.startsWith("whsec_")
                                        ? Base64.getDecoder().decode(withoutPrefix(text))
                                        : utf8(text);
                        case BASE64 -> Base64.getDecoder().decode(text);
                        case HEX -> HexFormat.of().parseHex(text);
                        case SHA1 -> Hash.SHA1.of(utf8(text));
                    };
            return key.length == 0 ? null : key;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// Why this secret does not have this form. White space at the ends is always a mistake: a line
    /// break copied along with the secret.
    Optional<String> problemWith(Secret secret) {
        String text = secret.reveal();
        if (!text.equals(text.strip())) {
            return Optional.of("the secret starts or ends with white space");
        }
        if (key(secret) != null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (this) {
                    case UTF8, SHA1 -> "the secret is empty";
                    case WHSEC -> "the secret is not base64 (after an optional whsec_)";
                    case WHSEC_OR_UTF8 -> "what follows whsec_ in the secret is not base64";
                    case BASE64 -> "the secret is not base64";
                    case HEX -> "the secret is not an even number of hex digits";
                });
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String withoutPrefix(String text) {
        // Supabase shows its secrets as v1,whsec_…
        String bare = text.startsWith("v1,whsec_") ? text.substring("v1,".length()) : text;
        return bare.startsWith("whsec_") ? bare.substring("whsec_".length()) : bare;
    }
}
