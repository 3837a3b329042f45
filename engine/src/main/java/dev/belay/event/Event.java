package dev.belay.event;

import dev.belay.signature.Headers;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What arrived or was published. Immutable.
///
/// @param id Belay's id
/// @param source name of the source it came in by
/// @param type the event type, where one was found
/// @param externalId the sender's own id, where one was found
/// @param receivedAt when it was received
/// @param headers as received
/// @param body as received
public record Event(
        EventId id,
        String source,
        @Nullable String type,
        @Nullable String externalId,
        Instant receivedAt,
        Headers headers,
        Body body) {
    /// Name of the built-in source of operational events, such as `delivery.dead`.
    public static final String BUILT_IN_SOURCE = "belay";

    /// Name of the built-in source of what the application itself publishes.
    public static final String PUBLISHED_SOURCE = "api";

    /// Whether a source is there without being declared, so that no declared one can have its name.
    public static boolean isBuiltInSource(String name) {
        return name.equals(BUILT_IN_SOURCE) || name.equals(PUBLISHED_SOURCE);
    }
}
