package dev.belay.catalog;

import dev.belay.signature.Location;
import dev.belay.signature.Provider;
import dev.belay.signature.Secret;
import java.util.List;

/// An inbound URL, `/in/{name}`.
///
/// @param name unique among sources
/// @param provider how the sender signs, names its events and wants to be answered; an inline
///   scheme is a provider named `custom`
/// @param secrets what it verifies with; none only for an unverified source
/// @param eventId where the external id is, first match wins
/// @param eventType where the type is, first match wins
/// @param dedupe how repeated requests are recognised
/// @param limits what it takes
public record Source(
        String name,
        Provider provider,
        SourceSecrets secrets,
        List<Location> eventId,
        List<Location> eventType,
        DedupeRule dedupe,
        InboundLimits limits) {
    /// A source with everything as its provider documents it.
    ///
    /// @param secrets those accepted; none only where the provider's scheme verifies nothing
    public static Source of(String name, Provider provider, Secret... secrets) {
        return new Source(
                name,
                provider,
                SourceSecrets.of(secrets),
                provider.eventId(),
                provider.eventType(),
                DedupeRule.DEFAULT,
                InboundLimits.ofBody(provider.bodyLimitBytes()));
    }

    public Source {
        eventId = List.copyOf(eventId);
        eventType = List.copyOf(eventType);
    }

    /// The same with other secrets.
    public Source with(SourceSecrets other) {
        return new Source(name, provider, other, eventId, eventType, dedupe, limits);
    }

    /// The same with another rule for repeats.
    public Source with(DedupeRule other) {
        return new Source(name, provider, secrets, eventId, eventType, other, limits);
    }

    /// The same with other limits.
    public Source with(InboundLimits other) {
        return new Source(name, provider, secrets, eventId, eventType, dedupe, other);
    }
}
