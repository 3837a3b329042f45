package dev.belay.delivery;

import dev.belay.event.DeliveryId;
import org.jspecify.annotations.Nullable;

/// A delivery to be created together with its event, or for an old event by a replay.
///
/// @param destination name of the destination
/// @param subscription name of the subscription
/// @param replayOf the delivery it repeats, null for an original
/// @param state [DeliveryState.Leased] when the creating node will try it at once (its first
///   attempt then counts as begun), [DeliveryState.Due], [DeliveryState.Held] or
///   [DeliveryState.Dead]
public record NewDelivery(
        String destination,
        String subscription,
        @Nullable DeliveryId replayOf,
        DeliveryState state) {}
