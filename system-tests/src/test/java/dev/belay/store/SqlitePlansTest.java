package dev.belay.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.store.contract.Stock;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No statement reads a table from end to end, except those named here, each with the reason.
class SqlitePlansTest {
    private static final List<String> MAY_SCAN =
            List.of(
                    // Read when the store is opened; as many rows as the catalogue has names.
                    "SELECT id, text FROM name",
                    "SELECT text FROM name",
                    // As many rows as destinations that are not simply active.
                    "SELECT destination, mode, reason FROM standing",
                    // As many rows as declarations, in the order of their key.
                    "SELECT kind, name, origin, json FROM declaration",
                    // As many rows as destinations have states.
                    "SELECT destination, state, count FROM counter",
                    // Unfinished deliveries, when a lease can have ended and only then.
                    "FROM work WHERE state = 1",
                    // Keys of which no run has been made: at most two runs' worth.
                    "FROM dedupe_recent WHERE high = ?",
                    // Rejected requests are capped.
                    "DELETE FROM reject WHERE rejected_at",
                    // Lists walk back from the cursor by the key and stop after a page; the range
                    // is given by the event.
                    "SELECT run FROM dedupe_run");

    @TempDir private Path directory;

    @Test
    void no_statement_of_the_writer_reads_a_whole_table() throws SQLException {
        Set<String> statements = new LinkedHashSet<>();
        Connections connections =
                new Connections(directory.resolve("belay.db"), StoreOptions.DEFAULT);
        try (Connection writing = connections.writing(Stock.START);
                WriteSession _ = new WriteSession(recording(writing, statements))) {
            assertThat(statements).hasSizeGreaterThan(40);
            assertThat(scans(writing, statements)).isEmpty();
        }
    }

    @Test
    void no_statement_of_a_reader_reads_a_whole_table() throws SQLException {
        Set<String> statements = new LinkedHashSet<>();
        new OnDisk(directory).close();
        Connections connections =
                new Connections(directory.resolve("belay.db"), StoreOptions.DEFAULT);
        try (Connection reading = connections.reading()) {
            Readers readers = new Readers(List.of(recording(reading, statements)));
            EventId event = new EventId(1);
            DeliveryId delivery = new DeliveryId(event, 0);
            readers.read(OtherReads::nextDue);
            readers.read(reader -> OtherReads.stats(reader, Stock.START));
            readers.read(reader -> OtherReads.rejects(reader, "shop", 10));
            readers.read(OtherReads::declarations);
            readers.read(OtherReads::standings);
            readers.read(reader -> EventReads.event(reader, event));
            readers.read(reader -> EventReads.events(reader, EventQuery.ALL, 10, null));
            EventQuery byId = new EventQuery("shop", null, "1", null, null, null, null);
            readers.read(reader -> EventReads.events(reader, byId, 10, null));
            readers.read(reader -> DeliveryReads.delivery(reader, delivery));
            readers.read(reader -> DeliveryReads.deliveriesOf(reader, event));
            readers.read(reader -> DeliveryReads.attempts(reader, delivery));
            for (String status : List.of("due", "dead", "delivered")) {
                DeliveryQuery query =
                        new DeliveryQuery(status, null, null, null, null, null, null, null);
                readers.read(reader -> DeliveryReads.deliveries(reader, query, 10, null));
            }
            assertThat(statements).hasSizeGreaterThan(14);
            assertThat(scans(reading, statements)).isEmpty();
        }
    }

    @Test
    void a_statement_that_reads_a_whole_table_is_seen() throws SQLException {
        new OnDisk(directory).close();
        try (Connection connection = OnDisk.connect(directory)) {
            assertThat(scans(connection, Set.of("SELECT id FROM event WHERE type = ?"))).hasSize(1);
        }
    }

    private static List<String> scans(Connection connection, Set<String> statements)
            throws SQLException {
        List<String> scans = new ArrayList<>();
        for (String sql : statements) {
            if (MAY_SCAN.stream().anyMatch(sql::contains)) {
                continue;
            }
            try (Statement statement = connection.createStatement();
                    ResultSet plan = statement.executeQuery("EXPLAIN QUERY PLAN " + sql)) {
                while (plan.next()) {
                    String step = plan.getString("detail");
                    // w: what the claim's inner query has found.
                    boolean scan = step.startsWith("SCAN") && !step.equals("SCAN w");
                    if (scan || step.contains("TEMP B-TREE")) {
                        scans.add(step + ": " + sql);
                    }
                }
            }
        }
        return scans;
    }

    /// A connection that notes the statements it prepares and those it runs.
    private static Connection recording(Connection connection, Set<String> statements) {
        InvocationHandler noting =
                (_, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        statements.add((String) arguments[0]);
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                };
        return (Connection)
                Proxy.newProxyInstance(
                        SqlitePlansTest.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        noting);
    }
}
