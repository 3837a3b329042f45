package dev.belay.store;

import dev.belay.delivery.StoreFailure;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One change, applied by the writer in a group with others. It may be applied again after its
/// group was taken back, so it keeps nothing but its result.
abstract class Operation<T> {
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private @Nullable T result;
    private @Nullable StoreFailure failure;

    /// Makes the change within the transaction under way.
    abstract T apply(WriteSession session) throws SQLException;

    /// What it weighs while it waits, in bytes.
    long bytes() {
        return 0;
    }

    /// Whether it is refused when many wait; the others finish what was begun.
    boolean refusable() {
        return false;
    }

    final CompletableFuture<T> future() {
        return future;
    }

    final void run(WriteSession session) throws SQLException {
        result = apply(session);
    }

    final void fail(StoreFailure why) {
        failure = why;
    }

    /// Tells whoever waits, after the commit.
    final void complete() {
        if (failure != null) {
            future.completeExceptionally(failure);
        } else if (result != null) {
            future.complete(result);
        }
    }
}
