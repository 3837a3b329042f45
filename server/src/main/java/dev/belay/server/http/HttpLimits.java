package dev.belay.server.http;

import java.time.Duration;

/// What one client may cost. Limits of size are in bytes.
///
/// @param requestLine longest request line; beyond it 414
/// @param headers all header lines together; beyond it 431
/// @param headerLines most header lines; beyond it 431
/// @param head total time for request line and headers, however they drip in; beyond it 408
/// @param body total time for a body; beyond it 408
/// @param bodyGrace time after which a body must have come at [#bodyBytesPerSecond] on average
/// @param bodyBytesPerSecond slowest body; below it 408
/// @param idle how long an unused connection is kept
/// @param write how long a client may take to accept an answer; then the connection is cut
/// @param connections most connections at once; further ones get 503 and are closed
public record HttpLimits(
        int requestLine,
        int headers,
        int headerLines,
        Duration head,
        Duration body,
        Duration bodyGrace,
        int bodyBytesPerSecond,
        Duration idle,
        Duration write,
        int connections) {
    /// 8 KiB line, 16 KiB in 100 headers, 10 s head, 30 s body at 500 B/s or more after 5 s, 75 s
    /// idle, 30 s write, 10,000 connections.
    public static final HttpLimits DEFAULT =
            new HttpLimits(
                    8 * 1024,
                    16 * 1024,
                    100,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(5),
                    500,
                    Duration.ofSeconds(75),
                    Duration.ofSeconds(30),
                    10_000);
}
