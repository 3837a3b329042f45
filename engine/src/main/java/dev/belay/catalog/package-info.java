/// What the operator declared: sources, destinations, subscriptions and their policies. Immutable
/// entries; the running gateway holds one [dev.belay.catalog.Catalog] and swaps it whole.
package dev.belay.catalog;
