package dev.belay.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.catalog.CatalogStore;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.DeadNotices;
import dev.belay.delivery.DeliveryQueue.Rescued;
import dev.belay.delivery.DeliveryQueue.SettleResult;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.DispatcherLimits;
import dev.belay.delivery.Lease;
import dev.belay.delivery.Members;
import dev.belay.delivery.Settlement;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.DeliveryId;
import dev.belay.history.HistoryIndex.Stats;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.store.contract.Stock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Several processes on one database.
class PostgresNodesTest {
    private final Fixture fixture = new Fixture();

    @AfterEach
    void closes() {
        fixture.close();
    }

    @Test
    void nodes_that_open_a_new_database_at_once_make_one_schema_and_get_numbers_of_their_own()
            throws Exception {
        List<Callable<PostgresStore>> opens = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String name = "node" + i;
            opens.add(
                    () ->
                            PostgresStore.open(
                                    fixture.options(),
                                    name,
                                    fixture.time,
                                    dev.belay.signal.SignalListener.NONE));
        }
        List<Integer> numbers = new ArrayList<>();
        List<PostgresStore> stores = all(opens);
        for (PostgresStore store : stores) {
            numbers.add(store.node());
        }
        stores.forEach(PostgresStore::close);
        assertThat(numbers).containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(fixture.number("SELECT count(*) FROM belay.schema_version")).isEqualTo(1);
    }

    @Test
    void two_nodes_share_the_work_and_nothing_is_claimed_twice() throws Exception {
        PostgresStore one = fixture.open("one");
        PostgresStore two = fixture.open("two");
        Stock stock = fixture.stock(one);
        List<DeliveryId> due = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            due.add(stock.due("agent", stock.now()).id());
        }
        List<Callable<List<Delivery>>> claims = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            PostgresStore store = i % 2 == 0 ? one : two;
            Lease lease = stock.lease();
            claims.add(() -> store.claim("agent", 7, stock.now(), lease).join());
        }
        List<DeliveryId> claimed = new ArrayList<>();
        int byTwo = 0;
        List<List<Delivery>> answers = all(claims);
        for (int i = 0; i < answers.size(); i++) {
            answers.get(i).forEach(delivery -> claimed.add(delivery.id()));
            byTwo += i % 2 == 0 ? 0 : answers.get(i).size();
        }
        assertThat(claimed).containsExactlyInAnyOrderElementsOf(due);
        assertThat(byTwo).isPositive();
        fixture.time.advance(Duration.ofSeconds(2));
        assertThat(one.stats().deliveries())
                .containsExactly(new Stats.Count("agent", "leased", 300));
    }

    @Test
    void one_key_makes_one_event_whichever_node_it_comes_to() throws Exception {
        PostgresStore one = fixture.open("one");
        PostgresStore two = fixture.open("two");
        Stock stock = fixture.stock(one);
        List<Callable<Appended>> copies = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            PostgresStore store = i % 2 == 0 ? one : two;
            var append = Stock.append(stock.event("paid-" + i / 8, "{}"));
            copies.add(() -> store.append(append).join());
        }
        List<Appended> answers = all(copies);
        assertThat(answers).filteredOn(Appended.Stored.class::isInstance).hasSize(50);
        assertThat(fixture.number("SELECT count(*) FROM belay.event")).isEqualTo(50);
    }

    @Test
    void a_lease_of_a_node_that_fell_silent_is_taken_over_once_and_its_result_is_fenced()
            throws Exception {
        PostgresStore dead = fixture.open("dead");
        PostgresStore one = fixture.open("one");
        PostgresStore two = fixture.open("two");
        Stock stock = fixture.stock(dead);
        Delivery held = stock.leased("agent");
        fixture.time.advance(Stock.LEASE);
        // By the clock it is over; but its node lives, and that node's clock is what counts.
        assertThat(one.rescue(stock.now(), 3, 10, DeadNotices.NONE).join()).isEmpty();

        // The lease, and five seconds.
        silence(dead, "3 minutes 6 seconds");
        List<Callable<List<Rescued>>> rescues = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            PostgresStore store = i % 2 == 0 ? one : two;
            rescues.add(() -> store.rescue(stock.now(), 3, 10, DeadNotices.NONE).join());
        }
        List<Rescued> rescued = new ArrayList<>();
        all(rescues).forEach(rescued::addAll);
        assertThat(rescued).containsExactly(new Rescued(held.id(), "agent", false));

        assertThat(stock.settle(held, new Settlement.Complete())).isEqualTo(SettleResult.FENCED);
        assertThat(stock.outcomes(held.id())).containsExactly("lease_lost");
        assertThat(two.claim("agent", 1, stock.now(), stock.lease()).join()).hasSize(1);
    }

    @Test
    void a_node_that_is_silent_for_less_than_its_leases_keeps_them() throws Exception {
        PostgresStore slow = fixture.open("slow");
        PostgresStore other = fixture.open("other");
        Stock stock = fixture.stock(slow);
        Delivery held = stock.leased("agent");
        silence(slow, "2 minutes 55 seconds");
        fixture.time.advance(Stock.LEASE);
        assertThat(other.rescue(stock.now(), 3, 10, DeadNotices.NONE).join()).isEmpty();
        assertThat(stock.stands(held.id())).isEqualTo(held);
    }

    @Test
    void the_latest_lease_of_a_silent_node_is_taken_over_within_the_configured_lease()
            throws Exception {
        PostgresStore dead = fixture.open("dead");
        PostgresStore other = fixture.open("other");
        Stock stock = fixture.stock(dead);
        stock.due("agent", stock.now());
        fixture.time.advance(Members.FRESH);
        Lease latest = new Lease(77, stock.now().plus(DispatcherLimits.DEFAULT.shared().lease()));
        assertThat(dead.claim("agent", 1, stock.now(), latest).join()).hasSize(1);
        silence(dead, "2 minutes 50 seconds");
        assertThat(other.rescue(stock.now(), 3, 10, DeadNotices.NONE).join()).isEmpty();
        silence(dead, "3 minutes");
        assertThat(other.rescue(stock.now(), 3, 10, DeadNotices.NONE).join()).hasSize(1);
    }

    @Test
    void a_lease_that_was_taken_long_before_the_last_sign_of_life_is_taken_over_sooner()
            throws Exception {
        PostgresStore dead = fixture.open("dead");
        PostgresStore other = fixture.open("other");
        Stock stock = fixture.stock(dead);
        Delivery held = stock.leased("agent");
        fixture.time.advance(Duration.ofMinutes(2));
        stock.leased("agent");
        silence(dead, "66 seconds");
        assertThat(other.rescue(stock.now(), 3, 10, DeadNotices.NONE).join())
                .containsExactly(new Rescued(held.id(), "agent", false));
    }

    @Test
    void nothing_is_leased_by_a_node_without_a_recent_sign_of_life() throws Exception {
        PostgresStore node = fixture.open("node");
        PostgresStore other = fixture.open("other");
        Stock stock = fixture.stock(node);
        silence(node, "5 minutes");
        fixture.time.advance(Duration.ofMinutes(5));
        Delivery held = stock.leased("agent");
        assertThat(other.rescue(stock.now(), 3, 10, DeadNotices.NONE).join()).isEmpty();
        assertThat(stock.stands(held.id())).isEqualTo(held);
    }

    @Test
    void a_node_that_is_started_again_goes_on_under_its_number_and_finds_its_leases_ended()
            throws Exception {
        PostgresStore before = fixture.open("node");
        Stock stock = fixture.stock(before);
        Delivery held = stock.leased("agent");
        PostgresStore after = fixture.open("node");
        assertThat(after.node()).isEqualTo(before.node());
        assertThat(after.rescue(stock.now(), 3, 10, DeadNotices.NONE).join())
                .containsExactly(new Rescued(held.id(), "agent", false));
    }

    @Test
    void whoever_held_a_number_before_is_shut_out_at_its_next_sign_of_life() throws Exception {
        PostgresStore before = fixture.open("node");
        PostgresStore after = fixture.open("node");
        Stock stock = fixture.stock(before);
        fixture.time.advance(Duration.ofMinutes(1));
        assertThatThrownBy(() -> stock.leased("agent"))
                .hasCauseInstanceOf(StoreFailure.class)
                .hasMessageContaining("another process has taken this node's number");
        assertThat(before.failure()).contains("start this one again");
        assertThat(fixture.stock(after).leased("agent").state())
                .isInstanceOf(DeliveryState.Leased.class);
    }

    @Test
    void leases_of_a_node_that_was_closed_are_taken_over_at_once() throws Exception {
        PostgresStore closing = fixture.open("closing");
        PostgresStore other = fixture.open("other");
        Stock stock = fixture.stock(closing);
        Delivery held = stock.leased("agent");
        closing.close();
        assertThat(other.rescue(stock.now(), 3, 10, DeadNotices.NONE).join())
                .containsExactly(new Rescued(held.id(), "agent", false));
    }

    @Test
    void what_is_for_a_destination_that_any_node_has_declared_is_not_buried() throws Exception {
        PostgresStore one = fixture.open("one");
        PostgresStore two = fixture.open("two");
        Stock stock = fixture.stock(one);
        stock.due("agent", stock.now());
        var key = new CatalogStore.Declaration.Key("destination", "agent");
        two.change(List.of(new CatalogStore.Declaration(key, "api", "{}")), List.of());
        assertThat(bury(one, stock)).isZero();
        two.change(List.of(), List.of(key));
        assertThat(bury(one, stock)).isEqualTo(1);
    }

    private static int bury(PostgresStore store, Stock stock) {
        return store.bury(
                        "agent", DeadReason.DESTINATION_REMOVED, stock.now(), 10, DeadNotices.NONE)
                .join();
    }

    @Test
    void each_change_of_declarations_or_standings_has_a_revision_that_every_node_sees()
            throws Exception {
        PostgresStore one = fixture.open("one");
        PostgresStore two = fixture.open("two");
        assertThat(one.revision()).isEqualTo(CatalogStore.Revision.NONE);
        one.change(List.of(), List.of());
        two.setStanding("agent", CatalogStore.Standing.ACTIVE);
        one.setStanding("agent", CatalogStore.Standing.ACTIVE);
        assertThat(one.revision()).isEqualTo(new CatalogStore.Revision(1, 2));
        assertThat(two.revision()).isEqualTo(one.revision());
    }

    private void silence(PostgresStore node, String since) throws Exception {
        fixture.run(
                "UPDATE belay.node SET seen_at = clock_timestamp() - interval '%s' WHERE number = %d"
                        .formatted(since, node.node()));
    }

    private static <T> List<T> all(List<Callable<T>> calls) throws Exception {
        List<T> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
        }
        return answers;
    }
}
