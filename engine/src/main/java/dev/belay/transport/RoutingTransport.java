package dev.belay.transport;

import dev.belay.catalog.Destination;
import dev.belay.delivery.Transport;
import java.util.concurrent.CompletableFuture;

/// Hands each attempt to the transport of its destination's kind.
///
/// @param http for endpoints
/// @param handlers for handlers in this process
public record RoutingTransport(Transport http, Transport handlers) implements Transport {
    @Override
    public CompletableFuture<Sent> send(Sending sending) {
        return switch (sending.destination()) {
            case Destination.Http _ -> http.send(sending);
            case Destination.Handler _ -> handlers.send(sending);
        };
    }
}
