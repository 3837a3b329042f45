package dev.belay.ingest;

import dev.belay.catalog.Catalog;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.Notice;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.Notices;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.signature.Headers;
import dev.belay.time.Time;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/// Operational events as events of the built-in source: a JSON object with `type`, `timestamp` (RFC
/// 3339) and `data`, the shape Standard Webhooks recommends. Made only where a subscription wants
/// them. What becomes of a notice makes no further notice of the same kind: a dead letter of one is
/// seen in the list of dead letters and nowhere else.
///
/// | type | data |
/// |---|---|
/// | `delivery.dead` | `delivery_id`, `event_id`, `destination`, `subscription`, `attempts`, `reason`, `outcome` |
/// | `destination.circuit_opened` | `destination`, `failures`, `outcome` |
/// | `destination.circuit_closed` | `destination` |
/// | `destination.disabled` | `destination`, `reason` |
public final class BuiltInNotices implements Notices {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Supplier<Catalog> catalog;
    private final Time time;
    private final LongSupplier ids;

    /// @param catalog the snapshot in force
    /// @param ids numbers for events
    public BuiltInNotices(Supplier<Catalog> catalog, Time time, LongSupplier ids) {
        this.catalog = catalog;
        this.time = time;
        this.ids = ids;
    }

    @Override
    public List<Notice> of(Happening happening) {
        Catalog snapshot = catalog.get();
        if (snapshot.subscriptionsTo(Event.BUILT_IN_SOURCE).isEmpty()) {
            return List.of();
        }
        return switch (happening) {
            case Happening.DeliveryDead(Delivery delivery, var reason, String outcome) ->
                    isOfNotice(snapshot, delivery)
                            ? List.of()
                            : notice(
                                    snapshot,
                                    "delivery.dead",
                                    fields(
                                            "delivery_id", delivery.id().toString(),
                                            "event_id", delivery.id().event().toString(),
                                            "destination", delivery.destination(),
                                            "subscription", delivery.subscription(),
                                            "attempts", delivery.attempts(),
                                            "reason", reason.word(),
                                            "outcome", outcome));
            case Happening.CircuitOpened(String destination, int failures, String outcome) ->
                    notice(
                            snapshot,
                            "destination.circuit_opened",
                            fields(
                                    "destination", destination,
                                    "failures", failures,
                                    "outcome", outcome));
            case Happening.CircuitClosed(String destination) ->
                    notice(
                            snapshot,
                            "destination.circuit_closed",
                            fields("destination", destination));
            case Happening.DestinationDisabled(String destination, String reason) ->
                    notice(
                            snapshot,
                            "destination.disabled",
                            fields("destination", destination, "reason", reason));
        };
    }

    private static boolean isOfNotice(Catalog catalog, Delivery delivery) {
        var subscription = catalog.subscription(delivery.subscription());
        return subscription != null && subscription.source().equals(Event.BUILT_IN_SOURCE);
    }

    private List<Notice> notice(Catalog snapshot, String type, Map<String, Object> data) {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("type", type);
        content.put("timestamp", time.now().toString());
        content.put("data", data);
        Event event =
                new Event(
                        new EventId(ids.getAsLong()),
                        Event.BUILT_IN_SOURCE,
                        type,
                        null,
                        time.now(),
                        Headers.of("content-type", "application/json"),
                        Body.of(JSON.writeValueAsBytes(content)));
        List<NewDelivery> deliveries =
                Router.route(snapshot, event, (_, _) -> new DeliveryState.Due(event.receivedAt()));
        return deliveries.isEmpty() ? List.of() : List.of(new Notice(event, deliveries));
    }

    private static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }
}
