package dev.belay.server.receive;

import dev.belay.catalog.Source;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.Body;
import dev.belay.event.EventId;
import dev.belay.ingest.InboundRequest;
import dev.belay.ingest.Receipt;
import dev.belay.server.http.Exchange;
import dev.belay.server.http.Problem;
import dev.belay.server.http.Request;
import dev.belay.server.http.Response;
import dev.belay.signature.Acknowledgement;
import dev.belay.signature.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Takes webhooks in: hands the exact bytes to the gateway and turns its receipt into an answer. No
/// decision is made here.
public final class ReceiveHandler implements Exchange {
    /// The same for every signature that is not genuine, whatever the reason.
    private static final Response REJECTED =
            Problem.of(401, "signature-verification-failed", "The signature was not accepted.")
                    .response();

    /// The same whether or not there is such a source.
    private static final Response NOT_ALLOWED =
            Problem.of(405, "method-not-allowed", "The method is not allowed here.")
                    .response()
                    .with("allow", "POST");

    private final Function<String, @Nullable Source> sources;
    private final Function<InboundRequest, Receipt> gateway;
    private final String publicUrl;

    /// @param sources finds a source by name
    /// @param gateway takes requests; blocks until the event is durable
    /// @param publicUrl under which senders reach `/in`, without a slash at the end
    public ReceiveHandler(
            Function<String, @Nullable Source> sources,
            Function<InboundRequest, Receipt> gateway,
            String publicUrl) {
        this.sources = sources;
        this.gateway = gateway;
        this.publicUrl = publicUrl;
    }

    @Override
    public Response serve(Request request, List<String> values) {
        Source source = sources.apply(values.getFirst());
        if (!request.method().equals("POST") && !isAsked(source, request.method())) {
            return NOT_ALLOWED;
        }
        if (source == null) {
            return Problem.notFound().response();
        }
        byte[] body = request.body(source.limits().bodyBytes());
        return answer(
                gateway.apply(
                        new InboundRequest(
                                source.name(),
                                request.method(),
                                publicUrl + request.path() + query(request),
                                request.headers(),
                                Body.of(body),
                                request.remoteAddress())));
    }

    /// Whether the source's provider registers an endpoint by requests of this method.
    private static boolean isAsked(@Nullable Source source, String method) {
        return source != null
                && source.provider().handshakes().stream()
                        .anyMatch(handshake -> handshake.trigger().method().equals(method));
    }

    private static String query(Request request) {
        return request.query() == null ? "" : "?" + request.query();
    }

    private static Response answer(Receipt receipt) {
        return switch (receipt) {
            case Receipt.Accepted(EventId event, Acknowledgement acknowledgement) ->
                    acknowledged(acknowledgement, event, false);
            case Receipt.Duplicate(EventId first, _, Acknowledgement acknowledgement) ->
                    acknowledged(acknowledgement, first, true);
            case Receipt.Challenge(String contentType, String text, Headers headers) ->
                    challenge(contentType, text, headers);
            case Receipt.Rejected _ -> REJECTED;
            case Receipt.TooMany(Duration retryAfter) -> tooMany(retryAfter);
            case Receipt.UnknownSource _ -> Problem.notFound().response();
            case Receipt.TooLarge(int limit) -> Problem.tooLarge(limit).response();
            case Receipt.Unavailable(StoreFailure.Kind kind) -> unavailable(kind).response();
        };
    }

    /// The same for genuine requests and bad ones: whoever sends bad ones learns nothing by it.
    private static Response tooMany(Duration retryAfter) {
        long seconds = retryAfter.plusMillis(999).toSeconds();
        return Problem.of(429, "rate-limited", "Too many requests.")
                .retryAfter(Math.clamp(seconds, 1, 86_400))
                .response();
    }

    private static Response challenge(String contentType, String text, Headers headers) {
        Response[] answer = {new Response(200, contentType, text.getBytes(StandardCharsets.UTF_8))};
        headers.forEach((name, value) -> answer[0] = answer[0].with(name, value));
        return answer[0];
    }

    private static Response acknowledged(
            Acknowledgement acknowledgement, EventId event, boolean duplicate) {
        if (!acknowledgement.body().isEmpty() || acknowledgement.isEmpty()) {
            return new Response(
                    acknowledgement.status(),
                    acknowledgement.contentType(),
                    acknowledgement.body().getBytes(StandardCharsets.UTF_8));
        }
        // An event id holds nothing that JSON would have to escape.
        String json =
                duplicate
                        ? "{\"received\":true,\"event_id\":\"" + event + "\",\"duplicate\":true}"
                        : "{\"received\":true,\"event_id\":\"" + event + "\"}";
        return new Response(
                acknowledgement.status(),
                acknowledgement.contentType(),
                json.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// 503 for a store that did not take an event.
    public static Problem unavailable(StoreFailure.Kind kind) {
        return switch (kind) {
            case FULL ->
                    Problem.of(503, "storage-full", "There is no room to keep the event.")
                            .retryAfter(60);
            case OVERLOADED ->
                    Problem.of(503, "overloaded", "Too much is waiting already.").retryAfter(1);
            case CLOSED ->
                    Problem.of(503, "shutting-down", "The gateway is shutting down.").retryAfter(5);
            case UNAVAILABLE, CORRUPT, UNKNOWN ->
                    Problem.of(503, "storage-unavailable", "The event could not be kept.")
                            .retryAfter(5);
        };
    }
}
