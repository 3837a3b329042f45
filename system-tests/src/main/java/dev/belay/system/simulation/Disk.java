package dev.belay.system.simulation;

import dev.belay.catalog.CatalogStore;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.history.HistoryIndex;
import dev.belay.ingest.EventJournal;
import dev.belay.testkit.MemoryStore;

/// The durable state, as the simulated store's writer changes it: what is changed here is on disk.
record Disk(
        EventJournal journal, DeliveryQueue queue, HistoryIndex history, CatalogStore catalog) {
    static Disk of(MemoryStore memory) {
        return new Disk(memory, memory, memory, memory);
    }

    Disk withQueue(DeliveryQueue other) {
        return new Disk(journal, other, history, catalog);
    }

    Disk withHistory(HistoryIndex other) {
        return new Disk(journal, queue, other, catalog);
    }
}
