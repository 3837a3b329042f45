package dev.belay.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.DeadNotices;
import dev.belay.delivery.DeliveryQueue.Notice;
import dev.belay.delivery.DeliveryQueue.Release;
import dev.belay.delivery.Settlement;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.history.HistoryIndex.Stats.Count;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.ingest.EventJournal.Redelivery;
import dev.belay.store.contract.Ports;
import dev.belay.store.contract.Stock;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// History in weeks, and statements that do not read it from end to end.
class PostgresHistoryTest {
    private static final String SESSIONS =
            """
            SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'
            AND datname = current_database() AND pid <> pg_backend_pid()
            """;

    private static final long ROWS = Long.getLong("belay.test.rows", 200_000);

    private final Fixture fixture = new Fixture();

    @AfterEach
    void closes() {
        fixture.close();
    }

    @Test
    void a_week_that_is_over_is_dropped_whole_and_its_keys_are_still_remembered() throws Exception {
        PostgresStore store = fixture.open("node");
        Stock stock = fixture.stock(store);
        Event first = stock.event("paid-1", "one");
        stock.store(first);
        for (int i = 0; i < 5; i++) {
            stock.delivered("agent");
            stock.dead("agent", DeadReason.REFUSED);
        }
        fixture.time.advance(Duration.ofDays(14));
        Delivery young = stock.delivered("agent");
        long before = weeks();
        Instant window = stock.now().minus(Duration.ofDays(3));
        Instant asOf = Stock.START.plus(Duration.ofDays(1));
        assertThat(store.purge(window, window, asOf, 3)).isEqualTo(11);
        assertThat(weeks()).isEqualTo(before - 1);
        assertThat(store.events(EventQuery.ALL, 20, null).items())
                .extracting(one -> one.id())
                .containsExactly(young.id().event());
        fixture.time.advance(Duration.ofSeconds(2));
        assertThat(store.stats().events()).isEqualTo(1);
        assertThat(store.stats().deliveries()).hasSize(1);
        Event again = stock.event("paid-1", "two");
        Appended known =
                store.append(
                                new dev.belay.ingest.EventJournal.Append(
                                        new Event(
                                                again.id(),
                                                "shop",
                                                "order.paid",
                                                "paid-1",
                                                Stock.START.plusSeconds(5),
                                                again.headers(),
                                                again.body()),
                                        dev.belay.ingest.DedupeKey.of("shop", "paid-1"),
                                        Stock.START.plus(Stock.KEY_KEPT),
                                        List.of()))
                        .join();
        assertThat(known).isEqualTo(new Appended.AlreadySeen(first.id(), true));
    }

    @Test
    void a_week_with_anything_unfinished_in_it_stays() throws Exception {
        PostgresStore store = fixture.open("node");
        Stock stock = fixture.stock(store);
        Delivery due = stock.due("agent", stock.now());
        stock.delivered("agent");
        fixture.time.advance(Duration.ofDays(60));
        long before = weeks();
        Instant now = stock.now();
        assertThat(store.purge(now, now, now, 100)).isEqualTo(1);
        assertThat(store.purge(now, now, now, 100)).isZero();
        assertThat(weeks()).isEqualTo(before);
        assertThat(stock.claim("agent", 1)).extracting(Delivery::id).containsExactly(due.id());
    }

    @Test
    void nothing_on_the_way_of_an_event_reads_a_large_table_from_end_to_end() throws Exception {
        PostgresStore first = fixture.open("node");
        Delivery old = fixture.stock(first).dead("agent", DeadReason.REFUSED);
        first.close();
        fill(old.id().event());
        Map<String, Long> before = scans();

        PostgresStore store = fixture.open("node");
        Stock stock = new Stock(fixture.time, Ports.of(store));
        fixture.time.advance(Duration.ofSeconds(1));
        for (int i = 0; i < 20; i++) {
            useAll(store, stock, old, i);
        }

        store.close();
        Map<String, Long> after = scans();
        before.replaceAll((table, scans) -> after.getOrDefault(table, 0L) - scans);
        assertThat(before).hasSizeGreaterThanOrEqualTo(5);
        assertThat(before).allSatisfy((table, scans) -> assertThat(scans).as(table).isZero());
    }

    @Test
    void a_notice_in_a_week_that_is_not_there_yet_is_asked_for_again_and_stored() throws Exception {
        PostgresStore store = fixture.open("node");
        Stock stock = fixture.stock(store);
        Delivery gone = stock.due("gone", stock.now());
        long before = weeks();
        fixture.time.advance(Duration.ofDays(60));
        List<Event> asked = new ArrayList<>();
        int buried =
                store.bury(
                                "gone",
                                DeadReason.DESTINATION_REMOVED,
                                stock.now(),
                                10,
                                (dead, reason) -> {
                                    Event notice =
                                            stock.event(Event.BUILT_IN_SOURCE, "dead", null, "{}");
                                    asked.add(notice);
                                    return List.of(new Notice(notice, List.of()));
                                })
                        .join();
        assertThat(buried).isEqualTo(1);
        assertThat(weeks()).isEqualTo(before + 1);
        assertThat(asked).hasSize(2);
        assertThat(store.event(asked.getFirst().id())).isEmpty();
        assertThat(store.event(asked.getLast().id())).contains(asked.getLast());
        assertThat(store.attempts(gone.id())).isEmpty();
        fixture.time.advance(Duration.ofSeconds(2));
        assertThat(store.stats().deliveries()).containsExactly(new Count("gone", "dead", 1));
    }

    private static void useAll(PostgresStore store, Stock stock, Delivery old, int i) {
        stock.store(stock.event("key-" + i, "{}"));
        assertThat(store.append(Stock.append(stock.event("key-" + i, "{}"))).join())
                .isInstanceOf(Appended.AlreadySeen.class);
        stock.delivered("agent");
        List<Delivery> claimed = stock.claim("busy", 3);
        assertThat(claimed).hasSize(3);
        stock.settle(claimed.get(0), new Settlement.RetryAt(stock.now(), true));
        stock.settle(claimed.get(1), new Settlement.GiveUp(DeadReason.REFUSED));
        store.release(
                        List.of(
                                new Release(
                                        claimed.get(2).id(),
                                        Stock.token(claimed.get(2)),
                                        stock.now())))
                .join();
        store.rescue(stock.now(), 3, 10, DeadNotices.NONE).join();
        store.bury("agent", DeadReason.DESTINATION_REMOVED, stock.now(), 1, DeadNotices.NONE)
                .join();
        store.nextDue();
        store.event(old.id().event());
        store.delivery(old.id());
        store.deliveriesOf(old.id().event());
        store.attempts(old.id());
        store.events(EventQuery.ALL, 10, null);
        store.deliveries(DeliveryQuery.ALL, 10, null);
        store.deliveries(
                new DeliveryQuery("dead", null, null, null, null, null, null, null), 10, null);
        store.replay(
                        List.of(
                                new Redelivery(
                                        old.id().event(),
                                        new dev.belay.delivery.NewDelivery(
                                                "agent",
                                                "to-agent",
                                                old.id(),
                                                new dev.belay.delivery.DeliveryState.Due(
                                                        stock.now())))),
                        stock.now())
                .join();
        store.purge(Instant.EPOCH, Instant.EPOCH, stock.now(), 100);
    }

    /// 200,000 events (`./build plans` has more), each with a key, a finished delivery, an attempt
    /// and one that is due.
    private void fill(EventId from) throws SQLException {
        long base = from.value() - ROWS - 100_000;
        fixture.run(
                "INSERT INTO belay.name (text) VALUES ('busy'), ('to-busy') ON CONFLICT DO NOTHING");
        long busy = fixture.number("SELECT id FROM belay.name WHERE text = 'busy'");
        long at = Stock.START.toEpochMilli() - 1_000;
        String rows = " FROM generate_series(1, " + ROWS + ") AS n";
        fixture.run(
                """
                INSERT INTO belay.event SELECT %d + n, 1, '\\x61', '\\x62', %d, 0, '\\x0100', '\\x7b7d'
                """
                                .formatted(base, at)
                        + rows);
        fixture.run(
                "INSERT INTO belay.dedupe SELECT hashint8extended(n, 1), hashint8extended(n, 2), %d + n, %d"
                                .formatted(base, at + 604_800_000)
                        + rows);
        fixture.run(
                "INSERT INTO belay.work SELECT %d + n, 0, %d, %d, 0, -1, %d + n, 0, 0, 0, 0, NULL, %d, %d, NULL"
                                .formatted(base, busy, busy, at - ROWS - 100_000, at, at)
                        + rows);
        fixture.run(
                "INSERT INTO belay.delivery SELECT %d + n, 1, %d, %d, 3, %d, NULL, 1, 0, NULL, %d"
                                .formatted(base, busy, busy, at, at)
                        + rows);
        fixture.run(
                "INSERT INTO belay.attempt SELECT %d + n, 1, 1, %d, 5, 0, 200, NULL, NULL, NULL, 0"
                                .formatted(base, at)
                        + rows);
        fixture.run("ANALYZE belay.event, belay.dedupe, belay.work, belay.delivery, belay.attempt");
    }

    private long weeks() throws SQLException {
        return fixture.number(
                "SELECT count(*) FROM pg_inherits WHERE inhparent = 'belay.event'::regclass");
    }

    /// Sequential scans so far, of tables of more than 1,000 rows. What a session has counted is
    /// known for certain when the session has ended.
    private Map<String, Long> scans() throws SQLException {
        long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (fixture.number(SESSIONS) > 0) {
            assertThat(System.nanoTime()).isLessThan(until);
            LockSupport.parkNanos(20_000_000);
        }
        Map<String, Long> scans = new TreeMap<>();
        try (Connection connection = fixture.connect();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                """
                                SELECT s.relname, s.seq_scan FROM pg_stat_user_tables s
                                JOIN pg_class c ON c.oid = s.relid WHERE c.reltuples > 1000
                                """)) {
            while (row.next()) {
                scans.put(row.getString(1), row.getLong(2));
            }
        }
        return scans;
    }
}
