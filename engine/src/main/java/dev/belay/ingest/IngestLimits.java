package dev.belay.ingest;

/// Bounds of an [Ingest].
///
/// @param requests most requests that wait for their commit at once
/// @param bytes most bytes of their bodies, together
public record IngestLimits(int requests, long bytes) {
    /// 10,000 requests, 256 MiB.
    public static final IngestLimits DEFAULT = new IngestLimits(10_000, 256L * 1024 * 1024);

    public IngestLimits {
        if (requests < 1 || bytes < 1) {
            throw new IllegalArgumentException("a limit of the ingest must be at least 1");
        }
    }
}
