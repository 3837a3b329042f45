package dev.belay.ingest;

import static dev.belay.ingest.Door.NOW;
import static dev.belay.ingest.Door.destination;
import static dev.belay.ingest.Door.subscription;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.Subscription;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.Notice;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.Notices.Happening;
import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import dev.belay.event.Ids;
import dev.belay.event.Json;
import dev.belay.testkit.SettableTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperationalNoticesTest {
    private final SettableTime time = new SettableTime(NOW);
    private final Ids ids = new Ids(time, 0, 0);

    private static Catalog catalog(Subscription... subscriptions) {
        return Catalog.of(
                List.of(Door.source("none")),
                List.of(destination("agent"), destination("pager"), destination("mail")),
                List.of(subscriptions));
    }

    private static Subscription on(String name, String type, String to) {
        return subscription(name, "belay", List.of(type), null, to);
    }

    private static final Catalog WATCHED =
            catalog(
                    subscription("orders", "none", List.of(), null, "agent"),
                    on("all", "*", "pager"));

    private List<Notice> of(Catalog catalog, Happening happening) {
        return new OperationalNotices(() -> catalog, ids::next, time, signal -> {}).of(happening);
    }

    private static Happening dead(String subscription, String destination) {
        return new Happening.DeliveryDead(
                new Delivery(
                        new DeliveryId(new EventId(9), 2),
                        destination,
                        subscription,
                        NOW,
                        5,
                        1,
                        null,
                        new DeliveryState.Due(NOW)),
                DeadReason.ATTEMPTS_EXHAUSTED,
                "http_5xx");
    }

    private static Object json(Notice notice) {
        return ((Json.Parsed.Value) Json.read(notice.event().body(), "null")).value();
    }

    private Object one(Happening happening, String type) {
        List<Notice> notices = of(WATCHED, happening);
        assertThat(notices).hasSize(1);
        Notice notice = notices.getFirst();
        assertThat(notice.event().source()).isEqualTo("belay");
        assertThat(notice.event().type()).isEqualTo(type);
        assertThat(notice.event().receivedAt()).isEqualTo(NOW);
        assertThat(notice.event().headers().first("content-type")).contains("application/json");
        assertThat(notice.deliveries())
                .containsExactly(new NewDelivery("pager", "all", null, new DeliveryState.Due(NOW)));
        return json(notice);
    }

    @Test
    void a_dead_letter_is_told_with_all_that_is_documented() {
        assertThat(one(dead("orders", "agent"), "delivery.dead"))
                .isEqualTo(
                        Map.of(
                                "delivery", "dlv_0000000000009_2",
                                "event", "evt_0000000000009",
                                "destination", "agent",
                                "subscription", "orders",
                                "reason", "attempts_exhausted",
                                "outcome", "http_5xx",
                                "attempts", 5L,
                                "type", "delivery.dead",
                                "at", "2026-03-01T12:00:00Z"));
    }

    @Test
    void circuits_and_disabling_are_told() {
        String opened = "destination.circuit_opened";
        assertThat(one(new Happening.CircuitOpened("agent", 5, "deadline_exceeded"), opened))
                .isEqualTo(
                        Map.of(
                                "destination", "agent",
                                "failures", 5L,
                                "outcome", "deadline_exceeded",
                                "type", opened,
                                "at", "2026-03-01T12:00:00Z"));
        String closed = "destination.circuit_closed";
        assertThat(one(new Happening.CircuitClosed("agent"), closed))
                .isEqualTo(
                        Map.of(
                                "destination", "agent",
                                "type", closed,
                                "at", "2026-03-01T12:00:00Z"));
        String disabled = "destination.disabled";
        assertThat(one(new Happening.DestinationDisabled("agent", "answered 410 Gone"), disabled))
                .isEqualTo(
                        Map.of(
                                "destination", "agent",
                                "reason", "answered 410 Gone",
                                "type", disabled,
                                "at", "2026-03-01T12:00:00Z"));
    }

    @Test
    void nobody_subscribed_means_no_notice_and_no_id() {
        long before = ids.next();
        assertThat(of(catalog(), dead("orders", "agent"))).isEmpty();
        assertThat(ids.next()).isEqualTo(before + 1);
    }

    @Test
    void subscriptions_to_notices_want_types_like_others() {
        Catalog catalog =
                catalog(
                        on("dead", "delivery.*", "pager"),
                        on("circuits", "destination.circuit_opened", "mail"));
        assertThat(of(catalog, dead("orders", "agent")).getFirst().deliveries())
                .extracting(NewDelivery::destination)
                .containsExactly("pager");
        assertThat(of(catalog, new Happening.CircuitClosed("agent"))).isEmpty();
    }

    @Test
    void a_dead_notice_makes_no_notice_even_to_others() {
        Catalog catalog = catalog(on("all", "*", "pager"), on("too", "*", "mail"));
        assertThat(of(catalog, dead("all", "pager"))).isEmpty();
        assertThat(of(catalog, dead("too", "mail"))).isEmpty();
    }

    @Test
    void a_destination_is_not_told_of_its_own_trouble_but_others_are() {
        assertThat(of(WATCHED, new Happening.CircuitOpened("pager", 5, "reset"))).isEmpty();
        assertThat(of(WATCHED, new Happening.CircuitClosed("pager"))).isEmpty();
        assertThat(of(WATCHED, new Happening.DestinationDisabled("pager", "410"))).isEmpty();
        assertThat(of(WATCHED, dead("orders", "pager"))).isEmpty();
        Catalog both = catalog(on("all", "*", "pager"), on("too", "*", "mail"));
        assertThat(
                        of(both, new Happening.CircuitOpened("pager", 5, "reset"))
                                .getFirst()
                                .deliveries())
                .extracting(NewDelivery::destination)
                .containsExactly("mail");
    }
}
