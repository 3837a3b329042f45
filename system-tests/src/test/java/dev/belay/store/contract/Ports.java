package dev.belay.store.contract;

import dev.belay.catalog.CatalogStore;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.history.HistoryIndex;
import dev.belay.ingest.EventJournal;

/// Every storage port of one open store.
public record Ports(
        EventJournal journal, DeliveryQueue queue, HistoryIndex history, CatalogStore catalog) {
    /// The ports of an adapter that is all of them.
    public static <S extends EventJournal & DeliveryQueue & HistoryIndex & CatalogStore> Ports of(
            S store) {
        return new Ports(store, store, store, store);
    }
}
