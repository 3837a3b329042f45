package dev.belay.ingest;

import dev.belay.catalog.Catalog;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.Notices;
import dev.belay.event.Event;
import dev.belay.signal.SignalListener;
import dev.belay.signature.KeySource;
import dev.belay.time.Time;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What an [Ingest] works with.
///
/// @param catalog the snapshot in force
/// @param ids numbers for events, each higher than the one before
/// @param handOver the dispatcher's side
/// @param keys the keys that senders publish
/// @param visits fetches the URLs of handshakes
public record IngestParts(
        Supplier<Catalog> catalog,
        EventJournal journal,
        HandOver handOver,
        Notices notices,
        LongSupplier ids,
        Time time,
        SignalListener signals,
        KeySource keys,
        Visits visits) {
    /// What the dispatcher does for new events.
    public interface HandOver extends Router.FirstState {
        /// Takes over deliveries that have just been stored.
        void handOver(Event event, List<Delivery> stored);
    }

    /// Fetches URLs by which a sender learns that an endpoint is willing.
    @FunctionalInterface
    public interface Visits {
        /// Fetches nothing.
        Visits NONE = url -> CompletableFuture.completedFuture(false);

        /// Fetches the URL, which is the sender's own and pinned by the catalogue. The future never
        /// fails.
        ///
        /// @return whether it was answered well
        CompletableFuture<Boolean> fetch(URI url);
    }
}
