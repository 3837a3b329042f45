package dev.belay.store;

import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import dev.belay.ingest.DedupeKey;
import dev.belay.store.copy.Batch;
import dev.belay.store.copy.CopyTable;
import dev.belay.store.copy.CopyTable.Column;
import dev.belay.store.copy.JdbcEnd;
import dev.belay.store.copy.Marks;
import dev.belay.store.copy.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The embedded store as an end of a copy.
public final class SqliteEnd extends JdbcEnd {
    /// Of the entries for one key the latest counts, which is the one with the highest event: the
    /// columns beside a maximum are those of its row. A run that is not complete does not count.
    private static final String KEYS =
            """
            (SELECT high, low, max(event) AS event, expires FROM (
              SELECT high, low, event, expires FROM dedupe WHERE run IN (SELECT run FROM dedupe_run)
              UNION ALL SELECT high, low, event, expires FROM dedupe_recent)
            GROUP BY high, low)""";

    private final Path directory;
    private final DirectoryLock lock;

    private SqliteEnd(Path directory, DirectoryLock lock, Connection connection)
            throws SQLException {
        super(connection);
        this.directory = directory;
        this.lock = lock;
    }

    /// Opens the store of a data directory and brings its schema up to date.
    ///
    /// @param isNew whether it is made where there is none
    /// @throws StoreFailure when there is none, a process uses it, or its files cannot be used
    public static SqliteEnd open(Path directory, boolean isNew) {
        Path file = directory.resolve("belay.db");
        try {
            if (isNew) {
                DataDirectory.make(directory);
            } else if (!Files.exists(file)) {
                throw new StoreFailure(
                        Kind.UNAVAILABLE,
                        "there is no store in %s".formatted(directory.toAbsolutePath()));
            }
            DirectoryLock lock = DirectoryLock.take(directory);
            try {
                Connection connection = new Connections(file, StoreOptions.DEFAULT).copying();
                return new SqliteEnd(directory, lock, connection);
            } catch (SQLException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException | SQLException e) {
            throw new StoreFailure(
                    Kind.UNAVAILABLE,
                    "cannot open the store in %s: %s"
                            .formatted(directory.toAbsolutePath(), e.getMessage()));
        }
    }

    @Override
    public String name() {
        return "the data directory " + directory.toAbsolutePath().normalize();
    }

    @Override
    public String howToEmpty() {
        return "name another directory, or remove belay.db, belay.db-wal and belay.db-shm from it";
    }

    @Override
    protected String from(CopyTable table) {
        return switch (table) {
            case DEDUPE -> KEYS;
            case COUNTER -> "(SELECT * FROM counter WHERE count <> 0)";
            case FACT -> "(SELECT * FROM fact WHERE " + Marks.NONE + ")";
            default -> table.table();
        };
    }

    @Override
    protected String sorted(Column column) {
        return column.name();
    }

    @Override
    protected void set(PreparedStatement statement, int at, Column column, @Nullable Object value)
            throws SQLException {
        statement.setObject(at, value);
    }

    @Override
    protected @Nullable Object get(ResultSet row, int at, Column column) throws SQLException {
        return switch (column.kind()) {
            case NUMBER -> {
                long number = row.getLong(at);
                yield row.wasNull() ? null : (Object) number;
            }
            case TEXT, FOREIGN -> row.getString(at);
            case BYTES -> row.getBytes(at);
        };
    }

    @Override
    public Rows read(CopyTable table, @Nullable Row after) {
        try {
            PreparedStatement query = connection().prepareStatement(query(table, after != null));
            if (after != null) {
                setKey(query, table, after);
            }
            return new Cursor(table, query, query.executeQuery());
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    @Override
    protected void insert(Connection connection, CopyTable table, List<Row> rows)
            throws SQLException {
        if (table == CopyTable.DEDUPE) {
            for (int at = 0; at < rows.size(); at += DedupeTable.RUN_KEYS) {
                insertRun(
                        connection,
                        rows.subList(at, Math.min(rows.size(), at + DedupeTable.RUN_KEYS)));
            }
            return;
        }
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO %s (%s) VALUES (%s)"
                                .formatted(
                                        table.table(),
                                        CopyTable.list(table.columns()),
                                        places(table.columns())))) {
            for (Row row : rows) {
                for (int i = 0; i < table.columns().size(); i++) {
                    set(insert, i + 1, table.columns().get(i), row.values().get(i));
                }
                insert.executeUpdate();
            }
        }
    }

    /// Keys come in their order, as a run has them.
    private static void insertRun(Connection connection, List<Row> keys) throws SQLException {
        int run;
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT coalesce(max(run), -1) + 1 FROM dedupe_run")) {
            run = row.getInt(1);
        }
        KeyFilter filter = new KeyFilter();
        long expires = 0;
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO dedupe (run, high, low, event, expires) VALUES (?, ?, ?, ?, ?)")) {
            for (Row key : keys) {
                insert.setInt(1, run);
                for (int i = 0; i < CopyTable.DEDUPE.columns().size(); i++) {
                    insert.setLong(i + 2, key.number(i));
                }
                insert.executeUpdate();
                filter.add(new DedupeKey(key.number(0), key.number(1)));
                expires = Math.max(expires, key.number(3));
            }
        }
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO dedupe_run (run, keys, expires, filter) VALUES (?, ?, ?, ?)")) {
            insert.setInt(1, run);
            insert.setInt(2, keys.size());
            insert.setLong(3, expires);
            insert.setBytes(4, filter.bytes());
            insert.executeUpdate();
        }
    }

    @Override
    protected void complete(Connection connection) {}

    @Override
    protected StoreFailure failure(SQLException cause) {
        return new StoreFailure(
                Failure.of(cause) == Failure.FULL ? Kind.FULL : Kind.UNAVAILABLE,
                "%s: %s".formatted(name(), cause.getMessage()));
    }

    @Override
    public void close() {
        try {
            connection().close();
        } catch (SQLException e) {
            // What was committed is on disk, and nothing else counts.
            return;
        } finally {
            lock.close();
        }
    }

    /// Rows as SQLite steps through them.
    private final class Cursor implements Rows {
        private final CopyTable table;
        private final PreparedStatement query;
        private final ResultSet row;

        Cursor(CopyTable table, PreparedStatement query, ResultSet row) {
            this.table = table;
            this.query = query;
            this.row = row;
        }

        @Override
        public List<Row> next(Batch limits) {
            List<Row> rows = new ArrayList<>();
            long bytes = 0;
            try {
                while (rows.size() < limits.rows() && bytes < limits.bytes() && row.next()) {
                    Row next = row(row, table.columns());
                    bytes += next.bytes();
                    rows.add(next);
                }
                return rows;
            } catch (SQLException e) {
                throw failure(e);
            }
        }

        @Override
        public void close() {
            try {
                query.close();
                connection().rollback();
            } catch (SQLException e) {
                throw failure(e);
            }
        }
    }
}
