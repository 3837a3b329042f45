package dev.belay.system.simulation;

import dev.belay.catalog.Catalog;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.delivery.DispatcherLimits;
import dev.belay.delivery.Transport;
import dev.belay.history.HistoryIndex;
import dev.belay.ingest.EventJournal;
import dev.belay.testkit.MemoryStore;
import dev.belay.time.Time;
import java.time.Duration;
import java.time.Instant;

/// A mistake that somebody could make, put in place of a part of the engine or of the store. The
/// simulator has to find each.
interface PlantedBug {
    /// No mistake.
    PlantedBug NONE = new PlantedBug() {};

    /// Mistakes of a node on a shared store that are no part in another's place.
    enum Mistake {
        /// It leases whatever the age of its last sign of life.
        NO_SIGN_FIRST,
        /// It dates a sign of life by when it hears that it arrived.
        DATES_SIGNS_LATE,
        /// It leaves alone what the process before it held.
        NO_INHERITANCE,
        /// Its number is always the same.
        ONE_NUMBER,
        /// It leaves the nodes before its attempts have ended.
        LEAVES_FIRST,
        /// It buries what others may have declared.
        BURIES_UNKNOWN
    }

    /// Whether this mistake is made.
    default boolean makes(Mistake mistake) {
        return false;
    }

    /// How long after its end the lease of a node that is gone is taken over.
    default Duration takeOverMargin(Duration real) {
        return real;
    }

    /// The disk, as the store's writer changes it.
    ///
    /// @param memory what is on it
    default Disk disk(Disk disk, MemoryStore memory) {
        return disk;
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
