package dev.belay;

import dev.belay.catalog.CatalogStore;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.delivery.Sharing;
import dev.belay.delivery.Wakeups;
import dev.belay.history.HistoryIndex;
import dev.belay.ingest.EventJournal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The storage ports of one store. [Gateway#open(GatewayConfig)] makes them of the configuration.
///
/// @param wakeups how nodes that share the store wake each other
/// @param failure why the store does not work, null while it does
/// @param close closes it
/// @param node the number that the store has given this process, null where the configured one
///   holds
/// @param warning what an operator should know of the store although it works; empty when nothing
/// @param sharing limits and circuits with other processes on the store, null: there are none
public record Stores(
        EventJournal journal,
        DeliveryQueue queue,
        HistoryIndex history,
        CatalogStore catalog,
        Wakeups wakeups,
        Supplier<@Nullable String> failure,
        Runnable close,
        @Nullable Integer node,
        String warning,
        @Nullable Sharing sharing) {
    /// Whether other processes may be at work on the same store.
    boolean isShared() {
        return sharing != null;
    }

    /// Those of a store for one process.
    public Stores(
            EventJournal journal,
            DeliveryQueue queue,
            HistoryIndex history,
            CatalogStore catalog,
            Supplier<@Nullable String> failure,
            Runnable close) {
        this(journal, queue, history, catalog, Wakeups.NONE, failure, close, null, "", null);
    }
}
