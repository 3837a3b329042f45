package dev.belay.store.postgres;

import dev.belay.store.Migrations;
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
                connection.setAutoCommit(false);
                Nodes nodes = Nodes.join(connection, name, options.lease(), time);
                long highest = highestId(statement);
                connection.commit();
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
