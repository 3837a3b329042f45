package dev.belay.store;

import dev.belay.signal.Signal;
import dev.belay.store.contract.Ports;
import dev.belay.store.contract.Stock;
import dev.belay.testkit.SettableTime;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// An embedded store in a directory, with its clock and what it signals.
final class OnDisk implements AutoCloseable {
    final SettableTime clock = new SettableTime(Stock.START);
    final GateTime gate = new GateTime(clock);
    final List<Signal> signals = new CopyOnWriteArrayList<>();
    final Path directory;
    final Stock stock;
    private final StoreOptions options;
    private SqliteStore store;

    OnDisk(Path directory) {
        this(directory, StoreOptions.DEFAULT);
    }

    OnDisk(Path directory, StoreOptions options) {
        this.directory = directory;
        this.options = options;
        store = SqliteStore.open(directory, options, gate, signals::add);
        stock = new Stock(clock, Ports.of(store));
    }

    SqliteStore store() {
        return store;
    }

    void reopen() {
        store.close();
        store = SqliteStore.open(directory, options, gate, signals::add);
        stock.reopened(Ports.of(store));
    }

    @Override
    public void close() {
        gate.open();
        store.close();
    }

    /// Runs statements on the database from outside.
    static void execute(Path directory, String... statements) throws SQLException {
        try (Connection connection = connect(directory);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /// The first column of the first row.
    static String query(Path directory, String sql) throws SQLException {
        try (Connection connection = connect(directory);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : "nothing";
        }
    }

    static Connection connect(Path directory) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("belay.db"));
    }
}
