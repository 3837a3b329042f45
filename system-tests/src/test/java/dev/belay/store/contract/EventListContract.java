package dev.belay.store.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.history.HistoryIndex.EventSummary;
import dev.belay.history.HistoryIndex.Page;
import dev.belay.history.InvalidCursor;
import dev.belay.ingest.EventJournal.Append;
import dev.belay.ingest.EventJournal.Appended;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Events are found by what is known of them, page by page.
interface EventListContract extends Contract {
    @Test
    default void events_are_listed_newest_first_without_their_bodies() {
        Event first = stock().event("1", "four");
        stock().store(first);
        stock().advance(Duration.ofSeconds(1));
        Event second = stock().event("bank", null, null, "");
        stock().store(second);
        Page<EventSummary> page = stock().ports().history().events(EventQuery.ALL, 10, null);
        assertThat(page.items())
                .containsExactly(
                        new EventSummary(second.id(), "bank", null, null, second.receivedAt(), 0),
                        new EventSummary(
                                first.id(), "shop", "order.paid", "1", first.receivedAt(), 4));
        assertThat(page.nextCursor()).isNull();
    }

    @Test
    default void events_are_found_by_source_type_and_text() {
        EventId paid = store("shop", "order.paid", "a", "{\"total\": 12, \"name\": \"Zoë\"}");
        EventId sent = store("shop", "order.sent", "b", "{\"total\": 13}");
        EventId bank = store("bank", "order.paid", "c", "{\"total\": 12}");
        assertThat(find("shop", null, null, null)).containsExactly(sent, paid);
        assertThat(find(null, "order.paid", null, null)).containsExactly(bank, paid);
        assertThat(find("shop", "order.paid", null, null)).containsExactly(paid);
        assertThat(find(null, null, "\"total\": 12", null)).containsExactly(bank, paid);
        assertThat(find(null, null, "Zoë", null)).containsExactly(paid);
        assertThat(find("bank", null, "Zoë", null)).isEmpty();
        assertThat(find("nobody", null, null, null)).isEmpty();
        assertThat(find(null, "order", null, null)).isEmpty();
    }

    @Test
    default void events_are_found_by_the_status_of_any_of_their_deliveries() {
        Instant now = stock().now();
        Event both = stock().event(null, "{}");
        stock().store(
                        both,
                        Stock.to("a", new DeliveryState.Due(now)),
                        Stock.to("b", new DeliveryState.Dead(now, DeadReason.REFUSED)));
        EventId leased = stock().leased("a").id().event();
        EventId held = stock().held("a").id().event();
        EventId done = stock().delivered("a").id().event();
        DeliveryState cancelled = new DeliveryState.Cancelled(now, "by a person");
        Event off = stock().event(null, "{}");
        stock().store(off, Stock.to("a", cancelled));
        stock().store(stock().event(null, "nowhere"));
        assertThat(find(null, null, null, "due")).containsExactly(both.id());
        assertThat(find(null, null, null, "dead")).containsExactly(both.id());
        assertThat(find(null, null, null, "leased")).containsExactly(leased);
        assertThat(find(null, null, null, "held")).containsExactly(held);
        assertThat(find(null, null, null, "delivered")).containsExactly(done);
        assertThat(find(null, null, null, "cancelled")).containsExactly(off.id());
        assertThat(find(null, null, null, "lost")).isEmpty();
    }

    @Test
    default void events_are_found_by_time_from_the_first_instant_up_to_the_second() {
        List<EventId> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ids.add(store("shop", "t", null, "{}"));
            stock().advance(Duration.ofHours(1));
        }
        Instant second = Stock.START.plus(Duration.ofHours(1));
        Instant third = Stock.START.plus(Duration.ofHours(2));
        assertThat(between(second, third)).containsExactly(ids.get(1));
        assertThat(between(second, third.plusMillis(1))).containsExactly(ids.get(2), ids.get(1));
        assertThat(between(second.plusMillis(1), null)).containsExactly(ids.get(3), ids.get(2));
        assertThat(between(null, second)).containsExactly(ids.get(0));
        assertThat(between(Instant.MIN, Instant.MAX)).hasSize(4);
        assertThat(between(Instant.EPOCH, Instant.parse("2199-01-01T00:00:00Z"))).hasSize(4);
        assertThat(between(Instant.parse("2199-01-01T00:00:00Z"), null)).isEmpty();
        assertThat(between(null, Instant.EPOCH)).isEmpty();
    }

    @Test
    default void every_event_with_an_external_id_is_found_whether_a_key_leads_to_it_or_not() {
        EventId first = store("shop", "t", "one", "{}");
        stock().advance(Stock.KEY_KEPT);
        EventId again = store("shop", "t", "one", "{}");
        EventId bank = store("bank", "t", "one", "{}");
        Event keyless = stock().event("mill", "t", "one", "{}");
        Appended _ =
                stock().ports()
                        .journal()
                        .append(new Append(keyless, null, stock().now(), List.of()))
                        .join();
        store("shop", "t", "two", "{}");
        for (int limit : List.of(1, 2, 10)) {
            assertThat(all(byExternalId(null, "one"), limit))
                    .containsExactlyInAnyOrder(first, again, bank, keyless.id());
        }
        assertThat(all(byExternalId("shop", "one"), 10)).containsExactlyInAnyOrder(first, again);
        assertThat(all(byExternalId("mill", "one"), 10)).containsExactly(keyless.id());
        assertThat(all(byExternalId("shop", "three"), 10)).isEmpty();
        reopen();
        assertThat(all(byExternalId("shop", "one"), 1)).containsExactlyInAnyOrder(first, again);
    }

    @Test
    default void pages_hold_every_event_once_also_while_others_come_in() {
        List<EventId> before = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            before.addFirst(store("shop", "t", null, "{}"));
        }
        List<EventId> seen = new ArrayList<>();
        String cursor = null;
        do {
            Page<EventSummary> page = stock().ports().history().events(EventQuery.ALL, 3, cursor);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(3);
            page.items().forEach(event -> seen.add(event.id()));
            cursor = page.nextCursor();
            store("shop", "t", null, "new");
        } while (cursor != null);
        assertThat(seen).isEqualTo(before);
    }

    @Test
    default void a_page_looks_at_so_many_rows_and_the_next_one_goes_on() {
        EventId wanted = store("shop", "rare", null, "{}");
        List<CompletableFuture<Appended>> appends = new ArrayList<>();
        for (int i = 0; i < HistoryIndex.MAX_SCAN; i++) {
            Event event = stock().event("shop", "common", null, "{}");
            appends.add(stock().ports().journal().append(Stock.append(event)));
            if (appends.size() == 4_000) {
                appends.forEach(CompletableFuture::join);
                appends.clear();
            }
        }
        EventQuery rare = new EventQuery(null, "rare", null, null, null, null, null);
        Page<EventSummary> first = stock().ports().history().events(rare, 5, null);
        assertThat(first.items()).isEmpty();
        assertThat(first.nextCursor()).isNotNull();
        Page<EventSummary> second = stock().ports().history().events(rare, 5, first.nextCursor());
        assertThat(second.items()).extracting(EventSummary::id).containsExactly(wanted);
        assertThat(second.nextCursor()).isNull();
    }

    @Test
    default void a_cursor_that_this_list_has_not_given_out_is_refused() {
        for (int i = 0; i < 3; i++) {
            stock().due("agent", stock().now());
        }
        HistoryIndex history = stock().ports().history();
        String ofEvents = history.events(EventQuery.ALL, 1, null).nextCursor();
        String ofDeliveries = history.deliveries(DeliveryQuery.ALL, 1, null).nextCursor();
        assertThat(ofEvents).isNotNull();
        assertThat(ofDeliveries).isNotNull();
        List<String> foreign =
                List.of("", "nonsense", "AAAA", ofEvents + "A", ofEvents.substring(1), "ü", "=");
        for (String cursor : foreign) {
            assertThatThrownBy(() -> history.events(EventQuery.ALL, 1, cursor))
                    .as("cursor %s", cursor)
                    .isInstanceOf(InvalidCursor.class);
            assertThatThrownBy(() -> history.deliveries(DeliveryQuery.ALL, 1, cursor))
                    .as("cursor %s", cursor)
                    .isInstanceOf(InvalidCursor.class);
        }
        assertThatThrownBy(() -> history.events(EventQuery.ALL, 1, ofDeliveries))
                .isInstanceOf(InvalidCursor.class);
        assertThatThrownBy(() -> history.deliveries(DeliveryQuery.ALL, 1, ofEvents))
                .isInstanceOf(InvalidCursor.class);
    }

    private EventId store(
            String source, @Nullable String type, @Nullable String externalId, String body) {
        Event event = stock().event(source, type, externalId, body);
        List<Delivery> _ = stock().store(event);
        return event.id();
    }

    private static EventQuery byExternalId(@Nullable String source, String externalId) {
        return new EventQuery(source, null, externalId, null, null, null, null);
    }

    private List<EventId> between(@Nullable Instant since, @Nullable Instant until) {
        return all(new EventQuery(null, null, null, null, since, until, null), 10);
    }

    private List<EventId> find(
            @Nullable String source,
            @Nullable String type,
            @Nullable String text,
            @Nullable String status) {
        return all(new EventQuery(source, type, null, status, null, null, text), 10);
    }

    private List<EventId> all(EventQuery query, int limit) {
        List<EventId> found = new ArrayList<>();
        String cursor = null;
        do {
            Page<EventSummary> page = stock().ports().history().events(query, limit, cursor);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            page.items().forEach(event -> found.add(event.id()));
            cursor = page.nextCursor();
        } while (cursor != null);
        return found;
    }
}
