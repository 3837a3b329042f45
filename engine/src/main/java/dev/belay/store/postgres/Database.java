package dev.belay.store.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import dev.belay.signature.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.BiConsumer;

/// Connections to the database, each with every limit set, in two pools so that readers never keep
/// a writer waiting.
final class Database implements AutoCloseable {
    /// Belay's own schema inside the database.
    static final String SCHEMA = "belay";

    /// The oldest server whose features are used.
    private static final int OLDEST = 15;

    /// The two writers, upkeep, wake-ups, and one more for names and partitions.
    private static final int WRITERS = 5;

    /// As which the server shows the connection that listens.
    static final String LISTENER = "belay-listen";

    private final PostgresOptions options;
    private final HikariDataSource writing;
    private final HikariDataSource reading;

    Database(PostgresOptions options) {
        this.options = options;
        writing = pool("belay-write", WRITERS);
        reading = pool("belay-read", options.readers());
    }

    Connection writing() throws SQLException {
        return writing.getConnection();
    }

    /// Gives a connection the usual limits back, and its locks free.
    void restore(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(settings(options.limits()));
            statement.execute("SELECT pg_advisory_unlock_all()");
        }
    }

    Connection reading() throws SQLException {
        return reading.getConnection();
    }

    /// A connection of its own, outside the pools, for whoever waits on it for news. The caller
    /// closes it.
    ///
    /// @param answer how long the server may take to answer
    Connection listening(Duration answer) throws SQLException {
        Properties properties = new Properties();
        settings(LISTENER, answer, properties::setProperty);
        if (options.user() != null) {
            properties.setProperty("user", options.user());
        }
        Secret password = options.password();
        if (password != null) {
            properties.setProperty("password", password.reveal());
        }
        return DriverManager.getConnection(options.url(), properties);
    }

    /// Looks at the server before it is used.
    ///
    /// @return what is unsafe about it and allowed to be so, in words; empty when nothing is
    /// @throws StoreFailure when it cannot be used; the message is for the operator
    static List<String> check(Connection connection, boolean allowUnsafe) throws SQLException {
        List<String> unsafe = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                """
                                SELECT current_setting('server_version_num')::int / 10000,
                                current_setting('server_encoding'), current_setting('fsync'),
                                current_setting('synchronous_commit'), pg_is_in_recovery()
                                """)) {
            row.next();
            if (row.getInt(1) < OLDEST) {
                throw refused(
                        "the server is PostgreSQL %d, and Belay needs %d or newer"
                                .formatted(row.getInt(1), OLDEST));
            }
            if (!"UTF8".equals(row.getString(2))) {
                throw refused("the database's encoding must be UTF8, and is " + row.getString(2));
            }
            if (row.getBoolean(5)) {
                throw refused("the server is a standby: leases and keys need the primary");
            }
            if ("off".equals(row.getString(3))) {
                unsafe.add("fsync is off");
            }
            if ("off".equals(row.getString(4))) {
                unsafe.add("synchronous_commit is off");
            }
        }
        if (!unsafe.isEmpty() && !allowUnsafe) {
            throw refused(
                    "%s: the database would lose events that were acknowledged. Switch it on, or say allow-unsafe: true"
                            .formatted(String.join(" and ", unsafe)));
        }
        return unsafe;
    }

    private static StoreFailure refused(String why) {
        return new StoreFailure(Kind.UNAVAILABLE, "cannot use the database: " + why);
    }

    private HikariDataSource pool(String name, int size) {
        PostgresOptions.Limits limits = options.limits();
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(options.url());
        if (options.user() != null) {
            config.setUsername(options.user());
        }
        Secret password = options.password();
        if (password != null) {
            config.setPassword(password.reveal());
        }
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(limits.connect().toMillis());
        config.setValidationTimeout(Math.max(250, limits.connect().toMillis() / 2));
        config.setInitializationFailTimeout(-1);
        config.setKeepaliveTime(60_000);
        settings("belay", limits.socket(), config::addDataSourceProperty);
        config.setConnectionInitSql(settings(limits));
        return new HikariDataSource(config);
    }

    private static String settings(PostgresOptions.Limits limits) {
        return String.join(
                ";",
                "SET search_path = " + SCHEMA,
                "SET statement_timeout = " + limits.statement().toMillis(),
                "SET lock_timeout = " + limits.lock().toMillis(),
                "SET idle_in_transaction_session_timeout = " + limits.idle().toMillis(),
                // Sessions of nodes that are gone without a word end in a minute, not in hours.
                "SET tcp_keepalives_idle = 30",
                "SET tcp_keepalives_interval = 10",
                "SET tcp_keepalives_count = 3",
                // The same few statements for ever: planned once, and for any values.
                "SET plan_cache_mode = force_generic_plan",
                "SET jit = off",
                // A group is held in memory on its way into its tables.
                "SET work_mem = '32MB'");
    }

    /// In the driver's own words; what the URL says wins.
    private void settings(String application, Duration socket, BiConsumer<String, String> set) {
        PostgresOptions.Limits limits = options.limits();
        Map.of(
                        "ApplicationName",
                        application,
                        "connectTimeout",
                        Long.toString(seconds(limits.connect())),
                        "loginTimeout",
                        Long.toString(seconds(limits.connect())),
                        "socketTimeout",
                        Long.toString(seconds(socket)),
                        "tcpKeepAlive",
                        "true",
                        "targetServerType",
                        "primary",
                        "prepareThreshold",
                        "1",
                        "assumeMinServerVersion",
                        "15")
                .forEach(
                        (name, value) -> {
                            if (!options.url().contains(name + "=")) {
                                set.accept(name, value);
                            }
                        });
    }

    private static long seconds(Duration duration) {
        return Math.max(1, duration.toSeconds());
    }

    @Override
    public void close() {
        reading.close();
        writing.close();
    }
}
