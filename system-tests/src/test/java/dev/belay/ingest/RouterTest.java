package dev.belay.ingest;

import static dev.belay.ingest.Door.NOW;
import static dev.belay.ingest.Door.body;
import static dev.belay.ingest.Door.destination;
import static dev.belay.ingest.Door.subscription;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.Filter;
import dev.belay.catalog.Subscription;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.NewDelivery;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.signal.Signal;
import dev.belay.signature.Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterTest {
    private static final DeliveryState DUE = new DeliveryState.Due(NOW);

    private final List<Signal> signals = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private final Router router =
            new Router(
                    (destination, bytes) -> {
                        asked.add(destination + " " + bytes);
                        return DUE;
                    },
                    signals::add);

    private static Event event(String source, @Nullable String type, String text) {
        return new Event(
                new EventId(7), source, type, "id", NOW, Headers.of("X-A", "1"), body(text));
    }

    private static Filter filter(String text) {
        try {
            return Filter.compile(text);
        } catch (Filter.InvalidFilter e) {
            throw new AssertionError(e);
        }
    }

    private static Catalog catalog(Subscription... subscriptions) {
        return Catalog.of(
                List.of(Door.source("none")),
                List.of(destination("a"), destination("b"), destination("c")),
                List.of(subscriptions));
    }

    private static Subscription all(String name, String source, String to) {
        return subscription(name, source, List.of(), null, to);
    }

    private static NewDelivery delivery(String subscription, String to) {
        return new NewDelivery(to, subscription, null, DUE);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "push, push, true",
                "push, pushed, false",
                "push, Push, false",
                "push, -, false",
                "order.*, order.paid, true",
                "order.*, order., true",
                "order.*, order, false",
                "order.*, reorder.paid, false",
                "order*, order, true",
                "*, anything, true",
                "*, -, true",
                "a.*b, a.xb, false",
                "a.*b, a.*b, true"
            })
    void a_type_is_wanted_exactly_or_by_its_beginning(
            String wanted, @Nullable String type, boolean matches) {
        assertThat(Router.wantsType(List.of(wanted), type)).isEqualTo(matches);
        assertThat(Router.wantsType(List.of("never", wanted), type)).isEqualTo(matches);
    }

    @Test
    void no_types_want_every_event() {
        assertThat(Router.wantsType(List.of(), "push")).isTrue();
        assertThat(Router.wantsType(List.of(), null)).isTrue();
    }

    @Test
    void every_subscription_of_the_source_that_wants_the_event_gets_a_delivery_by_name() {
        Catalog catalog =
                catalog(
                        all("z", "none", "a"),
                        all("y", "none", "b"),
                        subscription("x", "none", List.of("other"), null, "c"),
                        all("w", "api", "c"));
        assertThat(router.route(catalog, event("none", "push", "12345")))
                .containsExactly(delivery("y", "b"), delivery("z", "a"));
        assertThat(asked).containsExactly("b 5", "a 5");
        assertThat(router.route(catalog, event("api", "push", "")))
                .containsExactly(delivery("w", "c"));
        assertThat(router.route(catalog, event("belay", "push", ""))).isEmpty();
    }

    @Test
    void two_subscriptions_to_one_destination_are_two_deliveries() {
        Catalog catalog = catalog(all("one", "none", "a"), all("two", "none", "a"));
        assertThat(router.route(catalog, event("none", null, "")))
                .containsExactly(delivery("one", "a"), delivery("two", "a"));
    }

    @Test
    void a_filter_decides_and_an_absent_field_is_no_match() {
        Catalog catalog =
                catalog(
                        subscription("1", "none", List.of(), filter("event.body.n == 1"), "a"),
                        subscription("2", "none", List.of(), filter("event.body.n == 2"), "b"),
                        subscription("3", "none", List.of(), filter("event.body.m == 1"), "c"));
        assertThat(router.route(catalog, event("none", null, "{\"n\":1}")))
                .containsExactly(delivery("1", "a"));
        assertThat(signals).isEmpty();
    }

    @Test
    void a_filter_that_fails_makes_a_dead_letter_without_disturbing_the_others() {
        Catalog catalog =
                catalog(
                        subscription("1", "none", List.of(), filter("event.body.n > 1"), "a"),
                        all("2", "none", "b"));
        assertThat(router.route(catalog, event("none", null, "{\"n\":\"s3cret\"}")))
                .containsExactly(
                        new NewDelivery(
                                "a",
                                "1",
                                null,
                                new DeliveryState.Dead(NOW, DeadReason.FILTER_FAILED)),
                        delivery("2", "b"));
        assertThat(asked).containsExactly("b 14");
        assertThat(signals)
                .singleElement()
                .satisfies(
                        signal ->
                                assertThat(signal.toString())
                                        .contains("filter of 1", new EventId(7).toString())
                                        .doesNotContain("s3cret"));
    }

    @Test
    void a_failing_filter_is_not_asked_about_types_that_are_not_wanted() {
        Catalog catalog =
                catalog(subscription("1", "none", List.of("x"), filter("event.body.n > 1"), "a"));
        assertThat(router.route(catalog, event("none", "y", "{\"n\":\"x\"}"))).isEmpty();
    }
}
