package dev.belay.store.postgres;

import dev.belay.signal.SignalListener;
import dev.belay.store.contract.Ports;
import dev.belay.store.contract.Stock;
import dev.belay.system.process.PostgresServer;
import dev.belay.testkit.SettableTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// A database of its own on the shared server, and stores on it.
final class Fixture implements AutoCloseable {
    final SettableTime time = new SettableTime(Stock.START);

    private final PostgresServer server;
    private final String url;
    private final Deque<PostgresStore> open = new ArrayDeque<>();

    Fixture() {
        this(PostgresServer.shared());
    }

    Fixture(PostgresServer server) {
        this.server = server;
        url = server.newDatabase();
    }

    /// Options whose signs of life come by hand only.
    PostgresOptions options() {
        PostgresOptions.Limits usual = PostgresOptions.Limits.DEFAULT;
        return PostgresOptions.of(url, PostgresServer.user(), null)
                .withLimits(
                        new PostgresOptions.Limits(
                                usual.connect(),
                                usual.statement(),
                                usual.lock(),
                                usual.idle(),
                                usual.socket(),
                                Duration.ofDays(1)));
    }

    PostgresStore open(String node) {
        return open(options(), node);
    }

    PostgresStore open(PostgresOptions options, String node) {
        PostgresStore store = PostgresStore.open(options, node, time, SignalListener.NONE);
        open.push(store);
        return store;
    }

    Stock stock(PostgresStore store) {
        return new Stock(time, Ports.of(store));
    }

    Connection connect() throws SQLException {
        return server.connect(url);
    }

    String url() {
        return url;
    }

    int run(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    long number(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        server.drop(url);
    }
}
