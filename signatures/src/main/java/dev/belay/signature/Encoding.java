package dev.belay.signature;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How the bytes of a signature are written as text.
public enum Encoding {
    /// Two digits a byte; written in lower case, read in any.
    HEX,
    /// Two digits a byte; written in upper case, read in any.
    HEX_UPPER,
    /// RFC 4648 section 4, padded.
    BASE64,
    /// RFC 4648 section 5; written without padding, read with or without.
    BASE64URL;

    /// The bytes as text.
    String encode(byte[] bytes) {
        return switch (this) {
            case HEX -> HexFormat.of().formatHex(bytes);
            case HEX_UPPER -> HexFormat.of().formatHex(bytes).toUpperCase(Locale.ROOT);
            case BASE64 -> Base64.getEncoder().encodeToString(bytes);
            case BASE64URL -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        };
    }

    /// The bytes that this text stands for, or null when it is not the encoding of at most this
    /// many. The length is looked at first: nothing long is ever decoded.
    byte @Nullable [] decode(String text, int longest) {
        if (text.length() > 2 * longest) {
            return null;
        }
        try {
            byte[] bytes =
                    switch (this) {
                        case HEX, HEX_UPPER -> HexFormat.of().parseHex(text);
                        case BASE64 -> Base64.getDecoder().decode(text);
                        case BASE64URL -> Base64.getUrlDecoder().decode(text);
                    };
            return bytes.length <= longest && isCanonical(text, bytes) ? bytes : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// Base64 leaves bits unused at the end, so that several texts mean the same bytes. Only the
    /// one an encoder writes is taken.
    private boolean isCanonical(String text, byte[] bytes) {
        return switch (this) {
            case HEX, HEX_UPPER -> true;
            case BASE64 -> Base64.getEncoder().encodeToString(bytes).equals(text);
            case BASE64URL ->
                    Base64.getUrlEncoder().encodeToString(bytes).equals(text)
                            || encode(bytes).equals(text);
        };
    }
}
