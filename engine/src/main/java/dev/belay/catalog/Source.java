package dev.belay.catalog;

import dev.belay.signature.Location;
import dev.belay.signature.Provider;
import dev.belay.signature.Secret;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An inbound URL, `/in/{name}`.
///
/// @param name unique among sources
/// @param provider how the sender signs, names its events and wants to be answered; an inline
///   scheme is a provider named `custom`
/// @param secrets those accepted now, several while rotating; empty only for an unverified source
///   and for one whose sender publishes its keys
/// @param eventId where the external id is, first match wins
/// @param eventType where the type is, first match wins
/// @param dedupeWindow how long an external id is remembered; longer than any retry horizon
/// @param bodyLimitBytes largest body accepted
/// @param handshakeToken what the operator gave the sender to show when it registers the URL, or
///   null
public record Source(
        String name,
        Provider provider,
        List<Secret> secrets,
        List<Location> eventId,
        List<Location> eventType,
        Duration dedupeWindow,
        int bodyLimitBytes,
        @Nullable Secret handshakeToken) {
    /// How long external ids are remembered where nothing is declared: 7 days.
    public static final Duration DEFAULT_DEDUPE_WINDOW = Duration.ofDays(7);

    /// A source with everything as its provider documents it.
    ///
    /// @param secrets those accepted now; none only where the provider's scheme verifies nothing
    public static Source of(String name, Provider provider, Secret... secrets) {
        return new Source(
                name,
                provider,
                List.of(secrets),
                provider.eventId(),
                provider.eventType(),
                DEFAULT_DEDUPE_WINDOW,
                provider.bodyLimitBytes(),
                null);
    }

    /// @throws IllegalArgumentException when the provider leaves something open that nobody has
    ///   said
    public Source {
        if (!provider.settings().isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: the setting %s is missing"
                            .formatted(name, provider.settings().getFirst().name()));
        }
        secrets = List.copyOf(secrets);
        eventId = List.copyOf(eventId);
        eventType = List.copyOf(eventType);
    }
}
