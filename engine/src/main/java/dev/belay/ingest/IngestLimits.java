package dev.belay.ingest;

import dev.belay.catalog.RateLimit;

/// Bounds of an [Ingest].
///
/// @param requests most requests that wait for their commit at once
/// @param bytes most bytes of their bodies, together
/// @param rejects of one client address that are judged one by one and kept for the operator; to
///   those beyond is said that they are too many, and nothing of them is kept
public record IngestLimits(int requests, long bytes, RateLimit rejects) {
    /// One a second, 60 at once.
    public static final RateLimit DEFAULT_REJECTS = new RateLimit(1, 60);

    /// 10,000 requests, 256 MiB.
    public static final IngestLimits DEFAULT = of(10_000, 256L * 1024 * 1024);

    /// With the default for rejects.
    public static IngestLimits of(int requests, long bytes) {
        return new IngestLimits(requests, bytes, DEFAULT_REJECTS);
    }

    public IngestLimits {
        if (requests < 1 || bytes < 1) {
            throw new IllegalArgumentException("a limit of the ingest must be at least 1");
        }
    }
}
