/// HTTP and in-process handlers behind the transport port, and the guard that refuses addresses.
/// Not exported.
package dev.belay.transport;
