package dev.belay.delivery;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.CatalogStore;
import dev.belay.signal.SignalListener;
import dev.belay.time.Time;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What a [Dispatcher] works with.
///
/// @param catalog the snapshot in force
/// @param ids numbers for lease tokens, each unlike any other ever made
/// @param standings where a destination's standing is kept: read at the start, written when a
///   destination is disabled
/// @param wakeups tell other nodes of work that this one gives back
/// @param reads runs what waits for the store or takes long: reading events, validating them,
///   storing a standing. Virtual threads in production; `Runnable::run` where everything is to
///   happen in order on one thread
/// @param sharing with other nodes on the store, null: this is the only one
public record DispatcherParts(
        Supplier<Catalog> catalog,
        DeliveryQueue queue,
        Transport transport,
        Notices notices,
        Time time,
        RandomGenerator random,
        LongSupplier ids,
        SignalListener signals,
        CatalogStore standings,
        Wakeups wakeups,
        Executor reads,
        @Nullable Sharing sharing) {
    /// Those of a node that shares its store with no other.
    public DispatcherParts(
            Supplier<Catalog> catalog,
            DeliveryQueue queue,
            Transport transport,
            Notices notices,
            Time time,
            RandomGenerator random,
            LongSupplier ids,
            SignalListener signals,
            CatalogStore standings,
            Wakeups wakeups,
            Executor reads) {
        this(
                catalog, queue, transport, notices, time, random, ids, signals, standings, wakeups,
                reads, null);
    }
}
