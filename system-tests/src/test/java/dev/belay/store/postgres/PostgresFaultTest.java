package dev.belay.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.SettleResult;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Settlement;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.Event;
import dev.belay.ingest.EventJournal.Append;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.signal.SignalListener;
import dev.belay.store.contract.Stock;
import dev.belay.system.process.PostgresServer;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What happens when the database, or the way to it, fails.
class PostgresFaultTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Fixture fixture = new Fixture();

    @AfterEach
    void closes() {
        fixture.close();
    }

    @Test
    void a_commit_whose_answer_is_lost_is_of_unknown_outcome_and_its_repetition_is_a_duplicate()
            throws Exception {
        try (CuttingProxy proxy = new CuttingProxy(PostgresServer.shared().port())) {
            PostgresStore store = fixture.open(through(proxy), "node");
            Stock stock = fixture.stock(store);
            stock.due("agent", stock.now());
            Event event = stock.event("paid-1", "{}");
            Append append =
                    Stock.append(event, Stock.to("agent", new DeliveryState.Due(stock.now())));

            proxy.loseAnswers();
            assertThatThrownBy(() -> store.append(append).join())
                    .hasCauseInstanceOf(StoreFailure.class)
                    .satisfies(e -> assertThat(kind(e)).isEqualTo(StoreFailure.Kind.UNKNOWN));
            assertThat(store.failure()).contains("unknown outcome");
            // The server has it: nobody may be told that it was not stored.
            assertThat(
                            fixture.number(
                                    "SELECT count(*) FROM belay.event WHERE id = "
                                            + event.id().value()))
                    .isEqualTo(1);
            proxy.work();

            assertThat(store.append(Stock.append(stock.event("paid-1", "{}"))).join())
                    .isEqualTo(new Appended.AlreadySeen(event.id(), true));
            assertThat(store.failure()).isNull();
        }
    }

    @Test
    void a_result_whose_answer_is_lost_is_of_unknown_outcome_and_its_repetition_is_fenced()
            throws Exception {
        try (CuttingProxy proxy = new CuttingProxy(PostgresServer.shared().port())) {
            PostgresStore store = fixture.open(through(proxy), "node");
            Stock stock = fixture.stock(store);
            Delivery first = stock.leased("agent");
            stock.settle(first, new Settlement.Complete());
            Delivery delivery = stock.leased("agent");
            proxy.loseAnswers();
            assertThatThrownBy(() -> stock.settle(delivery, new Settlement.Complete()))
                    .satisfies(e -> assertThat(kind(e)).isEqualTo(StoreFailure.Kind.UNKNOWN));
            proxy.work();
            assertThat(stock.settle(delivery, new Settlement.Complete()))
                    .isEqualTo(SettleResult.FENCED);
            assertThat(stock.stands(delivery.id()).state())
                    .isInstanceOf(DeliveryState.Delivered.class);
            assertThat(stock.outcomes(delivery.id())).containsExactly("delivered");
        }
    }

    @Test
    void a_backend_that_is_terminated_costs_one_group_and_the_store_goes_on() throws Exception {
        PostgresStore store = fixture.open("node");
        Stock stock = fixture.stock(store);
        Delivery kept = stock.due("agent", stock.now());
        fixture.number(
                """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """);
        untilItWorks(() -> stock.due("agent", stock.now()));
        assertThat(stock.claim("agent", 10)).extracting(Delivery::id).contains(kept.id());
        assertThat(store.failure()).isNull();
    }

    @Test
    void a_database_that_is_killed_and_started_again_has_everything_and_the_store_goes_on()
            throws Exception {
        try (PostgresServer server = PostgresServer.start(List.of());
                Fixture own = new Fixture(server)) {
            PostgresStore store = own.open("node");
            Stock stock = own.stock(store);
            Event event = stock.event("paid-1", "{}");
            stock.store(event, Stock.to("agent", new DeliveryState.Due(stock.now())));

            server.kill();
            assertThatThrownBy(() -> stock.due("agent", stock.now()))
                    .satisfies(
                            e ->
                                    assertThat(kind(e))
                                            .isIn(
                                                    StoreFailure.Kind.UNAVAILABLE,
                                                    StoreFailure.Kind.UNKNOWN));
            assertThat(store.failure()).isNotNull();
            assertThatThrownBy(() -> store.event(event.id())).isInstanceOf(StoreFailure.class);

            server.startAgain();
            untilItWorks(() -> stock.due("other", stock.now()));
            assertThat(store.failure()).isNull();
            assertThat(store.event(event.id())).contains(event);
            assertThat(stock.claim("agent", 10)).hasSize(1);
        }
    }

    @Test
    void a_database_that_does_not_answer_is_an_outage_in_which_what_was_not_sent_is_refused()
            throws Exception {
        PostgresStore store = fixture.open("node");
        Stock stock = fixture.stock(store);
        stock.due("agent", stock.now());
        try (Connection other = fixture.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE belay.event IN ACCESS EXCLUSIVE MODE");
            CompletableFuture<Appended> stuck =
                    store.append(Stock.append(stock.event("paid-1", "{}")));
            await(() -> store.failure() != null);
            assertThat(store.failure()).contains("no answer");
            assertThat(stuck).isNotDone();
            assertThatThrownBy(() -> store.append(Stock.append(stock.event("paid-2", "{}"))).join())
                    .satisfies(e -> assertThat(kind(e)).isEqualTo(StoreFailure.Kind.UNAVAILABLE));
            other.rollback();
            assertThat(stuck.join()).isInstanceOf(Appended.Stored.class);
        }
        untilItWorks(() -> stock.due("agent", stock.now()));
        assertThat(store.failure()).isNull();
    }

    @Test
    void a_server_that_does_not_sync_is_refused_unless_the_operator_allows_it() throws Exception {
        try (PostgresServer server =
                        PostgresServer.start(List.of("fsync=off", "synchronous_commit=off"));
                Fixture own = new Fixture(server)) {
            assertThatThrownBy(() -> own.open("node"))
                    .isInstanceOf(StoreFailure.class)
                    .hasMessageContaining("fsync is off and synchronous_commit is off")
                    .hasMessageContaining("allow-unsafe: true");
            PostgresStore store = own.open(own.options().withAllowUnsafe(true), "node");
            assertThat(store.warning()).isEqualTo("fsync is off, synchronous_commit is off");
        }
    }

    @Test
    void a_schema_that_is_newer_than_this_version_is_refused() throws Exception {
        fixture.open("node").close();
        fixture.run("UPDATE belay.schema_version SET version = 99");
        assertThatThrownBy(() -> fixture.open("node"))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("the database has schema 99")
                .hasMessageContaining("knows schemas up to 1");
        assertThatThrownBy(() -> PostgresStore.migrate(fixture.options()))
                .hasMessageContaining("schema 99");
    }

    @Test
    void migrating_makes_the_schema_and_does_nothing_the_second_time() throws Exception {
        assertThat(PostgresStore.migrate(fixture.options())).isEqualTo(1);
        assertThat(PostgresStore.migrate(fixture.options())).isEqualTo(1);
        assertThat(fixture.number("SELECT count(*) FROM belay.node")).isZero();
    }

    @Test
    void a_database_that_is_not_there_is_named_without_its_password() {
        PostgresOptions options =
                PostgresOptions.of(
                        fixture.url() + "_none?password=s3cret", PostgresServer.user(), null);
        assertThatThrownBy(
                        () ->
                                PostgresStore.open(
                                        options, "node", fixture.time, SignalListener.NONE))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("_none")
                .hasMessageNotContaining("s3cret");
    }

    private PostgresOptions through(CuttingProxy proxy) {
        PostgresOptions usual = fixture.options();
        String url =
                usual.url()
                        .replace(
                                ":" + PostgresServer.shared().port() + "/",
                                ":" + proxy.port() + "/");
        PostgresOptions there = PostgresOptions.of(url, usual.user(), usual.password());
        return there.withLimits(usual.limits());
    }

    private static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(until);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static void untilItWorks(Runnable work) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                work.run();
                return;
            } catch (CompletionException e) {
                if (System.nanoTime() > until) {
                    throw e;
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private static StoreFailure.Kind kind(Throwable thrown) {
        return ((StoreFailure) thrown.getCause()).kind();
    }
}
