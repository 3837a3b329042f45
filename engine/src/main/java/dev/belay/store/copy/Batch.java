package dev.belay.store.copy;

/// How much is taken across, and committed, together.
///
/// @param rows most of a table; of dedupe keys, which are small, sixteen times as many
/// @param bytes after which no row is added
public record Batch(int rows, long bytes) {
    /// 4,096 rows, 8 MiB.
    public static final Batch USUAL = new Batch(4_096, 8L << 20);

    private static final int KEYS = 16;

    /// These limits for a table.
    public Batch of(CopyTable table) {
        return table == CopyTable.DEDUPE ? new Batch(rows * KEYS, bytes) : this;
    }
}
