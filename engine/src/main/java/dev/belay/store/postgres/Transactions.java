package dev.belay.store.postgres;

import dev.belay.store.postgres.Operation.InDoubt;
import java.sql.Connection;
import java.sql.SQLException;

/// Where the line lies between what was certainly not done and what may have been.
final class Transactions {
    private Transactions() {}

    /// Statements in a transaction.
    @FunctionalInterface
    interface Body<T> {
        T run(Connection connection) throws SQLException;
    }

    /// A single statement that commits by itself: when its connection ends, it may have.
    static <T> T alone(Connection connection, Body<T> statement) throws SQLException, InDoubt {
        try {
            return statement.run(connection);
        } catch (SQLException e) {
            throw inDoubt(e);
        }
    }

    /// Several statements: until the commit is sent, nothing has been done.
    static <T> T together(Connection connection, Body<T> body) throws SQLException, InDoubt {
        connection.setAutoCommit(false);
        T result;
        try {
            result = body.run(connection);
        } catch (SQLException | RuntimeException e) {
            rollBack(connection, e);
            throw e;
        }
        try {
            connection.commit();
        } catch (SQLException e) {
            throw inDoubt(e);
        }
        connection.setAutoCommit(true);
        return result;
    }

    private static SQLException inDoubt(SQLException e) throws InDoubt {
        if (Failure.of(e) == Failure.CUT) {
            throw new InDoubt(e);
        }
        return e;
    }

    private static void rollBack(Connection connection, Exception because) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            // The pool closes it; the server has forgotten the transaction, or will.
            because.addSuppressed(e);
        }
    }
}
