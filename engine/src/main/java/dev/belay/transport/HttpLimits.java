package dev.belay.transport;

import java.time.Duration;

/// What an attempt over HTTP may use besides the destination's own timeout.
///
/// @param lookup longest wait for the resolver
/// @param connect longest time to connect, over all addresses tried
/// @param body longest time spent on the response body after its head
/// @param idle how long an unused connection is kept
/// @param maxIdle most unused connections kept in total
public record HttpLimits(
        Duration lookup, Duration connect, Duration body, Duration idle, int maxIdle) {
    /// 5 s, 3 s, 2 s, 30 s, 2,048 connections.
    public static final HttpLimits DEFAULT =
            new HttpLimits(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(30),
                    2_048);
}
