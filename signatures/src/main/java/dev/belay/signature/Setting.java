package dev.belay.signature;

/// Something that a catalogue entry leaves to the operator to say, such as the audience of a token.
///
/// @param name such as `audience`
/// @param example what it looks like; stands in its place until it is said
/// @param words what it is, for people
public record Setting(String name, String example, String words) {
    private static final int MAX_LENGTH = 1_024;

    /// Whether this text can be a value: visible ASCII, without what has a meaning in the catalogue
    /// or in JSON.
    static boolean isValue(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_LENGTH
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f && "\"\\{}$".indexOf(c) < 0);
    }
}
