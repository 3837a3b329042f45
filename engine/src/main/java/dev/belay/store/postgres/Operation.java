package dev.belay.store.postgres;

import dev.belay.delivery.StoreFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One change that waits for a [GroupWriter]. Its future completes after the commit.
abstract class Operation<T> {
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private @Nullable T result;
    private @Nullable StoreFailure failure;

    /// What it weighs while it waits, in bytes.
    long bytes() {
        return 0;
    }

    /// Whether it is refused when many wait; the others finish what was begun.
    boolean refusable() {
        return false;
    }

    /// What makes the change.
    abstract Commits commits();

    final CompletableFuture<T> future() {
        return future;
    }

    final void result(T known) {
        result = known;
        failure = null;
    }

    /// Fails it, unless it has been done.
    final void fail(StoreFailure why) {
        if (result == null) {
            failure = why;
        }
    }

    final boolean isDone() {
        return result != null;
    }

    /// Tells whoever waits.
    final void complete() {
        if (failure != null) {
            future.completeExceptionally(failure);
        } else if (result != null) {
            future.complete(result);
        }
    }

    /// Commits operations of one kind together.
    interface Commits {
        /// Commits all of them. When it throws, those that have a result are committed, and the
        /// others are not.
        ///
        /// @param connection with autocommit on
        /// @throws InDoubt when it is not known whether they were committed
        void commit(Connection connection, List<? extends Operation<?>> group)
                throws SQLException, InDoubt;

        /// Whether nobody waits for the result.
        default boolean quiet() {
            return false;
        }
    }

    /// The connection ended while the commit was under way.
    static final class InDoubt extends Exception {
        private static final long serialVersionUID = 1L;

        InDoubt(SQLException cause) {
            super(Failure.message(cause), cause);
        }
    }
}
