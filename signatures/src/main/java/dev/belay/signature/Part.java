package dev.belay.signature;

/// One part of the text that a sender signs. Parts are signed one after the other, nothing between.
public sealed interface Part {
    /// Fixed text, as UTF-8.
    record Literal(String text) implements Part {}

    /// The timestamp, letter for letter as received.
    record Timestamp() implements Part {}

    /// The message id from the scheme's id header.
    record MessageId() implements Part {}

    /// The value of another header; the request must have it.
    record Header(HeaderName header) implements Part {}

    /// The method, in upper case.
    record Method() implements Part {}

    /// The URL the sender was given.
    record Url() implements Part {}

    /// The body, byte for byte.
    record Body() implements Part {}
}
