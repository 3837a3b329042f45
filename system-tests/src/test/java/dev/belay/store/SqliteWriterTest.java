package dev.belay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.SettleResult;
import dev.belay.delivery.Settlement;
import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.signal.Signal;
import dev.belay.signature.Headers;
import dev.belay.store.contract.Stock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SqliteWriterTest {
    @TempDir private Path directory;

    private OnDisk disk;

    @BeforeEach
    void opens() {
        disk = new OnDisk(directory);
    }

    @AfterEach
    void closes() {
        disk.close();
    }

    @Test
    void what_waits_is_committed_together() {
        List<CompletableFuture<Appended>> answers = new ArrayList<>();
        CompletableFuture<Appended> first = holdUp();
        for (int i = 0; i < 500; i++) {
            answers.add(append(disk.stock.event("e" + i, "{}")));
        }
        disk.gate.open();
        Stock.stored(first.join());
        answers.forEach(answer -> Stock.stored(answer.join()));
        disk.store().close();
        assertThat(disk.signals)
                .filteredOn(Signal.Committed.class::isInstance)
                .extracting(signal -> ((Signal.Committed) signal).operations())
                .containsExactly(1, 500);
    }

    @Test
    void an_operation_that_fails_does_not_fail_its_neighbours() {
        Event first = disk.stock.event("first", "{}");
        disk.stock.store(first);
        CompletableFuture<Appended> held = holdUp();
        CompletableFuture<Appended> before = append(disk.stock.event("before", "{}"));
        CompletableFuture<Appended> failing = append(clashWith(first));
        CompletableFuture<Appended> after = append(disk.stock.event("after", "{}"));
        disk.gate.open();
        List.of(held, before, after).forEach(answer -> Stock.stored(answer.join()));
        assertThat(kindOf(failing)).isEqualTo(Kind.UNAVAILABLE);
        assertThat(disk.store().failure()).isNull();
        assertThat(disk.store().events(EventQuery.ALL, 10, null).items()).hasSize(4);
    }

    @Test
    void an_error_in_an_operation_fails_the_store_and_leaves_nobody_waiting() {
        Event event = disk.stock.event("held", "{}");
        disk.stock.store(event);
        disk.gate.throwAtNextCommit(new StackOverflowError("planted"));
        assertThat(kindOf(append(disk.stock.event("failing", "{}")))).isEqualTo(Kind.UNKNOWN);
        assertThat(kindOf(append(disk.stock.event("later", "{}")))).isEqualTo(Kind.UNAVAILABLE);
        assertThat(disk.store().failure()).isNotNull();
        disk.reopen();
        assertThat(disk.store().events(EventQuery.ALL, 10, null).items()).hasSize(1);
    }

    @Test
    void too_many_waiting_are_refused_but_not_results_of_attempts() {
        disk.close();
        disk =
                new OnDisk(
                        directory,
                        StoreOptions.DEFAULT.withGroup(
                                new StoreOptions.Group(4, 1 << 20, 2, 1 << 20, Duration.ZERO)));
        Delivery leased = disk.stock.leased("agent");
        CompletableFuture<Appended> held = holdUp();
        CompletableFuture<Appended> first = append(disk.stock.event(null, "{}"));
        CompletableFuture<Appended> second = append(disk.stock.event(null, "{}"));
        CompletableFuture<Appended> refused = append(disk.stock.event(null, "{}"));
        CompletableFuture<SettleResult> result =
                disk.store().settle(disk.stock.settlementOf(leased, new Settlement.Complete()));
        assertThat(kindOf(refused)).isEqualTo(Kind.OVERLOADED);
        disk.gate.open();
        assertThat(result.join()).isEqualTo(SettleResult.SETTLED);
        List.of(held, first, second).forEach(answer -> Stock.stored(answer.join()));
        disk.stock.drain();
    }

    @Test
    void closing_commits_what_waits_and_refuses_what_comes() {
        Event waiting = disk.stock.event("waiting", "{}");
        CompletableFuture<Appended> held = holdUp();
        CompletableFuture<Appended> answer = append(waiting);
        disk.gate.open();
        disk.store().close();
        Stock.stored(held.join());
        Stock.stored(answer.join());
        assertThat(kindOf(append(disk.stock.event("late", "{}")))).isEqualTo(Kind.CLOSED);
        assertThatThrownBy(() -> disk.store().event(waiting.id()))
                .isInstanceOfSatisfying(
                        StoreFailure.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
        disk.reopen();
        assertThat(disk.store().event(waiting.id())).contains(waiting);
    }

    @Test
    void reads_do_not_wait_for_the_writer_and_see_only_what_is_committed() throws SQLException {
        Event stored = disk.stock.event("stored", "{}");
        disk.stock.store(stored);
        try (Connection other = OnDisk.connect(directory);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("DELETE FROM event");
            CompletableFuture<Appended> waiting = append(disk.stock.event("waiting", "{}"));
            assertThat(disk.store().event(stored.id())).contains(stored);
            assertThat(disk.store().events(EventQuery.ALL, 10, null).items()).hasSize(1);
            assertThat(disk.store().nextDue()).isEmpty();
            assertThat(waiting).isNotDone();
            statement.execute("ROLLBACK");
            Stock.stored(waiting.join());
        }
    }

    /// An append that the writer has taken and not committed; more can be handed in behind it.
    private CompletableFuture<Appended> holdUp() {
        disk.gate.close();
        CompletableFuture<Appended> held = append(disk.stock.event("held", "{}"));
        disk.gate.awaitWriter();
        return held;
    }

    private CompletableFuture<Appended> append(Event event) {
        return disk.store().append(Stock.append(event));
    }

    private Event clashWith(Event stored) {
        return new Event(
                stored.id(),
                "shop",
                "t",
                "clash",
                disk.stock.now(),
                Headers.empty(),
                Body.of(new byte[0]));
    }

    private static Kind kindOf(CompletableFuture<?> failed) {
        return ((StoreFailure) failed.handle((_, failure) -> cause(failure)).join()).kind();
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    }
}
