/// One event to one destination, until settled. The decisions are pure (`Settlement`,
/// `CircuitBreaker`); the `Dispatcher` carries them out through two ports,
/// [dev.belay.delivery.DeliveryQueue] and [dev.belay.delivery.Transport].
package dev.belay.delivery;
