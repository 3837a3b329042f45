package dev.belay.ingest;

import dev.belay.catalog.Catalog;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.event.Event;
import dev.belay.signal.SignalListener;
import dev.belay.time.Time;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What an [Ingest] works with.
///
/// @param catalog the snapshot in force
/// @param firstState the state in which a delivery is to be created now
/// @param handOver takes the deliveries once they are stored
/// @param ids numbers for events, each larger than the one before
public record IngestParts(
        Supplier<Catalog> catalog,
        EventJournal journal,
        FirstState firstState,
        BiConsumer<Event, List<Delivery>> handOver,
        Time time,
        LongSupplier ids,
        SignalListener signals) {
    /// Decides the state in which a delivery is created.
    @FunctionalInterface
    public interface FirstState {
        /// @param bodyBytes length of the event's body
        DeliveryState of(String destination, int bodyBytes);
    }
}
