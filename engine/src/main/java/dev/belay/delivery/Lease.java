package dev.belay.delivery;

import java.time.Instant;

/// A claim on a delivery that expires.
///
/// @param token fences results: unlike that of any other lease, ever; a result is stored only while
///   its token is the delivery's current one
/// @param until when the claim ends; no attempt starts after it
public record Lease(long token, Instant until) {}
