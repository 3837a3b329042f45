package dev.belay.planted;

import java.util.regex.Pattern;

/// Runs regular expressions, on purpose.
final class Patterns {
    private Patterns() {}

    static Pattern compiled(String text) {
        return Pattern.compile(text);
    }

    static boolean matched(String text) {
        return text.matches("a+");
    }

    static String replaced(String text) {
        return text.replaceAll("a", "b");
    }
}
