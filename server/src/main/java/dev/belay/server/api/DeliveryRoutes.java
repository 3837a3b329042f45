package dev.belay.server.api;

import dev.belay.Gateway;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.history.InvalidCursor;
import dev.belay.history.Replays;
import dev.belay.history.Replays.Replayed;
import dev.belay.server.http.Problem;
import dev.belay.server.http.Refused;
import dev.belay.server.http.Request;
import dev.belay.server.http.Response;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/deliveries`, `/v1/dead-letters` and `/v1/replays`. Lists and bulk replay share one filter.
final class DeliveryRoutes {
    /// The words of [dev.belay.delivery.DeliveryState#word()].
    static final Set<String> STATES =
            Set.of("due", "leased", "held", "delivered", "dead", "cancelled");

    /// States whose deliveries can be replayed.
    private static final Set<String> OVER = Set.of("delivered", "dead", "cancelled");

    private static final Set<String> REASONS =
            Arrays.stream(DeadReason.values()).map(DeadReason::word).collect(Collectors.toSet());

    private static final Set<String> FILTER =
            Set.of("status", "destination", "source", "type", "event", "reason", "since", "until");

    private final Gateway gateway;

    DeliveryRoutes(Gateway gateway) {
        this.gateway = gateway;
    }

    void addTo(ApiRoutes routes) {
        routes.addList("/v1/deliveries", (request, values) -> list(request, null));
        routes.addList("/v1/dead-letters", (request, values) -> list(request, "dead"));
        routes.add("GET", "/v1/deliveries/{id}", this::show);
        routes.add("POST", "/v1/deliveries/{id}/replay", this::replay);
        routes.add("POST", "/v1/replays", this::replayMatching);
    }

    private Response list(Request request, @Nullable String state) {
        Set<String> known = new LinkedHashSet<>(FILTER);
        known.addAll(List.of("limit", "cursor"));
        if (state != null) {
            known.remove("status");
        }
        QueryText query = new QueryText(request.query(), known);
        DeliveryQuery wanted =
                new DeliveryQuery(
                        state == null ? query.word("status", STATES) : state,
                        query.text("destination"),
                        query.text("source"),
                        query.text("type"),
                        event("event", query.text("event")),
                        query.word("reason", REASONS),
                        query.time("since"),
                        query.time("until"));
        return JsonBody.ok(
                Views.page(
                        gateway.history().deliveries(wanted, query.limit(), query.text("cursor")),
                        Views::delivery));
    }

    private Response show(Request request, List<String> values) {
        Delivery delivery =
                DeliveryId.parse(values.getFirst())
                        .flatMap(gateway.history()::delivery)
                        .orElseThrow(() -> new Refused(Problem.notFound()));
        return JsonBody.ok(Views.delivery(delivery, gateway.history().attempts(delivery.id())));
    }

    private Response replay(Request request, List<String> values) {
        JsonBody.none(request);
        DeliveryId id =
                DeliveryId.parse(values.getFirst())
                        .orElseThrow(() -> new Refused(Problem.notFound()));
        return replayed(gateway.replays().delivery(id));
    }

    /// The answer to a replay of one thing: 202, for the attempts follow.
    static Response replayed(Replayed outcome) {
        return switch (outcome) {
            case Replayed.Done(List<DeliveryId> made) -> {
                ObjectNode view = JsonBody.object().put("replayed", made.size());
                if (made.size() == 1) {
                    view.put("id", made.getFirst().toString());
                }
                ArrayNode list = view.putArray("deliveries");
                made.forEach(delivery -> list.add(delivery.toString()));
                yield JsonBody.response(202, view);
            }
            case Replayed.NotFound _ -> throw new Refused(Problem.notFound());
            case Replayed.Unfinished _ ->
                    throw new Refused(Problem.conflict("It is still being tried."));
            case Replayed.DestinationGone _ ->
                    throw new Refused(
                            Problem.conflict("The destination it went to is no longer declared."));
        };
    }

    private Response replayMatching(Request request, List<String> values) {
        ObjectNode body = JsonBody.object(request, Set.of("filter", "dry_run", "cursor"));
        if (!(body.get("filter") instanceof ObjectNode filter)) {
            throw new Refused(
                    Problem.invalid("/filter", "must be an object such as {\"status\":\"dead\"}"));
        }
        JsonNode dry = body.path("dry_run");
        if (!dry.isMissingNode() && !dry.isBoolean()) {
            throw new Refused(Problem.invalid("/dry_run", "must be true or false"));
        }
        String cursor = text(body, "", "cursor");
        DeliveryQuery query = query(filter);
        boolean counting = dry.asBoolean(false);
        try {
            Replays.Progress progress =
                    counting
                            ? gateway.replays().count(query, cursor)
                            : gateway.replays().run(query, cursor, Replays.MAX_BATCH);
            return JsonBody.ok(
                    JsonBody.object()
                            .put("dry_run", counting)
                            .put(counting ? "matched" : "replayed", progress.replayed())
                            .put("skipped", progress.skipped())
                            .put("next_cursor", progress.nextCursor()));
        } catch (IllegalArgumentException | InvalidCursor e) {
            throw new Refused(Problem.invalid("/cursor", "is not a cursor of a replay"));
        }
    }

    private static DeliveryQuery query(ObjectNode filter) {
        for (String name : filter.propertyNames()) {
            if (!FILTER.contains(name)) {
                throw new Refused(
                        Problem.invalid(
                                JsonBody.pointer("filter", name), "is not a known field here"));
            }
        }
        DeliveryQuery query =
                new DeliveryQuery(
                        word(filter, "status", OVER),
                        text(filter, "/filter", "destination"),
                        text(filter, "/filter", "source"),
                        text(filter, "/filter", "type"),
                        event("/filter/event", text(filter, "/filter", "event")),
                        word(filter, "reason", REASONS),
                        time(filter, "since"),
                        time(filter, "until"));
        if (query.equals(DeliveryQuery.ALL)) {
            throw new Refused(Problem.invalid("/filter", "must name at least one thing to match"));
        }
        return query;
    }

    private static @Nullable String word(ObjectNode filter, String name, Set<String> words) {
        String text = text(filter, "/filter", name);
        if (text != null && !words.contains(text)) {
            throw new Refused(
                    Problem.invalid(
                            "/filter/" + name,
                            "must be one of "
                                    + String.join(", ", words.stream().sorted().toList())));
        }
        return text;
    }

    private static @Nullable Instant time(ObjectNode filter, String name) {
        String text = text(filter, "/filter", name);
        return text == null ? null : QueryText.instant("/filter/" + name, text);
    }

    private static @Nullable String text(ObjectNode object, String above, String name) {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString() || value.asString().isEmpty()) {
            throw new Refused(Problem.invalid(above + "/" + name, "must be a text"));
        }
        return value.asString();
    }

    private static @Nullable EventId event(String pointer, @Nullable String text) {
        return text == null
                ? null
                : EventId.parse(text)
                        .orElseThrow(
                                () -> new Refused(Problem.invalid(pointer, "is no event's id")));
    }
}
