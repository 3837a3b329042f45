package dev.belay.ingest;

/// Bounds of an [Ingest].
///
/// @param waiting requests that may wait for the store at once; more are turned away as overloaded
/// @param waitingBytes bodies of those requests, in bytes
public record IngestLimits(int waiting, long waitingBytes) {
    /// 8,192 requests; 512 MiB.
    public static final IngestLimits DEFAULT = new IngestLimits(8_192, 512L * 1024 * 1024);

    public IngestLimits {
        if (waiting < 1 || waitingBytes < 1) {
            throw new IllegalArgumentException("limits must be at least 1");
        }
    }
}
