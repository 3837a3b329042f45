package dev.belay.catalog;

import dev.belay.event.Event;
import dev.belay.event.Json;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An event as conditions see it. The body is parsed when the first condition asks for it, and once
/// for all conditions that judge the event. For use by one thread.
public final class EventFacts {
    private final Event event;
    private @Nullable Map<String, String> headers;
    private Json.@Nullable Parsed body;

    public EventFacts(Event event) {
        this.event = event;
    }

    /// The event.
    public Event event() {
        return event;
    }

    /// The field with this name, or null where the event does not have it.
    ///
    /// @throws UnreadableBody when the body is asked for and is JSON that is not read
    @Nullable Object field(String name) {
        return switch (name) {
            case "source" -> event.source();
            case "type" -> event.type();
            case "external_id" -> event.externalId();
            case "received_at" -> event.receivedAt();
            case "headers" -> headers();
            case "body" -> body();
            default -> null;
        };
    }

    private Map<String, String> headers() {
        Map<String, String> map = headers;
        if (map == null) {
            Map<String, String> made = HashMap.newHashMap(event.headers().size());
            event.headers()
                    .forEach(
                            (name, value) ->
                                    made.merge(
                                            name.toLowerCase(Locale.ROOT),
                                            value,
                                            (first, next) -> first + ", " + next));
            map = made;
            headers = map;
        }
        return map;
    }

    private @Nullable Object body() {
        Json.Parsed parsed = body;
        if (parsed == null) {
            parsed = Json.read(event.body(), Condition.NULL);
            body = parsed;
        }
        return switch (parsed) {
            case Json.Parsed.Value(Object value) -> value;
            case Json.Parsed.NotJson() -> null;
            case Json.Parsed.Refused(String problem) -> throw new UnreadableBody(problem);
        };
    }

    /// The body is JSON that is not read.
    static final class UnreadableBody extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnreadableBody(String problem) {
            super(problem);
        }
    }
}
