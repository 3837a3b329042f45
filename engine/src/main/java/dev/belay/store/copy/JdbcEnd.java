package dev.belay.store.copy;

import dev.belay.delivery.StoreFailure;
import dev.belay.store.copy.CopyTable.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is the same in every database that has the tables of [CopyTable].
public abstract class JdbcEnd implements CopyEnd {
    private final Connection connection;

    /// @param connection the only one on this store; left without autocommit
    protected JdbcEnd(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
    }

    /// Statements of one transaction.
    @FunctionalInterface
    protected interface Body<T extends @Nullable Object> {
        T run(Connection connection) throws SQLException;
    }

    /// A table's rows as something to select from: one row a key.
    protected abstract String from(CopyTable table);

    /// An expression to sort a key's column by, byte by byte where it is text.
    protected abstract String sorted(Column column);

    /// Sets what a column's value is compared with, or as what it is stored.
    protected abstract void set(
            PreparedStatement statement, int at, Column column, @Nullable Object value)
            throws SQLException;

    /// A column's value.
    protected abstract @Nullable Object get(ResultSet row, int at, Column column)
            throws SQLException;

    protected abstract void insert(Connection connection, CopyTable table, List<Row> rows)
            throws SQLException;

    /// Puts right what the rows by themselves do not tell, once they are all there.
    protected abstract void complete(Connection connection) throws SQLException;

    /// What an error means.
    protected abstract StoreFailure failure(SQLException cause);

    @Override
    public final Map<String, Long> marks() {
        return transaction(Marks::of);
    }

    @Override
    public final void beginSource(long identity, Instant now) {
        transaction(
                c -> {
                    try (PreparedStatement end =
                            c.prepareStatement(
                                    """
                                    UPDATE work SET token = 0,
                                    visible_at = CASE WHEN visible_at > ? THEN ? ELSE visible_at END
                                    WHERE state = 1
                                    """)) {
                        end.setLong(1, now.toEpochMilli());
                        end.setLong(2, now.toEpochMilli());
                        end.executeUpdate();
                    }
                    Marks.put(c, Marks.SOURCE, identity);
                    return true;
                });
    }

    @Override
    public final void beginTarget(long identity) {
        transaction(
                c -> {
                    Marks.put(c, Marks.UNFINISHED, identity);
                    return true;
                });
    }

    @Override
    public final @Nullable Row last(CopyTable table) {
        return transaction(
                c -> {
                    String order =
                            table.key().stream()
                                    .map(column -> sorted(column) + " DESC")
                                    .collect(Collectors.joining(", "));
                    try (PreparedStatement query =
                                    c.prepareStatement(
                                            "SELECT %s FROM %s ORDER BY %s LIMIT 1"
                                                    .formatted(
                                                            CopyTable.list(table.key()),
                                                            from(table),
                                                            order));
                            ResultSet row = query.executeQuery()) {
                        return row.next() ? row(row, table.key()) : null;
                    }
                });
    }

    @Override
    public final void write(CopyTable table, List<Row> rows, long copied) {
        transaction(
                c -> {
                    insert(c, table, rows);
                    Marks.put(c, Marks.ROWS, copied);
                    return true;
                });
    }

    @Override
    public final void finish(long identity) {
        transaction(
                c -> {
                    complete(c);
                    Marks.finish(c, identity);
                    return true;
                });
    }

    /// A query for a table's rows in the order of its key, after one if there is one.
    protected final String query(CopyTable table, boolean after) {
        String key = sorted(table.key());
        return "SELECT %s FROM %s%s ORDER BY %s"
                .formatted(
                        CopyTable.list(table.columns()),
                        from(table),
                        after ? " WHERE (%s) > (%s)".formatted(key, places(table.key())) : "",
                        key);
    }

    /// Places for the values of columns.
    protected static String places(List<Column> columns) {
        return columns.stream().map(_ -> "?").collect(Collectors.joining(", "));
    }

    protected final String sorted(List<Column> columns) {
        return columns.stream().map(this::sorted).collect(Collectors.joining(", "));
    }

    /// Fills the places for a key.
    protected final void setKey(PreparedStatement statement, CopyTable table, Row after)
            throws SQLException {
        for (int i = 0; i < table.key().size(); i++) {
            set(statement, i + 1, table.key().get(i), after.values().get(i));
        }
    }

    protected final Row row(ResultSet row, List<Column> columns) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            values.add(get(row, i + 1, columns.get(i)));
        }
        return new Row(values);
    }

    protected final Connection connection() {
        return connection;
    }

    protected final <T extends @Nullable Object> T transaction(Body<T> body) {
        try {
            T result = body.run(connection);
            connection.commit();
            return result;
        } catch (SQLException e) {
            try {
                connection.rollback();
            } catch (SQLException again) {
                e.addSuppressed(again);
            }
            throw failure(e);
        }
    }
}
