/// Placeholder.
package dev.belay.server;
