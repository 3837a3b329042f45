package dev.belay.testkit;

import dev.belay.signature.Headers;
import java.time.Duration;

/// What a [FakeEndpoint] does with a request: answer properly, or any of the things that endpoints
/// on the internet do instead.
public sealed interface Misbehaviour {
    /// 200 without a body.
    Misbehaviour OK = new Status(200, Headers.empty());

    /// Answers properly, with this status and these extra header lines, and `Content-Length: 0`.
    record Status(int code, Headers headers) implements Misbehaviour {
        /// Answers with the status alone.
        public Status(int code) {
            this(code, Headers.empty());
        }
    }

    /// Answers properly, with this status and body.
    record WithBody(int code, String body) implements Misbehaviour {}

    /// Reads the request and answers never.
    record Stall() implements Misbehaviour {}

    /// Reads the request and closes the connection.
    record CloseBeforeHeaders() implements Misbehaviour {}

    /// Reads the request and resets the connection.
    record Reset() implements Misbehaviour {}

    /// Answers properly, then closes the connection without having said so.
    record CloseAfterAnswer() implements Misbehaviour {}

    /// Sends an endless header line, a character at a time.
    record DripHeaders(Duration every) implements Misbehaviour {}

    /// Sends a proper head and then a body of 1,000,000 bytes, a byte at a time.
    record DripBody(int code, Duration every) implements Misbehaviour {}

    /// Sends a proper head and then a body without end, as fast as it is taken.
    record EndlessBody(int code) implements Misbehaviour {}

    /// Sends header lines without end.
    record HeaderFlood() implements Misbehaviour {}

    /// Sends `100 Continue` without end.
    record InterimFlood() implements Misbehaviour {}

    /// Sends exactly this text, in ISO 8859-1.
    ///
    /// @param close whether it closes the connection then, or goes on listening
    record Raw(String text, boolean close) implements Misbehaviour {}
}
