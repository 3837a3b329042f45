package dev.belay.transport;

import dev.belay.event.Body;
import dev.belay.signature.Headers;

/// What became of a fetch.
public sealed interface Fetched {
    /// The publisher answered. A redirect is an answer like any other, and is not followed.
    ///
    /// @param body whole
    record Answered(int status, Headers headers, Body body) implements Fetched {}

    /// There was no answer, or more of it than any document has.
    ///
    /// @param problem in one word
    record Failed(String problem) implements Fetched {}
}
