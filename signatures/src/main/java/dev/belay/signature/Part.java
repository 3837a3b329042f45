package dev.belay.signature;

import java.util.List;

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

    /// The hash of the body, in hex.
    record BodyHash(Hash hash) implements Part {}

    /// The CRC-32 of the body, as a decimal number without a sign. No hash: whoever holds one
    /// genuine request can make other bodies with the same.
    record BodyCrc32() implements Part {}

    /// A parameter of the URL's query, decoded; the request must have it once.
    ///
    /// @param isLowerCase whether it is signed in lower case
    record Query(String name, boolean isLowerCase) implements Part {}

    /// A field of the form in the body, decoded; the body must have it once.
    record FormField(String name) implements Part {}

    /// Every field of the form in the body, sorted by name, then value, equal ones once, as name
    /// and value without anything between (Twilio). A body that is no form must be named by its
    /// SHA-256 in the query parameter `bodySHA256` instead.
    record SortedForm() implements Part {}

    /// A scalar of the JSON body.
    ///
    /// @param isOptional whether an absent one is signed as the empty text
    record Pointer(String pointer, boolean isOptional) implements Part {}

    /// Parts that are signed together, or not at all where one of them is absent.
    record WherePresent(List<Part> parts) implements Part {
        public WherePresent {
            parts = List.copyOf(parts);
        }
    }

    /// Whether the whole body is covered by it.
    default boolean coversBody() {
        return this instanceof Body || this instanceof BodyHash || this instanceof SortedForm;
    }
}
