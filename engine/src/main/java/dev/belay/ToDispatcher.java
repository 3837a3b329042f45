package dev.belay;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Dispatcher;
import dev.belay.event.Event;
import dev.belay.ingest.IngestParts;
import java.util.List;

/// The dispatcher, as the door needs it.
record ToDispatcher(Dispatcher dispatcher) implements IngestParts.HandOver {
    @Override
    public DeliveryState of(String destination, int bodyBytes) {
        return dispatcher.firstState(destination, bodyBytes);
    }

    @Override
    public void handOver(Event event, List<Delivery> stored) {
        dispatcher.handOver(event, stored);
    }
}
