package dev.belay.signature;

import java.util.List;

/// A catalogue entry: how one kind of sender signs, names and expects to be answered.
///
/// @param name as written under `scheme:` in the configuration, such as `github`
/// @param title as the provider writes itself, such as `GitHub`
/// @param scheme how it signs
/// @param eventId where its own id of the event is, first match wins; empty where it has none
/// @param eventType where the type is, first match wins; empty where it has none
/// @param acknowledgement how it wants to be answered
/// @param handshakes what it asks when an endpoint is registered, and later
/// @param bodyLimitBytes largest body it sends
/// @param habits what else an operator should know of it
/// @param provenance what the entry was made from
/// @param settings what the operator has still to say before the entry can be used; examples stand
///   in its place. See [Providers#named(String, Map)]
/// @param samples what its webhooks look like; the first is the most common
public record Provider(
        String name,
        String title,
        Scheme scheme,
        List<Location> eventId,
        List<Location> eventType,
        Acknowledgement acknowledgement,
        List<Handshake> handshakes,
        int bodyLimitBytes,
        Habits habits,
        Provenance provenance,
        List<Setting> settings,
        Samples.Kit samples) {
    /// Body limit where the provider documents none: 5 MiB.
    public static final int DEFAULT_BODY_LIMIT_BYTES = 5 * 1024 * 1024;

    public Provider {
        eventId = List.copyOf(eventId);
        eventType = List.copyOf(eventType);
        handshakes = List.copyOf(handshakes);
        settings = List.copyOf(settings);
    }

    /// What nothing in Belay depends on.
    ///
    /// @param deadline how long the sender waits for an answer, as text; empty where nobody says
    /// @param retries what it does without one; empty where nobody says
    /// @param notes what is easy to get wrong
    public record Habits(String deadline, String retries, List<String> notes) {
        /// Nothing known.
        public static final Habits UNKNOWN = new Habits("", "", List.of());

        public Habits {
            notes = List.copyOf(notes);
        }
    }

    /// What an entry was made from.
    ///
    /// @param reference the provider's document
    /// @param seen what was looked at, such as a library and its version
    /// @param confidence how sure that makes
    public record Provenance(String reference, String seen, Confidence confidence) {}

    /// A sender that is in no catalogue, described by whoever receives from it.
    public static Provider custom(Scheme scheme, List<Location> eventId, List<Location> eventType) {
        return new Provider(
                "custom",
                "custom",
                scheme,
                eventId,
                eventType,
                Acknowledgement.ACCEPTED,
                List.of(),
                DEFAULT_BODY_LIMIT_BYTES,
                Habits.UNKNOWN,
                new Provenance("", "", Confidence.A),
                List.of(),
                Samples.Kit.EMPTY);
    }
}
