package dev.belay.store.postgres;

import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import dev.belay.store.Migrations;
import dev.belay.store.copy.Marks;
import dev.belay.time.Time;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/// What happens to a database before it is used: it is looked at, brought to the schema this
/// version knows, and this process is entered among its nodes. One process at a time does this.
///
/// @param unsafe what is unsafe about the server and allowed to be so, in words
record Opening(Nodes nodes, List<String> unsafe, long highestId) {
    static final Migrations SCHEMA = new Migrations(Opening.class, 1, new VersionTable());

    /// Only one process at a time opens the database.
    private static final long LOCK = Partitions.LOCK + 2;

    /// Whoever copies this store or into it holds this, and nobody opens it meanwhile.
    private static final long COPY_LOCK = LOCK + 1;

    /// How long to wait for others that open it, and for a migration.
    private static final String PATIENCE =
            "SET statement_timeout = '1h'; SET lock_timeout = '5min'";

    /// A little more than that, so that it is the server that ends a statement.
    private static final Duration PATIENCE_FOR_ANSWERS = Duration.ofMinutes(61);

    /// @param name of this node
    static Opening open(Database database, PostgresOptions options, String name, Time time)
            throws SQLException {
        try (Connection connection = database.writing();
                Statement statement = connection.createStatement()) {
            List<String> unsafe = Database.check(connection, options.allowUnsafe());
            try {
                migrate(connection, statement);
                mustNotBeCopied(statement, "pg_try_advisory_lock_shared");
                Marks.beforeUse(connection);
                connection.setAutoCommit(false);
                Nodes nodes = Nodes.join(connection, name, time);
                long highest = highestId(statement);
                connection.commit();
                connection.setAutoCommit(true);
                nodes.beat(connection);
                return new Opening(nodes, unsafe, highest);
            } finally {
                database.restore(connection);
            }
        }
    }

    /// Brings the schema to the newest this version knows, and answers its number.
    static int migrate(Database database, PostgresOptions options) throws SQLException {
        try (Connection connection = database.writing();
                Statement statement = connection.createStatement()) {
            Database.check(connection, options.allowUnsafe());
            try {
                migrate(connection, statement);
                return SCHEMA.version().read(connection);
            } finally {
                database.restore(connection);
            }
        }
    }

    /// Takes a database for a copy, until the connection ends: no node is on it, and none can come.
    ///
    /// @param isNew whether a store is made where there is none
    static void takeForCopy(Connection connection, PostgresOptions options, boolean isNew)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Database.check(connection, options.allowUnsafe());
            if (!isNew && !exists(statement)) {
                throw new StoreFailure(Kind.UNAVAILABLE, "there is no store in " + options.place());
            }
            migrate(connection, statement);
            mustNotBeCopied(statement, "pg_try_advisory_lock");
            Nodes.mustBeGone(connection);
            statement.execute("SELECT pg_advisory_unlock(" + LOCK + ")");
        }
    }

    private static boolean exists(Statement statement) throws SQLException {
        try (ResultSet row =
                statement.executeQuery(
                        "SELECT to_regclass('%s.schema_version') IS NOT NULL"
                                .formatted(Database.SCHEMA))) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static void mustNotBeCopied(Statement statement, String lock) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT %s(%d)".formatted(lock, COPY_LOCK))) {
            row.next();
            if (!row.getBoolean(1)) {
                throw new StoreFailure(
                        Kind.UNAVAILABLE,
                        "a `belay copy` is at work on the database: wait until it has ended");
            }
        }
    }

    private static void migrate(Connection connection, Statement statement) throws SQLException {
        // The pool gives the connection its usual limit back.
        connection.setNetworkTimeout(Runnable::run, (int) PATIENCE_FOR_ANSWERS.toMillis());
        statement.execute(PATIENCE);
        statement.execute("SELECT pg_advisory_lock(" + LOCK + ")");
        statement.execute("CREATE SCHEMA IF NOT EXISTS " + Database.SCHEMA);
        statement.execute("CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL)");
        SCHEMA.apply(connection);
    }

    private static long highestId(Statement statement) throws SQLException {
        try (ResultSet row =
                statement.executeQuery(
                        """
                        SELECT greatest(coalesce((SELECT max(id) FROM event), 0),
                        coalesce((SELECT value FROM fact WHERE key = 'highest_id'), 0))
                        """)) {
            row.next();
            return row.getLong(1);
        }
    }

    /// A table of one row.
    private static final class VersionTable implements Migrations.Version {
        @Override
        public int read(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery(
                                    "SELECT coalesce(max(version), 0) FROM schema_version")) {
                row.next();
                return row.getInt(1);
            }
        }

        @Override
        public String write(int version) {
            return version == 1
                    ? "INSERT INTO schema_version (version) VALUES (1)"
                    : "UPDATE schema_version SET version = " + version;
        }
    }
}
