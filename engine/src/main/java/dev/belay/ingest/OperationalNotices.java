package dev.belay.ingest;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.Subscription;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.Notice;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.Notices;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.signal.SignalListener;
import dev.belay.signature.Headers;
import dev.belay.time.Time;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Operational events, of the source [Event#BUILT_IN_SOURCE], made only when a subscription wants
/// them. The body is a JSON object with `type`, `at` (RFC 3339) and:
///
/// - `delivery.dead`: `delivery`, `event`, `destination`, `subscription`, `reason` (as
///   [dev.belay.delivery.DeadReason#word()]), `outcome` (of the last attempt) and `attempts`
/// - `destination.circuit_opened`: `destination`, `failures` (consecutive) and `outcome`
/// - `destination.circuit_closed`: `destination`
/// - `destination.disabled`: `destination` and `reason`
///
/// What happened to the delivery of an operational event makes no further one, and a destination is
/// not told of its own trouble: either could go on for ever.
public final class OperationalNotices implements Notices {
    private static final Headers JSON = Headers.of("content-type", "application/json");

    private final Supplier<Catalog> catalog;
    private final LongSupplier ids;
    private final Time time;
    private final SignalListener signals;
    private final JsonMapper mapper = JsonMapper.shared();

    /// @param ids numbers for events, each higher than the one before
    public OperationalNotices(
            Supplier<Catalog> catalog, LongSupplier ids, Time time, SignalListener signals) {
        this.catalog = catalog;
        this.ids = ids;
        this.time = time;
        this.signals = signals;
    }

    @Override
    public List<Notice> of(Happening happening) {
        Catalog now = catalog.get();
        if (now.subscriptionsTo(Event.BUILT_IN_SOURCE).isEmpty()) {
            return List.of();
        }
        ObjectNode body = mapper.createObjectNode();
        return switch (happening) {
            case Happening.DeliveryDead(Delivery delivery, var reason, String outcome) -> {
                if (isOfNotice(now, delivery)) {
                    yield List.of();
                }
                body.put("delivery", delivery.id().toString())
                        .put("event", delivery.id().event().toString())
                        .put("destination", delivery.destination())
                        .put("subscription", delivery.subscription())
                        .put("reason", reason.word())
                        .put("outcome", outcome)
                        .put("attempts", delivery.attempts());
                yield notice(now, "delivery.dead", delivery.destination(), body);
            }
            case Happening.CircuitOpened(String destination, int failures, String outcome) -> {
                body.put("destination", destination)
                        .put("failures", failures)
                        .put("outcome", outcome);
                yield notice(now, "destination.circuit_opened", destination, body);
            }
            case Happening.CircuitClosed(String destination) -> {
                body.put("destination", destination);
                yield notice(now, "destination.circuit_closed", destination, body);
            }
            case Happening.DestinationDisabled(String destination, String reason) -> {
                body.put("destination", destination).put("reason", reason);
                yield notice(now, "destination.disabled", destination, body);
            }
        };
    }

    /// A delivery of an operational event is known by its subscription's source.
    private static boolean isOfNotice(Catalog catalog, Delivery delivery) {
        Subscription subscription = catalog.subscription(delivery.subscription());
        return subscription != null && subscription.source().equals(Event.BUILT_IN_SOURCE);
    }

    private List<Notice> notice(Catalog now, String type, String about, ObjectNode body) {
        Instant at = time.now();
        body.put("type", type).put("at", at.toString());
        Event event =
                new Event(
                        new EventId(ids.getAsLong()),
                        Event.BUILT_IN_SOURCE,
                        type,
                        null,
                        at,
                        JSON,
                        Body.of(mapper.writeValueAsBytes(body)));
        List<NewDelivery> deliveries =
                new Router(Router.FirstState.due(at), signals)
                        .route(now, event).stream()
                                .filter(delivery -> !delivery.destination().equals(about))
                                .toList();
        return deliveries.isEmpty() ? List.of() : List.of(new Notice(event, deliveries));
    }
}
