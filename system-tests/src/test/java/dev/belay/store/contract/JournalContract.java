package dev.belay.store.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.Body;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.ingest.EventJournal.Append;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.signature.Headers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Events come in once, whole, and with all their deliveries.
interface JournalContract extends Contract {
    @Test
    default void an_event_comes_back_to_the_byte() {
        byte[] everyByte = new byte[256];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }
        byte[] large = new byte[5 << 20];
        new Random(5).nextBytes(large);
        for (byte[] bytes : List.of(new byte[0], new byte[1], everyByte, large)) {
            Event event = with(Body.of(bytes.clone()), Headers.of("x", "y"), "t", null);
            stock().store(event);
            assertThat(stock().ports().queue().event(event.id())).contains(event);
            assertThat(stock().ports().history().event(event.id()).orElseThrow().body().bytes())
                    .isEqualTo(bytes);
        }
    }

    @Test
    default void headers_come_back_in_order_repeated_and_in_any_script() {
        Headers headers =
                Headers.of(
                        "X-Name", "Zoë", "x-name", "second", "X-Name", "", "Z", "日本語 \uD83D\uDE80");
        Event event = with(Body.of(new byte[] {1}), headers, null, null);
        stock().store(event);
        reopen();
        List<String> lines = new ArrayList<>();
        stock().ports()
                .history()
                .event(event.id())
                .orElseThrow()
                .headers()
                .forEach((name, value) -> lines.add(name + "=" + value));
        assertThat(lines)
                .containsExactly("X-Name=Zoë", "x-name=second", "X-Name=", "Z=日本語 \uD83D\uDE80");
    }

    @Test
    default void odd_texts_come_back_as_they_were() {
        for (String text : List.of("", "it's \"odd\"; --", "nul\0inside", "\uD83D\uDE80", " a ")) {
            Event event = with(Body.of(new byte[0]), Headers.empty(), "type " + text, text);
            stock().store(event);
            assertThat(stock().ports().history().event(event.id())).contains(event);
        }
    }

    @Test
    default void an_event_that_is_not_there_is_none() {
        assertThat(stock().ports().queue().event(stock().id())).isEmpty();
        assertThat(stock().ports().history().event(stock().id())).isEmpty();
        assertThat(stock().ports().history().deliveriesOf(stock().id())).isEmpty();
    }

    @Test
    default void an_event_is_stored_with_all_its_deliveries_in_the_states_they_are_born_in() {
        Event event = stock().event("paid-1", "{}");
        List<DeliveryState> states =
                List.of(
                        new DeliveryState.Leased(stock().lease()),
                        new DeliveryState.Due(stock().now().plusSeconds(5)),
                        new DeliveryState.Held("waits for its turn"),
                        new DeliveryState.Dead(stock().now(), DeadReason.FILTER_FAILED));
        NewDelivery[] wanted =
                states.stream().map(s -> Stock.to("agent", s)).toArray(NewDelivery[]::new);
        List<Delivery> created = stock().store(event, wanted);

        assertThat(created).hasSize(4);
        for (int i = 0; i < 4; i++) {
            assertThat(created.get(i))
                    .isEqualTo(
                            new Delivery(
                                    new DeliveryId(event.id(), i),
                                    "agent",
                                    "to-agent",
                                    stock().now(),
                                    i == 0 ? 1 : 0,
                                    0,
                                    null,
                                    states.get(i)));
        }
        assertThat(stock().ports().history().deliveriesOf(event.id())).isEqualTo(created);
        reopen();
        // Whether leases outlive the process that held them is for the adapter to say.
        assertThat(stock().ports().history().deliveriesOf(event.id()).subList(1, 4))
                .isEqualTo(created.subList(1, 4));
    }

    @Test
    default void the_same_key_gives_the_first_event_and_stores_nothing() {
        Event first = stock().event("paid-1", "one");
        stock().store(first, Stock.to("agent", new DeliveryState.Due(stock().now())));
        Event again = stock().event("paid-1", "one");
        Event other = stock().event("paid-1", "two");

        assertThat(append(again)).isEqualTo(new Appended.AlreadySeen(first.id(), true));
        assertThat(append(other)).isEqualTo(new Appended.AlreadySeen(first.id(), false));

        assertThat(stock().ports().history().event(again.id())).isEmpty();
        assertThat(stock().ports().history().deliveriesOf(again.id())).isEmpty();
        assertThat(stock().ports().history().event(first.id())).contains(first);
        assertThat(stock().ports().history().events(EventQuery.ALL, 10, null).items()).hasSize(1);
        assertThat(stock().claim("agent", 10)).hasSize(1);
    }

    @Test
    default void a_key_belongs_to_its_source() {
        Event shop = stock().event("shop", "t", "1", "{}");
        Event bank = stock().event("bank", "t", "1", "{}");
        stock().store(shop);
        stock().store(bank);
        assertThat(stock().ports().history().event(bank.id())).contains(bank);
    }

    @Test
    default void events_without_a_key_are_never_the_same() {
        stock().store(stock().event(null, "same"));
        stock().store(stock().event(null, "same"));
        assertThat(stock().ports().history().events(EventQuery.ALL, 10, null).items()).hasSize(2);
    }

    @Test
    default void a_key_is_known_until_it_expires_and_then_it_is_new() {
        Event first = stock().event("paid-1", "{}");
        stock().store(first);
        stock().advance(Stock.KEY_KEPT.minusMillis(1));
        assertThat(append(stock().event("paid-1", "{}")))
                .isEqualTo(new Appended.AlreadySeen(first.id(), true));
        stock().advance(Duration.ofMillis(1));
        Event second = stock().event("paid-1", "{}");
        stock().store(second);
        assertThat(append(stock().event("paid-1", "{}")))
                .isEqualTo(new Appended.AlreadySeen(second.id(), true));
    }

    @Test
    default void keys_are_known_after_a_restart() {
        Event first = stock().event("paid-1", "one");
        stock().store(first);
        reopen();
        assertThat(append(stock().event("paid-1", "two")))
                .isEqualTo(new Appended.AlreadySeen(first.id(), false));
    }

    @Test
    default void of_a_thousand_copies_at_once_one_is_stored_and_all_learn_its_id()
            throws Exception {
        List<Callable<Appended>> copies = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Event copy = stock().event("paid-1", "{}");
            copies.add(() -> append(copy));
        }
        List<Appended> answers = new ArrayList<>();
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Appended> answer : senders.invokeAll(copies)) {
                answers.add(answer.get());
            }
        }
        List<Event> stored =
                stock().ports().history().events(EventQuery.ALL, 10, null).items().stream()
                        .map(found -> stock().ports().history().event(found.id()).orElseThrow())
                        .toList();
        assertThat(stored).hasSize(1);
        assertThat(answers).filteredOn(Appended.Stored.class::isInstance).hasSize(1);
        assertThat(answers)
                .filteredOn(Appended.AlreadySeen.class::isInstance)
                .hasSize(999)
                .containsOnly(new Appended.AlreadySeen(stored.getFirst().id(), true));
    }

    @Test
    default void appends_at_once_are_all_stored() {
        List<Event> events =
                IntStream.range(0, 500).mapToObj(i -> stock().event("e" + i, "b" + i)).toList();
        List<CompletableFuture<Appended>> answers =
                events.stream()
                        .map(event -> stock().ports().journal().append(Stock.append(event)))
                        .toList();
        answers.forEach(answer -> Stock.stored(answer.join()));
        reopen();
        assertThat(events)
                .allSatisfy(
                        event ->
                                assertThat(stock().ports().history().event(event.id()))
                                        .contains(event));
    }

    @Test
    default void an_append_that_fails_leaves_nothing_behind_not_even_its_key() {
        Event first = stock().event("paid-1", "{}");
        stock().store(first);
        Event clash =
                new Event(
                        first.id(),
                        "shop",
                        "t",
                        "paid-2",
                        stock().now(),
                        Headers.empty(),
                        Body.of(new byte[] {2}));
        CompletableFuture<Appended> failed = stock().ports().journal().append(Stock.append(clash));
        assertThatThrownBy(failed::join)
                .hasCauseInstanceOf(StoreFailure.class)
                .satisfies(
                        e -> assertThat(((StoreFailure) e.getCause()).outcomeUnknown()).isFalse());
        assertThat(stock().ports().history().event(first.id())).contains(first);
        Event retried = stock().event("paid-2", "{}");
        stock().store(retried);
        assertThat(stock().ports().history().event(retried.id())).contains(retried);
    }

    @Test
    default void the_highest_id_is_known_also_after_a_restart_and_when_its_event_is_gone() {
        assertThat(stock().ports().journal().highestId()).isZero();
        stock().store(stock().event("a", "{}"));
        Event last = stock().event("b", "{}");
        stock().store(last);
        assertThat(stock().ports().journal().highestId()).isEqualTo(last.id().value());
        stock().advance(Duration.ofDays(1));
        stock().ports().history().purge(stock().now(), stock().now(), stock().now(), 10);
        reopen();
        assertThat(stock().ports().history().event(last.id())).isEmpty();
        assertThat(stock().ports().journal().highestId()).isEqualTo(last.id().value());
    }

    private Appended append(Event event) {
        Append append =
                Stock.append(event, Stock.to("agent", new DeliveryState.Due(stock().now())));
        return stock().ports().journal().append(append).join();
    }

    private Event with(
            Body body, Headers headers, @Nullable String type, @Nullable String externalId) {
        return new Event(stock().id(), "shop", type, externalId, stock().now(), headers, body);
    }
}
