package dev.belay.store.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.store.contract.Stock;
import dev.belay.system.process.PostgresServer;
import dev.belay.testkit.SettableTime;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A column that a later schema adds must not be forgotten by copies, whose check would not miss
/// it.
class CopiedColumnsTest {
    private final SettableTime time = new SettableTime(Stock.START);

    private static Set<String> copied() {
        return Arrays.stream(CopyTable.values())
                .flatMap(
                        table ->
                                table.columns().stream()
                                        .map(column -> table.table() + "." + column.name()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> columns(Connection connection, String sql) throws SQLException {
        Set<String> columns = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                columns.add(row.getString(1));
            }
        }
        return columns;
    }

    @Test
    void every_column_of_the_embedded_store_is_copied(@TempDir Path directory) throws SQLException {
        new Site.Embedded(directory).use(time).close();
        try (Connection connection =
                DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("belay.db"))) {
            Set<String> columns =
                    columns(
                            connection,
                            """
                            SELECT t.name || '.' || c.name
                            FROM sqlite_master t JOIN pragma_table_info(t.name) c
                            WHERE t.type = 'table'
                            """);
            // Keys lie in runs and before them, and are written into runs.
            columns.removeIf(name -> name.startsWith("dedupe_"));
            columns.remove("dedupe.run");
            assertThat(columns).isEqualTo(copied());
        }
    }

    @Test
    void every_column_of_a_database_is_copied_but_who_its_nodes_are() throws SQLException {
        try (Site.InDatabase site = new Site.InDatabase()) {
            site.use(time).close();
            try (Connection connection = PostgresServer.shared().connect(site.url())) {
                Set<String> columns =
                        columns(
                                connection,
                                """
                                SELECT c.relname || '.' || a.attname FROM pg_class c
                                JOIN pg_attribute a ON a.attrelid = c.oid
                                WHERE c.relnamespace = 'belay'::regnamespace
                                AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                                AND a.attnum > 0 AND NOT a.attisdropped
                                """);
                columns.removeIf(name -> name.startsWith("node."));
                // How destinations stand at the moment, among nodes that are alive.
                columns.removeIf(name -> name.startsWith("circuit."));
                columns.remove("work.node");
                columns.remove("counter.slot");
                columns.remove("schema_version.version");
                assertThat(columns).isEqualTo(copied());
            }
        }
    }
}
