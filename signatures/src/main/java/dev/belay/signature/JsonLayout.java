package dev.belay.signature;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes a JSON text anew as other programs would, value for value the same: with other white
/// space, or with the same characters escaped in another way. Nothing is checked: a text that is no
/// JSON comes out as another one that is none.
enum JsonLayout {
    /// Without white space: JavaScript, Go, most senders.
    COMPACT("", "", false),
    /// With a blank after commas and colons: Python.
    SPACED(" ", " ", false),
    /// Indented by two: what people and some proxies make of it.
    INDENTED("\n", " ", true);

    private final String afterComma;
    private final String afterColon;
    private final boolean isIndented;

    JsonLayout(String afterComma, String afterColon, boolean isIndented) {
        this.afterComma = afterComma;
        this.afterColon = afterColon;
        this.isIndented = isIndented;
    }

    /// The text in this layout, or null when it is no object or array.
    byte @Nullable [] of(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        if (text.isEmpty() || (text.charAt(0) != '{' && text.charAt(0) != '[')) {
            return null;
        }
        StringBuilder written = new StringBuilder(text.length() + 64);
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> {
                    int end = endOfString(text, i);
                    written.append(text, i, end);
                    i = end - 1;
                }
                case ' ', '\t', '\r', '\n' -> {}
                case ',' -> written.append(',').append(afterComma).append(indent(depth));
                case ':' -> written.append(':').append(afterColon);
                case '{', '[' -> {
                    written.append(c);
                    if (!closesAtOnce(text, i)) {
                        depth++;
                        written.append(isIndented ? "\n" : "").append(indent(depth));
                    } else {
                        i = text.indexOf(c == '{' ? '}' : ']', i);
                        written.append(text.charAt(i));
                    }
                }
                case '}', ']' -> {
                    depth--;
                    written.append(isIndented ? "\n" : "").append(indent(depth)).append(c);
                }
                default -> written.append(c);
            }
        }
        return written.toString().getBytes(StandardCharsets.UTF_8);
    }

    private String indent(int depth) {
        return isIndented ? "  ".repeat(Math.max(0, depth)) : "";
    }

    private static boolean closesAtOnce(String text, int open) {
        int next = open + 1;
        while (next < text.length() && text.charAt(next) <= ' ') {
            next++;
        }
        return next < text.length() && text.charAt(next) == (text.charAt(open) == '{' ? '}' : ']');
    }

    /// The index behind the string that begins at a quotation mark.
    private static int endOfString(String text, int start) {
        for (int i = start + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                return i + 1;
            }
        }
        return text.length();
    }
}
