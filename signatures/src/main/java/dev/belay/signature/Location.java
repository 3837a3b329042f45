package dev.belay.signature;

/// A place in a request where an id or a type is found.
public sealed interface Location {
    /// The value of the first header line with this name.
    record Header(String name) implements Location {}

    /// The scalar at this JSON pointer (RFC 6901) in the body.
    record Pointer(String pointer) implements Location {}
}
