package dev.belay.catalog;

import dev.belay.signature.Secret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The secrets of a source.
///
/// @param current accepted without end; several while rotating
/// @param retiring accepted until their time, so that a sender may change over meanwhile
/// @param handshakeToken what the operator gave the sender to show when it registers the URL, or
///   null
public record SourceSecrets(
        List<Secret> current, List<Retiring> retiring, @Nullable Secret handshakeToken) {
    /// None: for a source that verifies nothing.
    public static final SourceSecrets NONE = of();

    public SourceSecrets {
        current = List.copyOf(current);
        retiring = List.copyOf(retiring);
    }

    /// Secrets that are all accepted without end.
    public static SourceSecrets of(Secret... current) {
        return new SourceSecrets(List.of(current), List.of(), null);
    }

    /// The secrets accepted at a time, current ones first.
    public List<Secret> acceptedAt(Instant now) {
        if (retiring.isEmpty()) {
            return current;
        }
        List<Secret> accepted = new ArrayList<>(current);
        for (Retiring old : retiring) {
            if (now.isBefore(old.until())) {
                accepted.add(old.secret());
            }
        }
        return accepted;
    }

    /// The same with a handshake token.
    public SourceSecrets withHandshakeToken(@Nullable Secret token) {
        return new SourceSecrets(current, retiring, token);
    }

    /// A secret on its way out.
    ///
    /// @param until by the wall clock; from then on it is refused
    public record Retiring(Secret secret, Instant until) {}
}
