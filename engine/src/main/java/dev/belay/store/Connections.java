package dev.belay.store;

import dev.belay.store.copy.Marks;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Properties;

/// Opens connections, each for its one purpose.
final class Connections {
    static final Migrations SCHEMA = new Migrations(Connections.class, 1, new UserVersion());

    private final Path file;
    private final StoreOptions options;

    Connections(Path file, StoreOptions options) {
        this.file = file;
        this.options = options;
    }

    /// The one that writes: migrated, with the leases of the process before ended.
    Connection writing(Instant now) throws SQLException {
        Connection connection =
                open("PRAGMA page_size = " + options.pageBytes(), "PRAGMA journal_mode = WAL");
        try {
            SCHEMA.apply(connection);
            Marks.beforeUse(connection);
            try (Statement statement = connection.createStatement()) {
                // No result of that process can come any more; a token of 0 fits none.
                statement.executeUpdate(
                        "UPDATE work SET token = 0, visible_at = min(visible_at, %d) WHERE state = 1"
                                .formatted(now.toEpochMilli()));
            }
            return readyToWrite(connection);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /// The only one, for a copy of the store or into it: migrated, with leases as they were.
    Connection copying() throws SQLException {
        Connection connection =
                open("PRAGMA page_size = " + options.pageBytes(), "PRAGMA journal_mode = WAL");
        try {
            SCHEMA.apply(connection);
            try (Statement statement = connection.createStatement()) {
                // Nobody else copies the log into the database.
                statement.execute(
                        "PRAGMA wal_autocheckpoint = "
                                + options.wal().hardBytes() / options.pageBytes());
            }
            return readyToWrite(connection);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /// Another one that writes, in place of the first: leases are as they were.
    Connection writingAgain() throws SQLException {
        Connection connection = open();
        try {
            return readyToWrite(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private Connection readyToWrite(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA cache_size = " + -(options.cacheBytes() >> 10));
            if (options.maxBytes() > 0) {
                statement.execute(
                        "PRAGMA max_page_count = " + options.maxBytes() / options.pageBytes());
            }
        }
        connection.setAutoCommit(false);
        return connection;
    }

    /// One that copies the log into the database.
    Connection checkpointing() throws SQLException {
        return open("PRAGMA busy_timeout = 100");
    }

    /// One that reads.
    Connection reading() throws SQLException {
        Connection connection = open("PRAGMA query_only = 1", "PRAGMA cache_size = -8192");
        connection.setAutoCommit(false);
        return connection;
    }

    private Connection open(String... pragmas) throws SQLException {
        Properties properties = new Properties();
        // Otherwise every insert is followed by a query for the row's number.
        properties.setProperty("jdbc.get_generated_keys", "false");
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, properties);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 5000");
            for (String pragma : List.of(pragmas)) {
                statement.execute(pragma);
            }
            statement.execute("PRAGMA synchronous = " + options.sync());
            statement.execute("PRAGMA wal_autocheckpoint = 0");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /// The number that SQLite keeps in the file's header for whoever uses it.
    private static final class UserVersion implements Migrations.Version {
        @Override
        public int read(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("PRAGMA user_version")) {
                return row.getInt(1);
            }
        }

        @Override
        public String write(int version) {
            return "PRAGMA user_version = " + version;
        }
    }
}
