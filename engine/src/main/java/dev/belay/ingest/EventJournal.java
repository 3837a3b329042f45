package dev.belay.ingest;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.NewDelivery;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The store of events, as the door needs it.
public interface EventJournal {
    /// Stores an event, its dedupe key and all its deliveries in one durable commit, unless the key
    /// is known. Exact under any number of concurrent copies, at any number of nodes. A key is
    /// known until its time is over by the new event's clock, also when its event is gone. The
    /// future completes exceptionally only with [dev.belay.delivery.StoreFailure].
    CompletableFuture<Appended> append(Append append);

    /// Creates further deliveries of events stored before, in one durable commit; their ordinals
    /// follow those in use. Events that are not there are passed over; a replay of another event's
    /// delivery is refused, and then none is made.
    CompletableFuture<List<Delivery>> replay(List<Redelivery> redeliveries, Instant now);

    /// Keeps a rejected request for the operator to look at. Not durable, sampled at each node and
    /// capped: the oldest of a source make room.
    void reject(Reject reject);

    /// The highest number any stored id of any node has had, 0 when nothing was ever stored: ids
    /// made after a restart begin above it.
    long highestId();

    /// An event to store.
    ///
    /// @param key null where nothing identifies the event
    /// @param keyExpiresAt until when the key is remembered
    /// @param deliveries its deliveries, numbered from 0 in this order
    record Append(
            Event event,
            @Nullable DedupeKey key,
            Instant keyExpiresAt,
            List<NewDelivery> deliveries) {
        public Append {
            deliveries = List.copyOf(deliveries);
        }
    }

    /// A new delivery of an old event.
    record Redelivery(EventId event, NewDelivery delivery) {}

    /// A rejected request.
    ///
    /// @param reason the true one, such as `mismatch`
    /// @param request what came; its body is kept up to a cap
    record Reject(Instant at, String source, String reason, InboundRequest request) {}

    /// What became of an append.
    sealed interface Appended {
        /// Stored.
        record Stored(List<Delivery> deliveries) implements Appended {}

        /// The key was known.
        ///
        /// @param first the event stored under it
        /// @param sameBody whether its body is the same; true also when the first one's body is no
        ///   longer kept
        record AlreadySeen(EventId first, boolean sameBody) implements Appended {}
    }
}
