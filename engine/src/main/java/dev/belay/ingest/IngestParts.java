package dev.belay.ingest;

import dev.belay.catalog.Catalog;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.Notices;
import dev.belay.event.Event;
import dev.belay.signal.SignalListener;
import dev.belay.time.Time;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What an [Ingest] works with.
///
/// @param catalog the snapshot in force
/// @param ids numbers for events, each higher than the one before
/// @param handOver the dispatcher's side
public record IngestParts(
        Supplier<Catalog> catalog,
        EventJournal journal,
        HandOver handOver,
        Notices notices,
        LongSupplier ids,
        Time time,
        SignalListener signals) {
    /// What the dispatcher does for new events.
    public interface HandOver extends Router.FirstState {
        /// Takes over deliveries that have just been stored.
        void handOver(Event event, List<Delivery> stored);
    }
}
