package dev.belay.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.Destination;
import dev.belay.catalog.RetryPolicy;
import dev.belay.catalog.Source;
import dev.belay.catalog.Subscription;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.Body;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.history.Replays.Progress;
import dev.belay.history.Replays.Replayed;
import dev.belay.ingest.EventJournal;
import dev.belay.ingest.EventJournal.Append;
import dev.belay.signal.Signal;
import dev.belay.signature.Headers;
import dev.belay.signature.Providers;
import dev.belay.testkit.MemoryStore;
import dev.belay.testkit.SettableTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplaysTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final DeliveryState DEAD = new DeliveryState.Dead(NOW, DeadReason.REFUSED);
    private static final DeliveryQuery ALL_DEAD =
            new DeliveryQuery("dead", null, null, null, null, null, null, null);

    private final SettableTime time = new SettableTime(NOW);
    private final MemoryStore store = new MemoryStore(time);
    private final List<Signal> signals = new ArrayList<>();
    private final List<String> noted = new ArrayList<>();
    private Catalog catalog = catalog("a", "b");
    private final Replays replays = replays(store);
    private long ids;

    private Replays replays(EventJournal journal) {
        return new Replays(
                new Replays.Parts(
                        store,
                        journal,
                        () -> catalog,
                        (destination, at) -> noted.add(destination + " " + at),
                        time,
                        signals::add));
    }

    /// Destinations of these names, each with a subscription of its name in upper case.
    private static Catalog catalog(String... names) {
        List<Destination> destinations = new ArrayList<>();
        List<Subscription> subscriptions = new ArrayList<>();
        for (String name : names) {
            destinations.add(
                    new Destination.Handler(
                            name, Duration.ofSeconds(1), 1, null, BreakerPolicy.DEFAULT));
            subscriptions.add(
                    new Subscription(
                            name.toUpperCase(java.util.Locale.ROOT),
                            "shop",
                            List.of("order.*"),
                            null,
                            name,
                            RetryPolicy.DEFAULT,
                            null));
        }
        Source shop = Source.of("shop", Providers.named("none").orElseThrow());
        return Catalog.of(List.of(shop), destinations, subscriptions);
    }

    private static NewDelivery to(String destination, DeliveryState state) {
        return new NewDelivery(
                destination, destination.toUpperCase(java.util.Locale.ROOT), null, state);
    }

    private EventId store(String type, NewDelivery... deliveries) {
        EventId id = new EventId(++ids);
        Event event =
                new Event(
                        id, "shop", type, null, time.now(), Headers.empty(), Body.of(new byte[0]));
        assertThat(store.append(new Append(event, null, NOW, List.of(deliveries)))).isCompleted();
        return id;
    }

    private Delivery delivery(DeliveryId id) {
        return store.delivery(id).orElseThrow();
    }

    private static DeliveryId id(EventId event, int ordinal) {
        return new DeliveryId(event, ordinal);
    }

    private static Replayed done(DeliveryId... ids) {
        return new Replayed.Done(List.of(ids));
    }

    /// Ends what waits, as dead letters.
    private void killDue() {
        for (String name : catalog.destinations().keySet()) {
            assertThat(
                            store.bury(
                                    name,
                                    DeadReason.REFUSED,
                                    time.now(),
                                    100_000,
                                    DeliveryQueue.DeadNotices.NONE))
                    .isCompleted();
        }
    }

    private Progress runAll(DeliveryQuery query, int limit) {
        Progress part = replays.run(query, null, limit);
        int replayed = part.replayed();
        int skipped = part.skipped();
        while (part.nextCursor() != null) {
            part = replays.run(query, part.nextCursor(), limit);
            replayed += part.replayed();
            skipped += part.skipped();
        }
        return new Progress(replayed, skipped, null);
    }

    @Test
    void a_delivery_is_made_anew_and_the_old_one_stays_as_it_was() {
        EventId event = store("x", to("a", DEAD), to("b", DEAD));
        Delivery before = delivery(id(event, 0));
        time.advance(Duration.ofHours(1));

        assertThat(replays.delivery(id(event, 0))).isEqualTo(done(id(event, 2)));

        Instant now = NOW.plusSeconds(3_600);
        assertThat(delivery(id(event, 2)))
                .isEqualTo(
                        new Delivery(
                                id(event, 2),
                                "a",
                                "A",
                                now,
                                0,
                                0,
                                id(event, 0),
                                new DeliveryState.Due(now)));
        assertThat(delivery(id(event, 0))).isEqualTo(before);
        assertThat(signals).containsExactly(new Signal.Replayed(event, id(event, 2), "a"));
        assertThat(noted).containsExactly("a " + now);
    }

    @Test
    void one_delivery_can_be_replayed_as_often_as_asked() {
        EventId event = store("x", to("a", new DeliveryState.Delivered(NOW)));
        assertThat(replays.delivery(id(event, 0))).isEqualTo(done(id(event, 1)));
        assertThat(replays.delivery(id(event, 0))).isEqualTo(done(id(event, 2)));
        assertThat(delivery(id(event, 2)).replayOf()).isEqualTo(id(event, 0));
    }

    @Test
    void what_is_still_being_tried_is_not_replayed() {
        EventId event =
                store(
                        "x",
                        to("a", new DeliveryState.Due(NOW)),
                        to("a", new DeliveryState.Leased(new Lease(1, NOW))),
                        to("a", new DeliveryState.Held("rule")));
        for (int i = 0; i < 3; i++) {
            assertThat(replays.delivery(id(event, i))).isEqualTo(new Replayed.Unfinished());
        }
        assertThat(replays.event(event)).isEqualTo(new Replayed.Unfinished());
        assertThat(replays.run(DeliveryQuery.ALL, null, 10)).isEqualTo(new Progress(0, 3, null));
        assertThat(store.deliveriesOf(event)).hasSize(3);
    }

    @Test
    void what_is_not_there_is_told_apart() {
        assertThat(replays.delivery(id(new EventId(1), 0))).isEqualTo(new Replayed.NotFound());
        assertThat(replays.event(new EventId(1))).isEqualTo(new Replayed.NotFound());
        EventId event = store("x", to("gone", DEAD));
        assertThat(replays.delivery(id(event, 0))).isEqualTo(new Replayed.DestinationGone());
        assertThat(replays.event(event)).isEqualTo(new Replayed.DestinationGone());
        assertThat(replays.run(ALL_DEAD, null, 10)).isEqualTo(new Progress(0, 1, null));
        assertThat(signals).isEmpty();
    }

    @Test
    void an_event_goes_once_more_to_each_place_it_went_to() {
        EventId event = store("x", to("a", DEAD), to("b", DEAD), to("gone", DEAD));
        assertThat(replays.event(event)).isEqualTo(done(id(event, 3), id(event, 4)));
        killDue();
        // Once for each destination and subscription, however often it was replayed.
        assertThat(replays.event(event)).isEqualTo(done(id(event, 5), id(event, 6)));
        assertThat(delivery(id(event, 5)).replayOf()).isEqualTo(id(event, 3));
        assertThat(delivery(id(event, 6)).destination()).isEqualTo("b");
    }

    @Test
    void an_event_is_not_sent_again_to_where_it_is_under_way() {
        EventId event = store("x", to("a", DEAD), to("b", new DeliveryState.Due(NOW)));
        assertThat(replays.event(event)).isEqualTo(done(id(event, 2)));
        assertThat(delivery(id(event, 2)).destination()).isEqualTo("a");
        assertThat(replays.event(event)).isEqualTo(new Replayed.Unfinished());
    }

    @Test
    void an_event_that_went_nowhere_goes_to_whoever_wants_it_now() {
        EventId wanted = store("order.paid");
        EventId unwanted = store("ping");
        assertThat(replays.event(wanted)).isEqualTo(done(id(wanted, 0), id(wanted, 1)));
        assertThat(delivery(id(wanted, 0)).state()).isEqualTo(new DeliveryState.Due(NOW));
        assertThat(replays.event(unwanted)).isEqualTo(done());
        assertThat(noted).containsExactly("a " + NOW, "b " + NOW);
    }

    @Test
    void a_filter_chooses_and_counting_makes_nothing() {
        store("order.paid", to("a", DEAD), to("b", DEAD));
        store("order.paid", to("a", new DeliveryState.Delivered(NOW)));
        store("ping", to("a", DEAD));
        DeliveryQuery query =
                new DeliveryQuery("dead", "a", null, "order.paid", null, "refused", null, null);
        assertThat(replays.count(query, null)).isEqualTo(new Progress(1, 0, null));
        assertThat(replays.count(ALL_DEAD, null)).isEqualTo(new Progress(3, 0, null));
        assertThat(signals).isEmpty();
        assertThat(store.stats().deliveries()).noneMatch(count -> count.status().equals("due"));

        assertThat(replays.run(query, null, 100)).isEqualTo(new Progress(1, 0, null));
        assertThat(signals).hasSize(1);
    }

    @Test
    void running_twice_makes_nothing_twice_but_a_replay_that_died_is_replayed() {
        EventId event = store("x", to("a", DEAD));
        assertThat(replays.run(ALL_DEAD, null, 10)).isEqualTo(new Progress(1, 0, null));
        assertThat(replays.run(ALL_DEAD, null, 10)).isEqualTo(new Progress(0, 1, null));
        time.advance(Duration.ofSeconds(1));
        killDue();
        time.advance(Duration.ofSeconds(1));
        assertThat(replays.run(ALL_DEAD, null, 10)).isEqualTo(new Progress(1, 1, null));
        assertThat(delivery(id(event, 2)).replayOf()).isEqualTo(id(event, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 500, 10_000})
    void large_counts_go_in_parts_of_any_size(int limit) {
        int events = limit == 1 ? 50 : 1_201;
        for (int i = 0; i < events; i++) {
            store("x", to("a", DEAD), to("b", new DeliveryState.Delivered(NOW)));
        }
        Progress first = replays.run(ALL_DEAD, null, limit);
        assertThat(first.replayed()).isEqualTo(Math.min(limit, events));
        int rest = 0;
        for (String cursor = first.nextCursor(); cursor != null; ) {
            Progress part = replays.run(ALL_DEAD, cursor, limit);
            assertThat(part.replayed()).isLessThanOrEqualTo(limit);
            rest += part.replayed();
            cursor = part.nextCursor();
        }
        assertThat(first.replayed() + rest).isEqualTo(events);
        assertThat(store.nextDue()).containsOnlyKeys("a");
    }

    @Test
    void a_count_of_many_goes_in_parts_too() {
        for (int i = 0; i < Replays.MAX_BATCH + 1; i++) {
            store("x", to("a", DEAD));
        }
        Progress first = replays.count(ALL_DEAD, null);
        assertThat(first.replayed()).isEqualTo(Replays.MAX_BATCH);
        assertThat(replays.count(ALL_DEAD, Objects.requireNonNull(first.nextCursor())))
                .isEqualTo(new Progress(1, 0, null));
    }

    @Test
    void a_run_does_not_replay_what_became_of_its_own_replays() {
        for (int i = 0; i < 20; i++) {
            store("x", to("a", DEAD));
        }
        Progress part = replays.run(ALL_DEAD, null, 3);
        int replayed = part.replayed();
        while (part.nextCursor() != null) {
            // They die while the run is under way.
            time.advance(Duration.ofSeconds(1));
            killDue();
            part = replays.run(ALL_DEAD, part.nextCursor(), 3);
            replayed += part.replayed();
        }
        assertThat(replayed).isEqualTo(20);
    }

    @Test
    void a_run_begun_again_after_a_crash_makes_the_rest_only() {
        for (int i = 0; i < 10; i++) {
            store("x", to("a", DEAD));
        }
        replays.run(ALL_DEAD, null, 4);
        assertThat(runAll(ALL_DEAD, 3)).isEqualTo(new Progress(6, 4, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "x", "!.abc", ".abc"})
    void a_cursor_from_elsewhere_is_refused(String cursor) {
        assertThatThrownBy(() -> replays.run(ALL_DEAD, cursor, 10))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_journal_that_fails_is_told_as_it_is_and_nothing_is_signalled() {
        StoreFailure failure = new StoreFailure(StoreFailure.Kind.FULL, "planted");
        EventId event = store("x", to("a", DEAD));
        Replays failing = replays(new FailingJournal(failure));
        assertThatThrownBy(() -> failing.delivery(id(event, 0))).isSameAs(failure);
        assertThatThrownBy(() -> failing.run(ALL_DEAD, null, 1)).isSameAs(failure);
        assertThat(signals).isEmpty();
        assertThat(noted).isEmpty();
    }

    /// Fails every replay.
    private record FailingJournal(RuntimeException failure) implements EventJournal {
        @Override
        public CompletableFuture<Appended> append(Append append) {
            throw new AssertionError("a replay appends nothing");
        }

        @Override
        public CompletableFuture<List<Delivery>> replay(
                List<Redelivery> redeliveries, @Nullable Instant now) {
            return CompletableFuture.failedFuture(failure);
        }

        @Override
        public void reject(Reject reject) {
            throw new AssertionError("a replay rejects nothing");
        }

        @Override
        public long highestId() {
            return 0;
        }
    }
}
