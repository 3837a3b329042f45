package dev.belay.store.copy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A store laid open for a copy, from it or into it; nobody else uses it meanwhile. Every method
/// throws [StoreFailure] when the store does not work.
public interface CopyEnd extends AutoCloseable {
    /// What an operator calls it.
    String name();

    /// What an operator can do to have an empty one.
    String howToEmpty();

    /// The marks of copies on this store; see [Marks].
    Map<String, Long> marks();

    /// Marks the store as one that is copied, and ends the leases of the processes before, as the
    /// next start would.
    void beginSource(long identity, Instant now);

    /// Marks an empty store as the beginning of a copy.
    void beginTarget(long identity);

    /// Reads a table in the order of its key.
    ///
    /// @param after the key to begin after, null: at the beginning
    Rows read(CopyTable table, @Nullable Row after);

    /// The highest key of a table, null when the table is empty.
    @Nullable Row last(CopyTable table);

    /// Adds rows, which come in the order of their keys, and counts them: one transaction.
    ///
    /// @param copied rows of the whole copy up to these
    void write(CopyTable table, List<Row> rows, long copied);

    /// Makes the copy a store like any other: it is finished.
    void finish(long identity);

    @Override
    void close();

    /// Rows under way.
    interface Rows extends AutoCloseable {
        /// The next rows, none at the end.
        List<Row> next(Batch limits);

        @Override
        void close();
    }
}
