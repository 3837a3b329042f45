package dev.belay.server.api;

import dev.belay.Gateway;
import dev.belay.Published;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.server.http.Problem;
import dev.belay.server.http.Refused;
import dev.belay.server.http.Request;
import dev.belay.server.http.Response;
import dev.belay.server.receive.ReceiveHandler;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/events`: what was received or published, and publishing.
final class EventRoutes {
    private static final Set<String> FILTER =
            Set.of(
                    "source",
                    "type",
                    "external_id",
                    "status",
                    "since",
                    "until",
                    "q",
                    "limit",
                    "cursor");

    private final Gateway gateway;

    EventRoutes(Gateway gateway) {
        this.gateway = gateway;
    }

    void addTo(ApiRoutes routes) {
        routes.addList("/v1/events", this::list);
        routes.add("POST", "/v1/events", this::publish);
        routes.add("GET", "/v1/events/{id}", this::show);
        routes.add("GET", "/v1/events/{id}/body", this::body);
        routes.add("POST", "/v1/events/{id}/replay", this::replay);
    }

    private Response list(Request request, List<String> values) {
        QueryText query = new QueryText(request.query(), FILTER);
        EventQuery wanted =
                new EventQuery(
                        query.text("source"),
                        query.text("type"),
                        query.text("external_id"),
                        query.word("status", DeliveryRoutes.STATES),
                        query.time("since"),
                        query.time("until"),
                        query.text("q"));
        return JsonBody.ok(
                Views.page(
                        gateway.history().events(wanted, query.limit(), query.text("cursor")),
                        Views::summary));
    }

    private Response show(Request request, List<String> values) {
        Event event = event(values.getFirst());
        ObjectNode view = Views.event(event, SecretHeaders.of(gateway.catalog()));
        ArrayNode deliveries = view.putArray("deliveries");
        gateway.history()
                .deliveriesOf(event.id())
                .forEach(
                        delivery ->
                                deliveries.add(
                                        Views.delivery(
                                                delivery,
                                                gateway.history().attempts(delivery.id()))));
        return JsonBody.ok(view);
    }

    /// The exact bytes, never shown as a page: a body is whatever a stranger sent.
    private Response body(Request request, List<String> values) {
        Event event = event(values.getFirst());
        return new Response(200, "application/octet-stream", event.body().bytes())
                .with("content-disposition", "attachment; filename=\"" + event.id() + "\"")
                .with("content-security-policy", "sandbox; default-src 'none'")
                .with("cache-control", "no-store");
    }

    private Response replay(Request request, List<String> values) {
        JsonBody.none(request);
        EventId id = EventId.parse(values.getFirst()).orElseThrow(EventRoutes::notFound);
        return DeliveryRoutes.replayed(gateway.replays().event(id));
    }

    private Response publish(Request request, List<String> values) {
        Publication publication = Publication.read(request);
        return switch (gateway.publish(
                publication.type(), publication.data(), publication.idempotencyKey())) {
            case Published.Accepted(EventId event) -> published(event, false);
            case Published.Duplicate(EventId first) -> published(first, true);
            case Published.KeyReused(EventId first) ->
                    throw new Refused(
                            Problem.of(
                                            409,
                                            "idempotency-key-reused",
                                            "The idempotency key was used before with other data.")
                                    .detail("It made " + first + "."));
            case Published.Unavailable(var kind) ->
                    throw new Refused(ReceiveHandler.unavailable(kind));
        };
    }

    private static Response published(EventId event, boolean duplicate) {
        return JsonBody.response(
                202,
                JsonBody.object().put("event_id", event.toString()).put("duplicate", duplicate));
    }

    private Event event(String text) {
        return EventId.parse(text)
                .flatMap(gateway.history()::event)
                .orElseThrow(EventRoutes::notFound);
    }

    private static Refused notFound() {
        return new Refused(Problem.notFound());
    }
}
