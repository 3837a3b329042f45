package dev.belay.store.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.DeadNotices;
import dev.belay.delivery.DeliveryQueue.Rescued;
import dev.belay.delivery.DeliveryQueue.SettleResult;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.Settlement;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.Event;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.ingest.EventJournal.Redelivery;
import dev.belay.ingest.EventJournal.Reject;
import dev.belay.ingest.InboundRequest;
import dev.belay.store.contract.Stock;
import dev.belay.testkit.SettableTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Copies between the adapters, on real ones.
class CopyTest {
    /// So small that every table of some rows takes several.
    private static final Batch SMALL = new Batch(3, 600);

    @TempDir private Path directory;

    private final SettableTime time = new SettableTime(Stock.START);
    private SettableTime ofCopies = time;
    private final Deque<Site> sites = new ArrayDeque<>();
    private final List<String> progress = new ArrayList<>();

    enum Direction {
        INTO_DATABASE,
        OUT_OF_DATABASE
    }

    @AfterEach
    void closes() {
        sites.forEach(Site::close);
    }

    private Site embedded() {
        Site site = new Site.Embedded(directory.resolve("store" + sites.size()));
        sites.push(site);
        return site;
    }

    private Site database() {
        Site site = new Site.InDatabase();
        sites.push(site);
        return site;
    }

    private Site source(Direction direction) {
        return direction == Direction.INTO_DATABASE ? embedded() : database();
    }

    private Site target(Direction direction) {
        return direction == Direction.INTO_DATABASE ? database() : embedded();
    }

    private EverythingInIt fill(Site site) {
        try (Site.Used used = site.use(time)) {
            return EverythingInIt.put(new Stock(time, used.ports()));
        }
    }

    private List<Copying.Checked> copy(Site from, Site to, Batch batch) {
        return copy(from, to, batch, Integer.MAX_VALUE, false);
    }

    /// @param lives see [MortalEnd]
    private List<Copying.Checked> copy(Site from, Site to, Batch batch, int lives, boolean late) {
        AtomicInteger left = new AtomicInteger(lives);
        try (CopyEnd source = new MortalEnd(from.end(false), left, late);
                CopyEnd target = new MortalEnd(to.end(true), left, late)) {
            return new Copying(source, target, batch, ofCopies, progress::add).run(new Random(1));
        }
    }

    private static void assertEqual(List<Copying.Checked> checked) {
        assertThat(checked).hasSize(CopyTable.values().length);
        assertThat(checked).allSatisfy(one -> assertThat(one.to()).isEqualTo(one.from()));
        assertThat(checked)
                .as("a store with everything in it")
                .allSatisfy(one -> assertThat(one.from().rows()).isPositive());
    }

    private void assertSameAnswers(Site to, Site from) {
        List<String> expected = answers(from);
        List<String> answers = answers(to);
        assertThat(answers).hasSizeGreaterThan(40);
        List<String> otherwise = new ArrayList<>(answers);
        otherwise.removeAll(expected);
        assertThat(otherwise).isEmpty();
        assertThat(answers).isEqualTo(expected);
    }

    private List<String> answers(Site site) {
        try (Site.Used used = site.use(time)) {
            return Answers.of(used.ports());
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_copy_answers_as_the_source_does(Direction direction) {
        Site from = source(direction);
        Site to = target(direction);
        fill(from);
        assertEqual(copy(from, to, SMALL));
        assertSameAnswers(to, from);
    }

    @Test
    void there_and_back_again_is_the_same_store() {
        Site first = embedded();
        fill(first);
        Site second = database();
        Site third = embedded();
        assertEqual(copy(first, second, SMALL));
        assertEqual(copy(second, third, SMALL));
        List<Copying.Checked> ends = new ArrayList<>();
        try (CopyEnd one = first.end(false);
                CopyEnd other = third.end(false)) {
            ends.addAll(new Copying(one, other, SMALL, time, progress::add).check());
        }
        assertEqual(ends);
        assertSameAnswers(third, first);
    }

    @ParameterizedTest
    @EnumSource
    void an_event_that_comes_again_is_known_after_the_move(Direction direction) {
        Site from = source(direction);
        Site to = target(direction);
        EverythingInIt in = fill(from);
        copy(from, to, SMALL);
        time.advance(Duration.ofSeconds(1));
        try (Site.Used used = to.use(time)) {
            Stock stock = new Stock(time, used.ports());
            for (Event first : List.of(in.known(), in.forgotten(), in.repeated())) {
                assertThat(again(stock, first))
                        .as(first.externalId())
                        .isEqualTo(new Appended.AlreadySeen(first.id(), true));
            }
            // To the millisecond as long as before.
            stock.advance(
                    Duration.between(
                            stock.now(),
                            in.known().receivedAt().plus(Stock.KEY_KEPT).minusMillis(1)));
            assertThat(again(stock, in.known())).isInstanceOf(Appended.AlreadySeen.class);
            assertThat(again(stock, in.forgotten())).isInstanceOf(Appended.Stored.class);
            stock.advance(Duration.ofMillis(1));
            assertThat(again(stock, in.known())).isInstanceOf(Appended.Stored.class);
            assertThat(again(stock, in.known())).isInstanceOf(Appended.AlreadySeen.class);
        }
    }

    private static Appended again(Stock stock, Event first) {
        Event event =
                new Event(
                        stock.id(),
                        first.source(),
                        first.type(),
                        first.externalId(),
                        stock.now(),
                        first.headers(),
                        first.body());
        return stock.ports().journal().append(Stock.append(event)).join();
    }

    @ParameterizedTest
    @EnumSource
    void what_was_under_way_is_due_again_and_its_old_result_is_refused(Direction direction) {
        Site from = source(direction);
        Site to = target(direction);
        EverythingInIt in = fill(from);
        copy(from, to, SMALL);
        time.advance(Duration.ofSeconds(1));
        try (Site.Used used = to.use(time)) {
            Stock stock = new Stock(time, used.ports());
            assertThat(stock.settle(in.leased(), new Settlement.Complete()))
                    .isEqualTo(SettleResult.FENCED);
            List<Rescued> rescued =
                    used.ports().queue().rescue(stock.now(), 3, 10, DeadNotices.NONE).join();
            assertThat(rescued)
                    .containsExactly(
                            new Rescued(in.leased().id(), in.leased().destination(), false));
            assertThat(stock.settle(in.leased(), new Settlement.Complete()))
                    .isEqualTo(SettleResult.FENCED);
            List<Delivery> claimed =
                    stock.claim("mailer", 10).stream()
                            .filter(one -> one.id().equals(in.leased().id()))
                            .toList();
            assertThat(claimed).extracting(Delivery::attempts).containsExactly(2);
            assertThat(stock.settle(claimed.getFirst(), new Settlement.Complete()))
                    .isEqualTo(SettleResult.SETTLED);
            assertThat(stock.outcomes(in.leased().id())).containsExactly("lease_lost", "delivered");
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_copy_goes_on_as_a_store(Direction direction) {
        Site from = source(direction);
        Site to = target(direction);
        EverythingInIt in = fill(from);
        copy(from, to, SMALL);
        time.advance(Duration.ofSeconds(1));
        try (Site.Used used = to.use(time)) {
            Stock stock = new Stock(time, used.ports());
            NewDelivery replay =
                    new NewDelivery(
                            "crm", "to-crm", in.dead().id(), new DeliveryState.Due(stock.now()));
            assertThat(
                            used.ports()
                                    .journal()
                                    .replay(
                                            List.of(new Redelivery(in.dead().id().event(), replay)),
                                            stock.now())
                                    .join())
                    .extracting(one -> one.id().ordinal())
                    .containsExactly(2);
            // Names and rejected requests get numbers that nothing has yet.
            stock.delivered("a name that is new");
            used.ports()
                    .journal()
                    .reject(
                            new Reject(
                                    stock.now(),
                                    "shop",
                                    "the latest",
                                    new InboundRequest(
                                            "shop",
                                            "POST",
                                            "/in/shop",
                                            in.known().headers(),
                                            in.known().body(),
                                            "127.0.0.1")));
            stock.drain();
            assertThat(used.ports().history().rejects("shop", 1))
                    .extracting(one -> one.reason())
                    .containsExactly("the latest");
        }
        // And it is a source like any other.
        assertEqual(
                copy(to, direction == Direction.INTO_DATABASE ? embedded() : database(), SMALL));
    }

    @ParameterizedTest
    @EnumSource
    void a_copy_that_dies_at_any_change_is_continued_and_ends_equal(Direction direction) {
        Site from = source(direction);
        fill(from);
        Site to = target(direction);
        boolean late = true;
        int deaths = 0;
        List<Copying.Checked> checked = List.of();
        while (checked.isEmpty()) {
            late = !late;
            try {
                checked = copy(from, to, SMALL, late ? 0 : 1, late);
            } catch (MortalEnd.Died _) {
                deaths++;
                assertThat(deaths).isLessThan(200);
                // The clock is set, one way and the other.
                ofCopies = new SettableTime(time.now().plusSeconds(late ? 7 : -400));
            }
        }
        assertEqual(checked);
        assertThat(deaths).isGreaterThan(CopyTable.values().length);
        assertSameAnswers(to, from);
    }

    @ParameterizedTest
    @EnumSource
    void a_copy_that_dies_once_after_any_number_of_batches_ends_equal(Direction direction) {
        Site from = source(direction);
        fill(from);
        boolean finished = false;
        for (int lives = 0; !finished; lives++) {
            assertThat(lives).isLessThan(100);
            Site to = target(direction);
            try {
                copy(from, to, new Batch(1_000, 1 << 20), lives, lives % 2 == 0);
                finished = true;
            } catch (MortalEnd.Died _) {
                assertEqual(copy(from, to, SMALL));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_copy_that_is_not_finished_is_not_used_and_is_no_source(Direction direction) {
        Site from = source(direction);
        Site to = target(direction);
        fill(from);
        assertThatThrownBy(() -> copy(from, to, SMALL, 5, true)).isInstanceOf(MortalEnd.Died.class);
        assertThatThrownBy(() -> to.use(time))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("not finished")
                .hasMessageContaining("belay copy");
        assertThatThrownBy(() -> copy(to, source(direction), SMALL))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("no source");
        assertEqual(copy(from, to, SMALL));
        to.use(time).close();
    }

    @ParameterizedTest
    @EnumSource
    void a_source_that_was_used_since_is_not_continued_from(Direction direction) {
        Site from = source(direction);
        Site to = target(direction);
        fill(from);
        assertThatThrownBy(() -> copy(from, to, SMALL, 5, true)).isInstanceOf(MortalEnd.Died.class);
        from.use(time).close();
        assertThatThrownBy(() -> copy(from, to, SMALL))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("unfinished copy of another store")
                .hasMessageContaining(
                        direction == Direction.INTO_DATABASE ? "DROP SCHEMA" : "another directory");
        assertEqual(copy(from, target(direction), SMALL));
    }

    @ParameterizedTest
    @EnumSource
    void a_target_with_anything_in_it_is_refused_and_left_alone(Direction direction) {
        Site from = source(direction);
        Site to = target(direction);
        fill(from);
        fill(to);
        List<String> before = answers(to);
        assertThatThrownBy(() -> copy(from, to, SMALL))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("not empty");
        assertThat(answers(to)).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void a_finished_copy_is_checked_again_until_it_is_used(Direction direction) {
        Site from = source(direction);
        Site to = target(direction);
        fill(from);
        assertEqual(copy(from, to, SMALL));
        assertEqual(copy(from, to, SMALL, 0, false));
        assertThat(progress).last().asString().contains("finished already");
        to.use(time).close();
        assertThatThrownBy(() -> copy(from, to, SMALL)).hasMessageContaining("not empty");
    }

    @ParameterizedTest
    @EnumSource
    void a_store_in_use_is_neither_copied_nor_copied_into(Direction direction) {
        Site from = source(direction);
        Site to = target(direction);
        fill(from);
        try (Site.Used _ = from.use(time)) {
            assertThatThrownBy(() -> copy(from, to, SMALL)).hasMessageContaining("in use by");
        }
        try (Site.Used _ = to.use(time)) {
            assertThatThrownBy(() -> copy(from, to, SMALL)).hasMessageContaining("in use by");
        }
        try (CopyEnd _ = from.end(false)) {
            assertThatThrownBy(() -> from.use(time)).isInstanceOf(StoreFailure.class);
            assertThatThrownBy(() -> copy(from, to, SMALL)).isInstanceOf(StoreFailure.class);
        }
        assertEqual(copy(from, to, SMALL));
    }

    @Test
    void there_has_to_be_a_source() {
        for (Site nothing : List.of(embedded(), database())) {
            assertThatThrownBy(() -> nothing.end(false))
                    .isInstanceOf(StoreFailure.class)
                    .hasMessageContaining("there is no store in");
        }
    }
}
