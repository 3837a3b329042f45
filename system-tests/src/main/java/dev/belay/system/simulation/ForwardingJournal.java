package dev.belay.system.simulation;

import dev.belay.delivery.Delivery;
import dev.belay.ingest.EventJournal;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A journal that does what another does; what is overridden is the mistake.
class ForwardingJournal implements EventJournal {
    final EventJournal real;

    ForwardingJournal(EventJournal real) {
        this.real = real;
    }

    @Override
    public CompletableFuture<Appended> append(Append append) {
        return real.append(append);
    }

    @Override
    public CompletableFuture<List<Delivery>> replay(List<Redelivery> redeliveries, Instant now) {
        return real.replay(redeliveries, now);
    }

    @Override
    public void reject(Reject reject) {
        real.reject(reject);
    }

    @Override
    public long highestId() {
        return real.highestId();
    }
}
