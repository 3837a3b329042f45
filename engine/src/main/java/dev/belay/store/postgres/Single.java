package dev.belay.store.postgres;

import dev.belay.store.postgres.Operation.Commits;
import dev.belay.store.postgres.Operation.InDoubt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// An operation that is committed by itself.
final class Single<T> extends Operation<T> implements Operation.Commits {
    private final Kind kind;
    private final boolean alone;
    private final Transactions.Body<T> body;

    /// How it is treated while it waits.
    enum Kind {
        /// Refused when many wait.
        REFUSABLE,
        /// Finishes what was begun.
        NEEDED,
        /// Nobody waits for it; refused when many wait.
        QUIET
    }

    private Single(Kind kind, boolean alone, Transactions.Body<T> body) {
        this.kind = kind;
        this.alone = alone;
        this.body = body;
    }

    /// One statement that changes something.
    static <T> Single<T> statement(Kind kind, Transactions.Body<T> body) {
        return new Single<>(kind, true, body);
    }

    /// Several.
    static <T> Single<T> transaction(Kind kind, Transactions.Body<T> body) {
        return new Single<>(kind, false, body);
    }

    @Override
    boolean refusable() {
        return kind != Kind.NEEDED;
    }

    @Override
    public boolean quiet() {
        return kind == Kind.QUIET;
    }

    @Override
    Commits commits() {
        return this;
    }

    @Override
    public void commit(Connection connection, List<? extends Operation<?>> group)
            throws SQLException, InDoubt {
        result(
                alone
                        ? Transactions.alone(connection, body)
                        : Transactions.together(connection, body));
    }
}
