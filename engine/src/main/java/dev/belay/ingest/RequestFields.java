package dev.belay.ingest;

import dev.belay.catalog.Source;
import dev.belay.event.JsonFields;
import dev.belay.signature.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a request says about itself: its id and its type. The body is read once for both, and only
/// when a header does not already tell.
///
/// @param id the sender's id of the event, null where none was found
/// @param type the event type, null where none was found
record RequestFields(@Nullable String id, @Nullable String type) {
    static RequestFields of(Source source, InboundRequest request) {
        List<String> pointers = new ArrayList<>(4);
        addPointers(source.eventId(), request, pointers);
        addPointers(source.eventType(), request, pointers);
        Map<String, String> values =
                pointers.isEmpty()
                        ? Map.of()
                        : JsonFields.find(request.body(), pointers, JsonFields.MAX_LENGTH);
        return new RequestFields(
                first(source.eventId(), request, values),
                first(source.eventType(), request, values));
    }

    /// Adds the pointers that come before the first header that is there.
    private static void addPointers(
            List<Location> locations, InboundRequest request, List<String> pointers) {
        for (Location location : locations) {
            switch (location) {
                case Location.Header(String name) -> {
                    if (header(request, name) != null) {
                        return;
                    }
                }
                case Location.Pointer(String pointer) -> pointers.add(pointer);
            }
        }
    }

    private static @Nullable String first(
            List<Location> locations, InboundRequest request, Map<String, String> values) {
        for (Location location : locations) {
            String value =
                    switch (location) {
                        case Location.Header(String name) -> header(request, name);
                        case Location.Pointer(String pointer) -> values.get(pointer);
                    };
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /// The header's value when it can serve: two lines with one name leave room for doubt.
    private static @Nullable String header(InboundRequest request, String name) {
        if (request.headers().count(name) != 1) {
            return null;
        }
        String value = request.headers().first(name).orElseThrow().strip();
        return JsonFields.isUsable(value, JsonFields.MAX_LENGTH) ? value : null;
    }
}
