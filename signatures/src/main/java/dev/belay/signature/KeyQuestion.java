package dev.belay.signature;

/// What a [KeySource] is asked.
///
/// @param place where the key is published: the catalogue's word or held against the catalogue's
///   pin
/// @param keyId which of the keys there, from the request and hostile until the signature is
///   checked; empty where the sender does not say
public record KeyQuestion(KeyPlace place, String keyId) {
    /// Longest id, in characters.
    static final int MAX_ID_LENGTH = 256;

    /// Whether this text can be the id of a key: visible ASCII, and not long.
    static boolean isKeyId(String text) {
        return text.length() <= MAX_ID_LENGTH
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\');
    }
}
