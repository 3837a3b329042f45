package dev.belay.signature;

import java.util.List;

/// A catalogue entry: how one kind of sender signs, names and expects to be answered.
///
/// @param name as written under `scheme:` in the configuration, such as `github`
/// @param scheme how it signs
/// @param eventId where its own id of the event is, first match wins; empty where it has none
/// @param eventType where the type is, first match wins; empty where it has none
/// @param acknowledgement how it wants to be answered
/// @param handshake what it asks when an endpoint is registered
/// @param bodyLimitBytes largest body it sends
/// @param reference the vendor's document the entry was made from
public record Provider(
        String name,
        Scheme scheme,
        List<Location> eventId,
        List<Location> eventType,
        Acknowledgement acknowledgement,
        Handshake handshake,
        int bodyLimitBytes,
        String reference) {
    /// Body limit where the provider documents none: 5 MiB.
    public static final int DEFAULT_BODY_LIMIT_BYTES = 5 * 1024 * 1024;

    public Provider {
        eventId = List.copyOf(eventId);
        eventType = List.copyOf(eventType);
    }
}
