package dev.belay.planted.order.event;

import dev.belay.planted.order.delivery.Downward;

/// Breaks the order of packages, on purpose.
record Upward(Downward downward) {}
