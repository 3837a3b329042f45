package dev.belay;

import dev.belay.catalog.CatalogStore;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.history.HistoryIndex;
import dev.belay.ingest.EventJournal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The storage ports of one store. [Gateway#open(GatewayConfig)] makes them of the data directory.
///
/// @param failure why the store does not work, null while it does
/// @param close closes it
public record Stores(
        EventJournal journal,
        DeliveryQueue queue,
        HistoryIndex history,
        CatalogStore catalog,
        Supplier<@Nullable String> failure,
        Runnable close) {}
