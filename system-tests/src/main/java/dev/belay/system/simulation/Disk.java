package dev.belay.system.simulation;

import dev.belay.catalog.CatalogStore;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.history.HistoryIndex;
import dev.belay.ingest.EventJournal;
import dev.belay.testkit.MemoryStore;
import java.time.Instant;

/// The durable state, as the simulated store's writer changes it: what is changed here is on disk.
record Disk(
        EventJournal journal,
        DeliveryQueue queue,
        HistoryIndex history,
        Purge purge,
        CatalogStore catalog) {
    /// [HistoryIndex#purge].
    @FunctionalInterface
    interface Purge {
        int purge(Instant deliveredBefore, Instant deadBefore, Instant now, int limit);
    }

    static Disk of(MemoryStore memory) {
        return new Disk(memory, memory, memory, memory::purge, memory);
    }

    Disk withJournal(EventJournal other) {
        return new Disk(other, queue, history, purge, catalog);
    }

    Disk withQueue(DeliveryQueue other) {
        return new Disk(journal, other, history, purge, catalog);
    }

    Disk withPurge(Purge other) {
        return new Disk(journal, queue, history, other, catalog);
    }
}
