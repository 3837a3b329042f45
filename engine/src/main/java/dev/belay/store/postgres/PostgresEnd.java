package dev.belay.store.postgres;

import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import dev.belay.store.copy.Batch;
import dev.belay.store.copy.CopyTable;
import dev.belay.store.copy.CopyTable.Column;
import dev.belay.store.copy.JdbcEnd;
import dev.belay.store.copy.Marks;
import dev.belay.store.copy.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL database as an end of a copy.
public final class PostgresEnd extends JdbcEnd {
    /// Tables whose numbers the database makes.
    private static final List<CopyTable> NUMBERED = List.of(CopyTable.NAME, CopyTable.REJECT);

    /// Rows are read in the order of an index, whatever the statistics of a table that has just
    /// been filled say; partitions are found by the values.
    private static final String SETTINGS =
            """
            SET lock_timeout = '10s'; SET plan_cache_mode = force_custom_plan;
            SET enable_seqscan = off; SET enable_bitmapscan = off""";

    private final String url;
    private final Database database;
    private final Partitions partitions;

    private PostgresEnd(String url, Database database, Connection connection) throws SQLException {
        super(connection);
        this.url = url;
        this.database = database;
        partitions = new Partitions(database);
    }

    /// Opens a database and brings its schema up to date.
    ///
    /// @param isNew whether a store is made where there is none
    /// @throws StoreFailure when there is none, a node is alive on it, or it cannot be used
    public static PostgresEnd open(PostgresOptions options, boolean isNew) {
        PostgresOptions patient = options.withLimits(patient(options.limits()));
        Database database = new Database(patient);
        try {
            Connection connection = database.writing();
            Opening.takeForCopy(connection, patient, isNew);
            try (Statement statement = connection.createStatement()) {
                statement.execute(SETTINGS);
            }
            return new PostgresEnd(options.place(), database, connection);
        } catch (SQLException e) {
            database.close();
            throw PostgresStore.cannotOpen(options, e);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static PostgresOptions.Limits patient(PostgresOptions.Limits usual) {
        return new PostgresOptions.Limits(
                usual.connect(),
                Duration.ofMinutes(30),
                usual.lock(),
                Duration.ofMinutes(30),
                Duration.ofMinutes(31),
                usual.heartbeat());
    }

    @Override
    public String name() {
        return "the database " + url;
    }

    @Override
    public String howToEmpty() {
        return "name another database, or DROP SCHEMA %s CASCADE in it".formatted(Database.SCHEMA);
    }

    @Override
    protected String from(CopyTable table) {
        return switch (table) {
            case COUNTER ->
                    """
                    (SELECT destination, state, sum(count)::bigint AS count FROM counter
                    GROUP BY destination, state HAVING sum(count) <> 0) AS counter""";
            case FACT -> "(SELECT * FROM fact WHERE " + Marks.NONE + ") AS fact";
            default -> table.table();
        };
    }

    @Override
    protected String sorted(Column column) {
        return column.kind() == Column.Kind.TEXT ? column.name() + " COLLATE \"C\"" : column.name();
    }

    @Override
    protected void set(PreparedStatement statement, int at, Column column, @Nullable Object value)
            throws SQLException {
        statement.setObject(at, column.kind() == Column.Kind.FOREIGN ? utf8(value) : value);
    }

    private static byte @Nullable [] utf8(@Nullable Object value) {
        return EventRows.utf8(value == null ? null : value.toString());
    }

    @Override
    protected @Nullable Object get(ResultSet row, int at, Column column) throws SQLException {
        return switch (column.kind()) {
            case NUMBER -> {
                long number = row.getLong(at);
                yield row.wasNull() ? null : (Object) number;
            }
            case TEXT -> row.getString(at);
            case FOREIGN -> EventRows.text(row.getBytes(at));
            case BYTES -> row.getBytes(at);
        };
    }

    @Override
    public Rows read(CopyTable table, @Nullable Row after) {
        return new Pages(table, after);
    }

    @Override
    protected void insert(Connection connection, CopyTable table, List<Row> rows)
            throws SQLException {
        if (Partitions.TABLES.contains(table.table())) {
            partitions.ensure(rows.stream().mapToLong(row -> row.number(0)).distinct().toArray());
        }
        List<Column> columns = table.columns();
        String own =
                switch (table) {
                    // The first node takes the first number, and what is left under it.
                    case WORK -> "CASE WHEN state = 1 THEN 0 ELSE -1 END, ";
                    case COUNTER -> "0, ";
                    default -> "";
                };
        String sql =
                "INSERT INTO %s (%s%s)%s SELECT %s%s FROM unnest(%s) AS r (%s)"
                        .formatted(
                                table.table(),
                                switch (table) {
                                    case WORK -> "node, ";
                                    case COUNTER -> "slot, ";
                                    default -> "";
                                },
                                CopyTable.list(columns),
                                NUMBERED.contains(table) ? " OVERRIDING SYSTEM VALUE" : "",
                                own,
                                CopyTable.list(columns),
                                columns.stream()
                                        .map(column -> "?::" + type(column) + "[]")
                                        .collect(Collectors.joining(", ")),
                                CopyTable.list(columns));
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (int i = 0; i < columns.size(); i++) {
                insert.setObject(i + 1, array(columns.get(i), rows, i));
            }
            insert.executeUpdate();
        }
    }

    private static String type(Column column) {
        return switch (column.kind()) {
            case NUMBER -> "bigint";
            case TEXT -> "text";
            case FOREIGN, BYTES -> "bytea";
        };
    }

    private static Object array(Column column, List<Row> rows, int at) {
        return switch (column.kind()) {
            case NUMBER ->
                    rows.stream().map(row -> (Long) row.values().get(at)).toArray(Long[]::new);
            case TEXT ->
                    rows.stream().map(row -> (String) row.values().get(at)).toArray(String[]::new);
            case FOREIGN ->
                    rows.stream().map(row -> utf8(row.values().get(at))).toArray(byte[][]::new);
            case BYTES ->
                    rows.stream().map(row -> (byte[]) row.values().get(at)).toArray(byte[][]::new);
        };
    }

    @Override
    protected void complete(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (CopyTable table : NUMBERED) {
                statement.execute(
                        "SELECT setval(pg_get_serial_sequence('%s', 'id'), max(id)) FROM %s HAVING max(id) IS NOT NULL"
                                .formatted(table.table(), table.table()));
            }
            for (CopyTable table : CopyTable.values()) {
                statement.execute("ANALYZE " + table.table());
            }
        }
    }

    @Override
    protected StoreFailure failure(SQLException cause) {
        return new StoreFailure(
                Failure.of(cause) == Failure.FULL ? Kind.FULL : Kind.UNAVAILABLE,
                "%s: %s".formatted(name(), Failure.message(cause)));
    }

    @Override
    public void close() {
        try (Connection connection = connection()) {
            connection.rollback();
            database.restore(connection);
        } catch (SQLException e) {
            // The server frees its locks as soon as it sees that nobody is there.
            return;
        } finally {
            database.close();
        }
    }

    /// Rows a page at a time, each page a statement: what the server holds is bounded by it.
    private final class Pages implements Rows {
        private final CopyTable table;
        private @Nullable Row last;

        Pages(CopyTable table, @Nullable Row last) {
            this.table = table;
            this.last = last;
        }

        @Override
        public List<Row> next(Batch limits) {
            Row after = last;
            List<Row> rows = transaction(c -> page(c, after, limits));
            last = rows.isEmpty() ? after : rows.getLast();
            return rows;
        }

        private List<Row> page(Connection connection, @Nullable Row after, Batch limits)
                throws SQLException {
            String query = query(table, after != null) + " LIMIT " + limits.rows();
            String weight =
                    table.columns().stream()
                            .filter(column -> column.kind() == Column.Kind.BYTES)
                            .map(column -> "coalesce(octet_length(%s), 0)".formatted(column.name()))
                            .collect(Collectors.joining(" + "));
            if (!weight.isEmpty()) {
                query = bounded(query, weight, limits.bytes());
            }
            List<Row> rows = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                if (after != null) {
                    setKey(statement, table, after);
                }
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        rows.add(row(row, table.columns()));
                    }
                }
            }
            return rows;
        }

        /// Ends a page with the row by which the bytes before it become too many.
        private String bounded(String query, String weight, long bytes) {
            String key = sorted(table.key());
            return """
                   SELECT %s FROM (SELECT *, sum(%s) OVER (ORDER BY %s ROWS UNBOUNDED PRECEDING)
                     - (%s) AS before FROM (%s) AS page) AS page WHERE before < %d ORDER BY %s"""
                    .formatted(
                            CopyTable.list(table.columns()),
                            weight,
                            key,
                            weight,
                            query,
                            bytes,
                            key);
        }

        @Override
        public void close() {}
    }
}
