package dev.belay;

import dev.belay.catalog.CatalogStore;
import dev.belay.catalog.Destination;
import dev.belay.delivery.CircuitView;

/// A destination as it stands.
///
/// @param declared as declared
/// @param standing whether it is tried at all
/// @param circuit its circuit and queue
public record DestinationStatus(
        Destination declared, CatalogStore.Standing standing, CircuitView circuit) {}
