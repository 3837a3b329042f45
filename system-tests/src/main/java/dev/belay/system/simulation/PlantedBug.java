package dev.belay.system.simulation;

import dev.belay.catalog.Catalog;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.delivery.DispatcherLimits;
import dev.belay.delivery.Transport;
import dev.belay.history.HistoryIndex;
import dev.belay.ingest.EventJournal;
import dev.belay.testkit.MemoryStore;
import dev.belay.time.Time;
import java.time.Instant;

/// A mistake that somebody could make, put in place of a part of the engine or of the store. The
/// simulator has to find each.
interface PlantedBug {
    /// No mistake.
    PlantedBug NONE = new PlantedBug() {};

    /// The disk, as the store's writer changes it.
    default Disk disk(MemoryStore memory) {
        return Disk.of(memory);
    }

    /// A process has started on this disk.
    default void booted(MemoryStore memory, Instant now) {}

    /// The journal, as the ingest uses it.
    ///
    /// @param history the same store's
    default EventJournal journal(EventJournal journal, HistoryIndex history) {
        return journal;
    }

    /// The queue, as the dispatcher uses it.
    ///
    /// @param journal the same store's
    default DeliveryQueue queue(DeliveryQueue queue, EventJournal journal) {
        return queue;
    }

    default Transport transport(Transport transport) {
        return transport;
    }

    /// What the dispatcher takes for declared.
    default Catalog catalogOfDispatcher(Catalog declared) {
        return declared;
    }

    /// What the ingest takes for declared.
    default Catalog catalogOfIngest(Catalog declared) {
        return declared;
    }

    default DispatcherLimits limits(DispatcherLimits declared) {
        return declared;
    }

    default Time time(Time steady) {
        return steady;
    }
}
