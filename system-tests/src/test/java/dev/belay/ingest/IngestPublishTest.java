package dev.belay.ingest;

import static dev.belay.ingest.Door.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.Filter;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.Event;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.ingest.Ingest.Kept;
import dev.belay.signal.Signal;
import dev.belay.signature.Headers;
import dev.belay.testkit.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the application publishes, and what follows a commit.
class IngestPublishTest {
    private static final String BROKEN = "event.body.n + 1 > 0";

    private final Door door = new Door(Catalog.empty());

    private Kept publish(String text, @Nullable String key) {
        CompletableFuture<Kept> kept =
                door.ingest.publish("order.paid", Headers.empty(), body(text), key);
        assertThat(kept).isCompleted();
        return kept.resultNow();
    }

    private static Catalog watched(String filter) throws Filter.InvalidFilter {
        return Catalog.of(
                List.of(),
                List.of(Door.destination("agent"), Door.destination("pager")),
                List.of(
                        Door.subscription("s", "api", List.of(), Filter.compile(filter), "agent"),
                        Door.subscription("dead", "belay", List.of(), null, "pager")));
    }

    private Event only(EventQuery query) {
        MemoryStore store = door.journal.store;
        var found = store.events(query, 10, null).items();
        assertThat(found).hasSize(1);
        return store.event(found.getFirst().id()).orElseThrow();
    }

    private static EventQuery from(String source) {
        return new EventQuery(source, null, null, null, null, null, null);
    }

    @Test
    void a_published_event_comes_from_the_built_in_source() {
        assertThat(publish("{}", "k")).isInstanceOf(Kept.Accepted.class);
        Event event = only(from("api"));
        assertThat(event.type()).isEqualTo("order.paid");
        assertThat(event.externalId()).isEqualTo("k");
        assertThat(event.receivedAt()).isEqualTo(Door.NOW);
    }

    @Test
    void a_key_is_used_once_in_seven_days() {
        Kept first = publish("{}", "k");
        assertThat(first).isInstanceOf(Kept.Accepted.class);
        var id = ((Kept.Accepted) first).event();
        assertThat(publish("{}", "k")).isEqualTo(new Kept.Seen(id, true));
        assertThat(publish("{\"n\":1}", "k")).isEqualTo(new Kept.Seen(id, false));
        door.time.advance(Duration.ofDays(7));
        assertThat(publish("{}", "k")).isInstanceOf(Kept.Accepted.class);
    }

    @Test
    void without_a_key_every_call_is_a_new_event() {
        assertThat(publish("{}", null)).isNotEqualTo(publish("{}", null));
        assertThat(door.journal.store.stats().events()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "a\0"})
    void an_unusable_type_or_key_is_the_callers_mistake(String text) {
        Headers none = Headers.empty();
        assertThatThrownBy(() -> door.ingest.publish(text, none, body("{}"), "k"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> door.ingest.publish("t", none, body("{}"), text))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> door.ingest.publish("t", none, body("{}"), "k".repeat(256)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(door.signals).isEmpty();
    }

    @Test
    void a_journal_that_fails_is_an_outcome_and_keeps_no_place() {
        Door narrow = new Door(Catalog.empty(), IngestLimits.of(1, 100));
        List<RuntimeException> failures =
                List.of(
                        new StoreFailure(StoreFailure.Kind.FULL, "planted"),
                        new IllegalStateException("planted"));
        List<StoreFailure.Kind> kinds = List.of(StoreFailure.Kind.FULL, StoreFailure.Kind.UNKNOWN);
        for (int i = 0; i < 2; i++) {
            Kept failed = new Kept.Failed(kinds.get(i));
            narrow.journal.throwing = failures.get(i);
            assertThat(narrow.ingest.publish("t", Headers.empty(), body("{}"), "k").resultNow())
                    .isEqualTo(failed);
            narrow.journal.throwing = null;
            narrow.journal.failing = failures.get(i);
            assertThat(narrow.ingest.publish("t", Headers.empty(), body("{}"), "k").resultNow())
                    .isEqualTo(failed);
            narrow.journal.failing = null;
        }
        assertThat(narrow.ingest.publish("t", Headers.empty(), body("{}"), "k").resultNow())
                .isInstanceOf(Kept.Accepted.class);
    }

    @Test
    void deliveries_are_handed_over_after_the_commit_and_not_for_a_copy() throws Exception {
        door.catalog = watched("true");
        door.journal.holding = true;
        var _ = door.ingest.publish("t", Headers.empty(), body("{}"), "k");
        assertThat(door.handedOver).isEmpty();
        door.journal.commit();
        assertThat(door.handedOver).hasSize(1);
        door.journal.holding = false;
        publish("{}", "k");
        assertThat(door.handedOver).hasSize(1);
    }

    @Test
    void a_hand_over_that_fails_does_not_take_the_acceptance_back() throws Exception {
        door.catalog = watched("true");
        door.handOverFails = new IllegalStateException("planted");
        assertThat(publish("{}", "k")).isInstanceOf(Kept.Accepted.class);
        assertThat(door.journal.store.stats().deliveries()).hasSize(1);
        assertThat(door.heard(Signal.Trouble.class))
                .singleElement()
                .satisfies(trouble -> assertThat(trouble.where()).isEqualTo("hand-over"));
    }

    @Test
    void a_filter_that_fails_makes_a_dead_letter_and_a_notice_of_it() throws Exception {
        door.catalog = watched(BROKEN);
        assertThat(publish("{\"n\":\"one\"}", "k")).isInstanceOf(Kept.Accepted.class);

        Event event = only(from("api"));
        Delivery dead = door.journal.store.deliveriesOf(event.id()).getFirst();
        assertThat(dead.state())
                .isEqualTo(new DeliveryState.Dead(Door.NOW, DeadReason.FILTER_FAILED));
        assertThat(door.heard(Signal.DeadLettered.class))
                .containsExactly(new Signal.DeadLettered(dead.id(), "agent", 0, "filter_failed"));

        Event notice = only(from("belay"));
        assertThat(notice.type()).isEqualTo("delivery.dead");
        assertThat(new String(notice.body().bytes(), StandardCharsets.UTF_8))
                .contains(dead.id().toString(), "\"reason\":\"filter_failed\"", "\"attempts\":0");
        assertThat(door.handedOver).extracting(Delivery::destination).contains("pager");
    }

    @Test
    void dead_letters_are_told_also_when_the_hand_over_fails() throws Exception {
        door.catalog = watched(BROKEN);
        door.handOverFails = new IllegalStateException("planted");
        publish("{\"n\":\"one\"}", "k");
        assertThat(door.heard(Signal.DeadLettered.class)).hasSize(1);
        assertThat(only(from("belay")).type()).isEqualTo("delivery.dead");
        // Of the event and of the notice.
        assertThat(door.heard(Signal.Trouble.class))
                .filteredOn(trouble -> trouble.where().equals("hand-over"))
                .hasSize(2);
    }

    @Test
    void a_notice_whose_own_filter_fails_makes_no_further_notice() throws Exception {
        Catalog loop = watched(BROKEN);
        door.catalog =
                Catalog.of(
                        List.of(),
                        List.copyOf(loop.destinations().values()),
                        List.of(
                                loop.subscriptionsTo("api").getFirst(),
                                Door.subscription(
                                        "dead",
                                        "belay",
                                        List.of(),
                                        Filter.compile("event.body.destination + 1 > 0"),
                                        "pager")));
        publish("{\"n\":\"one\"}", "k");
        Event notice = only(from("belay"));
        assertThat(door.journal.store.deliveriesOf(notice.id()))
                .extracting(Delivery::state)
                .containsExactly(new DeliveryState.Dead(Door.NOW, DeadReason.FILTER_FAILED));
    }
}
