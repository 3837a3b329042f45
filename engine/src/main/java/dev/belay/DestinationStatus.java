package dev.belay;

import dev.belay.catalog.CatalogStore.Standing;
import dev.belay.delivery.CircuitView;

/// How a destination stands now.
///
/// @param standing whether it is tried at all
/// @param circuit its circuit and queue at this node
public record DestinationStatus(Standing standing, CircuitView circuit) {}
