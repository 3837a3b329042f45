package dev.belay.ingest;

import dev.belay.catalog.Source;
import dev.belay.event.Body;
import dev.belay.event.JsonFields;
import dev.belay.signature.Location;
import dev.belay.signature.SignedRequest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How the sender names an event: its own id of it and its type, as far as the request tells.
///
/// @param externalId the sender's id, at most [JsonFields#MAX_LENGTH] characters
/// @param type the type, at most [JsonFields#MAX_LENGTH] characters
record Naming(@Nullable String externalId, @Nullable String type) {
    /// Looks where the source says. The body is read once, and only when a header does not answer.
    static Naming of(Source source, InboundRequest request) {
        Finder finder = new Finder(source, request);
        return new Naming(finder.first(source.eventId()), finder.first(source.eventType()));
    }

    /// What makes a later copy recognisable: the sender's id, or, where this request has none, the
    /// type and the bytes of the body. A sender that repeats a body word for word without naming it
    /// is taken to repeat the event.
    DedupeKey dedupeKey(String source, Body body) {
        if (externalId != null) {
            return DedupeKey.of(source, externalId);
        }
        // An external id never holds a control character, so the two kinds cannot meet.
        String content = HexFormat.of().formatHex(body.sha256());
        return DedupeKey.of(source, "\0" + (type == null ? "" : type) + "\0" + content);
    }

    private static final class Finder {
        private final Source source;
        private final InboundRequest request;
        private @Nullable Map<String, String> fields;

        private Finder(Source source, InboundRequest request) {
            this.source = source;
            this.request = request;
        }

        private @Nullable String first(List<Location> locations) {
            for (Location location : locations) {
                String found = at(location);
                if (found != null) {
                    return found;
                }
            }
            return null;
        }

        private @Nullable String at(Location location) {
            return switch (location) {
                case Location.Header(String name) -> header(name);
                case Location.Pointer(String pointer) -> fields().get(pointer);
                case Location.Query(String name) -> usable(signed().queryParameter(name));
                case Location.FormField(String name) -> usable(signed().formField(name));
                case Location.Joined(List<Location> parts) -> joined(parts);
            };
        }

        private @Nullable String joined(List<Location> parts) {
            StringBuilder joined = new StringBuilder();
            for (Location part : parts) {
                String found = at(part);
                if (found == null) {
                    return null;
                }
                joined.append(joined.isEmpty() ? "" : ".").append(found);
            }
            return usable(Optional.of(joined.toString()));
        }

        private SignedRequest signed() {
            return new SignedRequest(
                    request.method(), request.url(), request.headers(), request.body().bytes());
        }

        private @Nullable String header(String name) {
            return usable(request.headers().first(name).map(String::strip));
        }

        private static @Nullable String usable(Optional<String> text) {
            return text.filter(value -> JsonFields.isUsable(value, JsonFields.MAX_LENGTH))
                    .orElse(null);
        }

        private Map<String, String> fields() {
            Map<String, String> found = fields;
            if (found == null) {
                List<String> pointers = new ArrayList<>(4);
                collect(source.eventId(), pointers);
                collect(source.eventType(), pointers);
                found = JsonFields.find(request.body(), pointers, JsonFields.MAX_LENGTH);
                fields = found;
            }
            return found;
        }

        private static void collect(List<Location> locations, List<String> pointers) {
            for (Location location : locations) {
                if (location instanceof Location.Pointer(String pointer)) {
                    pointers.add(pointer);
                } else if (location instanceof Location.Joined(List<Location> parts)) {
                    collect(parts, pointers);
                }
            }
        }
    }
}
