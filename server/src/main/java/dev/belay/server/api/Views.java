package dev.belay.server.api;

import dev.belay.DestinationStatus;
import dev.belay.delivery.Attempt;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.CircuitView;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.event.Body;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.history.HistoryIndex;
import dev.belay.ingest.EventJournal;
import dev.belay.server.config.Durations;
import dev.belay.server.config.SecretReferences;
import dev.belay.signature.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the API shows of the engine's types.
final class Views {
    private Views() {}

    /// A part of a list.
    static <T> ObjectNode page(HistoryIndex.Page<T> page, Function<T, ObjectNode> view) {
        return list(page.items(), view).put("next_cursor", page.nextCursor());
    }

    /// A list that is complete.
    static <T> ObjectNode list(List<T> items, Function<T, ObjectNode> view) {
        ObjectNode list = JsonBody.object();
        ArrayNode data = list.putArray("data");
        items.forEach(item -> data.add(view.apply(item)));
        return list.putNull("next_cursor");
    }

    static ObjectNode summary(HistoryIndex.EventSummary event) {
        return JsonBody.object()
                .put("id", event.id().toString())
                .put("source", event.source())
                .put("type", event.type())
                .put("external_id", event.externalId())
                .put("received_at", event.receivedAt().toString())
                .put("body_bytes", event.bodyBytes());
    }

    /// An event with headers and body, without its deliveries.
    static ObjectNode event(Event event, SecretHeaders secret) {
        ObjectNode view =
                JsonBody.object()
                        .put("id", event.id().toString())
                        .put("source", event.source())
                        .put("type", event.type())
                        .put("external_id", event.externalId())
                        .put("received_at", event.receivedAt().toString())
                        .put("body_bytes", event.body().length());
        view.set("headers", headers(event.headers(), secret));
        body(view, event.body());
        return view;
    }

    /// Header lines as pairs: order and repetition count.
    private static ArrayNode headers(Headers headers, SecretHeaders secret) {
        ArrayNode lines = JsonBody.JSON.createArrayNode();
        headers.forEach(
                (name, value) -> {
                    ArrayNode line = lines.addArray();
                    line.add(name);
                    line.add(secret.holds(name) ? SecretReferences.MASK : value);
                });
        return lines;
    }

    /// As text where the bytes are UTF-8, else in base64: one of both is always there.
    private static void body(ObjectNode view, Body body) {
        String text = text(body);
        if (text == null) {
            view.put("body_base64", Base64.getEncoder().encodeToString(body.bytes()));
        } else {
            view.put("body", text);
        }
    }

    private static @Nullable String text(Body body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.bytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /// A delivery, with the count of its attempts.
    static ObjectNode delivery(Delivery delivery) {
        return fields(delivery);
    }

    /// A delivery with its attempts.
    static ObjectNode delivery(Delivery delivery, List<Attempt> attempts) {
        ObjectNode view = fields(delivery);
        ArrayNode list = view.putArray("attempts");
        attempts.forEach(attempt -> list.add(attempt(attempt)));
        return view;
    }

    private static ObjectNode fields(Delivery delivery) {
        DeliveryId replayOf = delivery.replayOf();
        ObjectNode view =
                JsonBody.object()
                        .put("id", delivery.id().toString())
                        .put("event", delivery.id().event().toString())
                        .put("destination", delivery.destination())
                        .put("subscription", delivery.subscription())
                        .put("created_at", delivery.createdAt().toString())
                        .put("status", delivery.state().word())
                        .put("attempt_count", delivery.attempts())
                        .put("throttled", delivery.throttled())
                        .put("replay_of", replayOf == null ? null : replayOf.toString());
        switch (delivery.state()) {
            case DeliveryState.Due(var at) -> view.put("due_at", at.toString());
            case DeliveryState.Leased(var lease) ->
                    view.put("leased_until", lease.until().toString());
            case DeliveryState.Held(String reason) -> view.put("reason", reason);
            case DeliveryState.Delivered(var at) -> view.put("ended_at", at.toString());
            case DeliveryState.Dead(var at, var reason) ->
                    view.put("ended_at", at.toString()).put("reason", reason.word());
            case DeliveryState.Cancelled(var at, String reason) ->
                    view.put("ended_at", at.toString()).put("reason", reason);
        }
        return view;
    }

    private static ObjectNode attempt(Attempt attempt) {
        ObjectNode view =
                JsonBody.object()
                        .put("number", attempt.number())
                        .put("started_at", attempt.startedAt().toString())
                        .put("duration", attempt.duration().toMillis() + "ms")
                        .put("outcome", attempt.outcome().word());
        switch (attempt.outcome()) {
            case AttemptOutcome.Acknowledged(int status) -> {
                if (status > 0) {
                    view.put("status", status);
                }
            }
            case AttemptOutcome.Refused(int status, var retryAfter) -> {
                view.put("status", status);
                if (retryAfter != null) {
                    view.put("retry_after", Durations.text(retryAfter));
                }
            }
            case AttemptOutcome.Threw(String error) -> view.put("detail", error);
            case AttemptOutcome.Invalid(String problem) -> view.put("detail", problem);
            case AttemptOutcome.TimedOut _,
                    AttemptOutcome.Unreachable _,
                    AttemptOutcome.LeaseLost _ -> {}
        }
        Attempt.Response response = attempt.response();
        if (response != null) {
            ObjectNode shown = view.putObject("response");
            shown.set("headers", headers(response.headers(), SecretHeaders.USUAL));
            body(shown, response.body());
            shown.put("truncated", response.truncated());
        }
        return view;
    }

    /// Adds how a destination stands.
    static void standing(ObjectNode view, DestinationStatus status) {
        CircuitView circuit = status.circuit();
        view.put("standing", status.standing().mode().name().toLowerCase(Locale.ROOT))
                .put("standing_reason", status.standing().reason())
                .put("circuit", circuit.state())
                .put("failures", circuit.failures())
                .put("open_until", text(circuit.until()))
                .put("paused_until", text(circuit.pausedUntil()))
                .put("in_flight", circuit.inFlight())
                .put("waiting", circuit.waiting());
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }

    /// A request that was rejected.
    ///
    /// @param hints what the operator might try
    static ObjectNode reject(EventJournal.Reject reject, List<String> hints, SecretHeaders secret) {
        ObjectNode view =
                JsonBody.object()
                        .put("at", reject.at().toString())
                        .put("source", reject.source())
                        .put("reason", reject.reason())
                        .put("remote_address", reject.request().remoteAddress())
                        .put("method", reject.request().method());
        ArrayNode told = view.putArray("hints");
        hints.forEach(told::add);
        view.set("headers", headers(reject.request().headers(), secret));
        body(view, reject.request().body());
        return view;
    }

    static ObjectNode stats(HistoryIndex.Stats stats) {
        ObjectNode view = JsonBody.object().put("events", stats.events());
        ArrayNode counts = view.putArray("deliveries");
        for (HistoryIndex.Stats.Count count : stats.deliveries()) {
            counts.addObject()
                    .put("destination", count.destination())
                    .put("status", count.status())
                    .put("count", count.count());
        }
        var oldest = stats.oldestDue();
        return view.put("oldest_due", oldest == null ? null : oldest.toMillis() + "ms");
    }
}
