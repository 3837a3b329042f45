package dev.belay.signature;

import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// How a signature is written in a header.
public enum Encoding {
    /// Two digits a byte; written in lower case, read in any.
    HEX,
    /// RFC 4648 section 4, padded.
    BASE64,
    /// RFC 4648 section 5; written without padding, read with or without.
    BASE64URL;

    /// The bytes as text.
    String encode(byte[] bytes) {
        return switch (this) {
            case HEX -> HexFormat.of().formatHex(bytes);
            case BASE64 -> Base64.getEncoder().encodeToString(bytes);
            case BASE64URL -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        };
    }

    /// The bytes that this text stands for, or null when it is not the encoding of exactly this
    /// many. The length is looked at first: nothing long is ever decoded.
    byte @Nullable [] decode(String text, int length) {
        if (text.length() > 2 * length) {
            return null;
        }
        try {
            byte[] bytes =
                    switch (this) {
                        case HEX -> HexFormat.of().parseHex(text);
                        case BASE64 -> Base64.getDecoder().decode(text);
                        case BASE64URL -> Base64.getUrlDecoder().decode(text);
                    };
            return bytes.length == length && isCanonical(text, bytes) ? bytes : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// Base64 leaves bits unused at the end, so that several texts mean the same bytes. Only the
    /// one an encoder writes is taken.
    private boolean isCanonical(String text, byte[] bytes) {
        return switch (this) {
            case HEX -> true;
            case BASE64 -> Base64.getEncoder().encodeToString(bytes).equals(text);
            case BASE64URL ->
                    Base64.getUrlEncoder().encodeToString(bytes).equals(text)
                            || encode(bytes).equals(text);
        };
    }
}
