package dev.belay.signature;

/// Where a sender's keys are published.
public sealed interface Publication {
    /// At one place, which the catalogue or the operator names.
    record At(KeyPlace place) implements Publication {}

    /// In a certificate whose URL is in the request; only on the pinned hosts.
    ///
    /// @param url where in the request
    /// @param pin which hosts
    record Certificate(Location url, HostPin pin) implements Publication {}

    /// Where that is, in words.
    default String words() {
        return switch (this) {
            case At(KeyPlace place) -> place.url().toString();
            case Certificate(Location where, HostPin pin) ->
                    "the certificate that %s names, on %s"
                            .formatted(where.words(), String.join(" or ", pin.hosts()));
        };
    }
}
