package dev.belay.server.http;

import dev.belay.signature.Headers;
import org.jspecify.annotations.Nullable;

/// Request line and headers, with what they say of the body.
///
/// @param path as sent
/// @param query what follows the question mark, null where there is none
/// @param length of the body; [#CHUNKED] or 0 and more
/// @param expectContinue whether the client waits to be asked for the body
/// @param close whether the connection ends with this request
record RequestHead(
        String method,
        String path,
        @Nullable String query,
        Headers headers,
        long length,
        boolean expectContinue,
        boolean close) {
    /// The body comes in chunks and its length is not declared.
    static final long CHUNKED = -1;
}
