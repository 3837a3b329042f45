package dev.belay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.DeadNotices;
import dev.belay.delivery.DeliveryQueue.Rescued;
import dev.belay.delivery.Settlement;
import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import dev.belay.event.Event;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.history.HistoryIndex.EventSummary;
import dev.belay.history.HistoryIndex.Page;
import dev.belay.history.HistoryIndex.Stats;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.signal.SignalListener;
import dev.belay.store.contract.Stock;
import dev.belay.testkit.SettableTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What lies in the data directory, and who may have it.
class SqliteFilesTest {
    @TempDir private Path directory;

    @Test
    void everything_is_there_after_a_restart() {
        try (OnDisk disk = new OnDisk(directory)) {
            disk.stock.delivered("a");
            disk.stock.due("a", disk.stock.now());
            disk.stock.held("b");
            disk.stock.advance(Duration.ofSeconds(2));
            Page<EventSummary> events = disk.store().events(EventQuery.ALL, 10, null);
            Page<Delivery> deliveries = disk.store().deliveries(DeliveryQuery.ALL, 10, null);
            Stats stats = disk.store().stats();
            disk.reopen();
            assertThat(disk.store().events(EventQuery.ALL, 10, null)).isEqualTo(events);
            assertThat(disk.store().deliveries(DeliveryQuery.ALL, 10, null)).isEqualTo(deliveries);
            assertThat(disk.store().stats()).isEqualTo(stats);
            assertThat(stats.deliveries()).hasSize(3);
        }
    }

    @Test
    void claims_of_the_process_before_are_over_and_its_results_are_fenced() {
        try (OnDisk disk = new OnDisk(directory)) {
            Delivery claimed = disk.stock.leased("a");
            disk.reopen();
            assertThat(disk.stock.settle(claimed, new Settlement.Complete()).name())
                    .isEqualTo("FENCED");
            assertThat(disk.store().rescue(disk.stock.now(), 3, 10, DeadNotices.NONE).join())
                    .containsExactly(new Rescued(claimed.id(), "a", false));
        }
    }

    @Test
    void a_copy_of_the_files_at_any_instant_holds_what_was_acknowledged_and_no_more(
            @TempDir Path copy) throws IOException {
        try (OnDisk disk = new OnDisk(directory)) {
            List<Event> acknowledged = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Event event = disk.stock.event("e" + i, "body " + i);
                disk.stock.store(event);
                acknowledged.addFirst(event);
            }
            Delivery claimed = disk.stock.leased("a");
            disk.gate.close();
            CompletableFuture<Appended> waiting =
                    disk.store().append(Stock.append(disk.stock.event("waiting", "{}")));
            disk.gate.awaitWriter();
            for (String file : List.of("belay.db", "belay.db-wal")) {
                Files.copy(directory.resolve(file), copy.resolve(file));
            }
            disk.gate.open();
            Stock.stored(waiting.join());

            try (OnDisk copied = new OnDisk(copy)) {
                assertThat(copied.store().events(EventQuery.ALL, 100, null).items())
                        .hasSize(51)
                        .extracting(EventSummary::id)
                        .startsWith(claimed.id().event());
                assertThat(acknowledged)
                        .allSatisfy(
                                event ->
                                        assertThat(copied.store().event(event.id()))
                                                .contains(event));
                Event again = copied.stock.event("e7", "body 7");
                assertThat(copied.store().append(Stock.append(again)).join())
                        .isEqualTo(new Appended.AlreadySeen(acknowledged.get(42).id(), true));
                assertThat(
                                copied.store()
                                        .rescue(copied.stock.now(), 3, 10, DeadNotices.NONE)
                                        .join())
                        .hasSize(1);
            }
        }
    }

    @Test
    void a_second_store_in_the_same_directory_is_refused() {
        try (OnDisk disk = new OnDisk(directory)) {
            assertThatThrownBy(() -> new OnDisk(directory))
                    .isInstanceOf(StoreFailure.class)
                    .hasMessageContaining("is in use by another Belay process")
                    .hasMessageContaining(directory.toString());
            disk.stock.drain();
        }
        new OnDisk(directory).close();
    }

    @Test
    void another_process_is_refused_also_after_this_one_tried_twice() throws Exception {
        try (OnDisk disk = new OnDisk(directory)) {
            assertThatThrownBy(() -> new OnDisk(directory)).isInstanceOf(StoreFailure.class);
            assertThat(openElsewhere()).contains("is in use by another Belay process");
            disk.stock.drain();
        }
        assertThat(openElsewhere()).contains("opened");
    }

    @Test
    void a_newer_schema_is_refused_and_left_alone() throws SQLException {
        new OnDisk(directory).close();
        assertThat(OnDisk.query(directory, "PRAGMA user_version"))
                .isEqualTo(Integer.toString(Connections.SCHEMA.newest()));
        OnDisk.execute(directory, "PRAGMA user_version = 99");
        assertThatThrownBy(() -> new OnDisk(directory))
                .isInstanceOfSatisfying(
                        StoreFailure.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
                .hasMessageContaining("schema 99")
                .hasMessageContaining("up to " + Connections.SCHEMA.newest());
        assertThat(OnDisk.query(directory, "PRAGMA user_version")).isEqualTo("99");
        OnDisk.execute(directory, "PRAGMA user_version = " + Connections.SCHEMA.newest());
        new OnDisk(directory).close();
    }

    @Test
    void a_migration_that_fails_leaves_nothing_half_made() throws SQLException {
        OnDisk.execute(directory, "CREATE TABLE work (x)");
        assertThatThrownBy(() -> new OnDisk(directory))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("cannot open the store");
        assertThat(OnDisk.query(directory, "PRAGMA user_version")).isEqualTo("0");
        assertThat(OnDisk.query(directory, "SELECT group_concat(name) FROM sqlite_schema"))
                .isEqualTo("work");
        OnDisk.execute(directory, "DROP TABLE work");
        new OnDisk(directory).close();
    }

    @Test
    void a_file_that_is_no_database_is_refused() throws IOException {
        Files.writeString(
                directory.resolve("belay.db"), "not a database, by any means ".repeat(99));
        assertThatThrownBy(() -> new OnDisk(directory))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("cannot open the store");
    }

    @Test
    void every_connection_that_writes_syncs_the_log_at_each_commit() throws SQLException {
        Path file = directory.resolve("belay.db");
        Connections connections = new Connections(file, StoreOptions.DEFAULT);
        try (Connection writing = connections.writing(Stock.START);
                Connection checkpointing = connections.checkpointing()) {
            for (Connection connection : List.of(writing, checkpointing)) {
                assertThat(pragma(connection, "synchronous")).isEqualTo("2");
                assertThat(pragma(connection, "journal_mode")).isEqualTo("wal");
                assertThat(pragma(connection, "wal_autocheckpoint")).isEqualTo("0");
            }
        }
    }

    @Test
    void a_damaged_record_is_reported_and_its_neighbours_are_not() throws SQLException {
        try (OnDisk disk = new OnDisk(directory)) {
            Event before = disk.stock.event("before", "{}");
            Event body = disk.stock.event("body", "{}");
            Event headers = disk.stock.event("headers", "{}");
            Event after = disk.stock.event("after", "{}");
            List.of(before, body, headers, after).forEach(event -> disk.stock.store(event));
            Delivery answered = disk.stock.delivered("a");
            disk.store().close();
            OnDisk.execute(
                    directory,
                    "UPDATE event SET body = x'7b7c' WHERE id = " + body.id().value(),
                    "UPDATE event SET headers = x'0100' WHERE id = " + headers.id().value(),
                    "UPDATE attempt SET headers = x'ff', body = x''");
            disk.reopen();
            assertCorrupt(() -> disk.store().event(body.id()));
            assertCorrupt(() -> disk.store().event(headers.id()));
            assertCorrupt(() -> disk.store().attempts(answered.id()));
            assertThat(disk.store().event(before.id())).contains(before);
            assertThat(disk.store().event(after.id())).contains(after);
            assertThat(disk.store().events(EventQuery.ALL, 10, null).items()).hasSize(5);
            assertThat(disk.store().failure()).isNull();
            disk.stock.drain();
        }
    }

    @Test
    void a_damaged_page_is_reported_and_what_lies_elsewhere_is_read_as_before() throws IOException {
        try (OnDisk disk = new OnDisk(directory)) {
            Event before = disk.stock.event("before", "{}");
            Event damaged = disk.stock.event("damaged", "Q".repeat(100_000));
            Event after = disk.stock.event("after", "{}");
            List.of(before, damaged, after).forEach(event -> disk.stock.store(event));
            disk.store().close();
            endChainAmong('Q');
            disk.reopen();
            for (int i = 0; i < 2 * StoreOptions.DEFAULT.readers(); i++) {
                assertCorrupt(() -> disk.store().event(damaged.id()));
            }
            for (int i = 0; i < 2 * StoreOptions.DEFAULT.readers(); i++) {
                assertThat(disk.store().event(before.id())).contains(before);
                assertThat(disk.store().event(after.id())).contains(after);
            }
            disk.stock.drain();
        }
    }

    /// Makes a page full of a letter say that no page follows it.
    private void endChainAmong(char letter) throws IOException {
        Path file = directory.resolve("belay.db");
        byte[] bytes = Files.readAllBytes(file);
        int page = StoreOptions.DEFAULT.pageBytes();
        int at = 0;
        while (bytes[at + 4] != letter || bytes[at + page - 1] != letter) {
            at += page;
        }
        Arrays.fill(bytes, at, at + 4, (byte) 0);
        Files.write(file, bytes);
    }

    @Test
    void a_full_store_says_so_stores_nothing_and_works_again_when_there_is_room() {
        try (OnDisk disk = new OnDisk(directory, StoreOptions.DEFAULT.withMaxBytes(2 << 20))) {
            String body = "x".repeat(100_000);
            List<Event> stored = new ArrayList<>();
            Event last;
            CompletableFuture<Appended> answer;
            do {
                last = disk.stock.event("e" + stored.size(), body);
                answer = disk.store().append(Stock.append(last));
                stored.add(last);
            } while (answer.handle((_, failure) -> failure == null).join() && stored.size() < 99);
            stored.removeLast();
            assertThat(stored).hasSizeBetween(5, 25);
            assertThat(disk.store().failure()).isNull();
            assertThatThrownBy(answer::join)
                    .hasCauseInstanceOf(StoreFailure.class)
                    .satisfies(
                            e ->
                                    assertThat(((StoreFailure) e.getCause()).kind())
                                            .isEqualTo(Kind.FULL));
            assertThat(disk.store().events(EventQuery.ALL, 100, null).items())
                    .hasSize(stored.size());
            assertThat(disk.store().event(last.id())).isEmpty();

            disk.stock.advance(Duration.ofDays(1));
            var now = disk.stock.now();
            assertThat(disk.store().purge(now, now, now, 3)).isEqualTo(3);
            disk.stock.store(disk.stock.event(last.externalId(), body));
            assertThat(disk.store().failure()).isNull();
            disk.reopen();
            assertThat(disk.store().events(EventQuery.ALL, 100, null).items())
                    .hasSize(stored.size() - 2);
        }
    }

    private static void assertCorrupt(Runnable read) {
        assertThatThrownBy(read::run)
                .isInstanceOfSatisfying(
                        StoreFailure.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
    }

    private static String pragma(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA " + name)) {
            return row.getString(1);
        }
    }

    private String openElsewhere() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Elsewhere.class.getName(),
                                directory.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    /// Another process that wants the directory.
    static final class Elsewhere {
        private Elsewhere() {}

        /// Says whether it could open the store.
        public static void main(String[] args) {
            try {
                SqliteStore.open(
                                Path.of(args[0]),
                                StoreOptions.DEFAULT,
                                new SettableTime(Stock.START),
                                SignalListener.NONE)
                        .close();
                System.out.println("opened");
            } catch (StoreFailure e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
