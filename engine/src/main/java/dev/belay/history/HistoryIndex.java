package dev.belay.history;

import dev.belay.delivery.Attempt;
import dev.belay.delivery.Delivery;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.ingest.EventJournal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The store of what happened, as the API and the command line need it. Reads never wait for
/// writes. Lists are newest first and read at most [#MAX_SCAN] rows a call, so a page can be short
/// while more follows: only a null cursor is the end.
public interface HistoryIndex {
    /// Most rows one call looks at.
    int MAX_SCAN = 20_000;

    /// Events that match, newest first, without headers and bodies.
    Page<EventSummary> events(EventQuery query, int limit, @Nullable String cursor);

    /// An event with headers and body.
    Optional<Event> event(EventId id);

    /// Deliveries that match, newest event first.
    Page<Delivery> deliveries(DeliveryQuery query, int limit, @Nullable String cursor);

    /// One delivery.
    Optional<Delivery> delivery(DeliveryId id);

    /// The deliveries of an event, by ordinal.
    List<Delivery> deliveriesOf(EventId event);

    /// The attempts of a delivery, by number.
    List<Attempt> attempts(DeliveryId delivery);

    /// The latest rejected requests of a source, newest first.
    List<EventJournal.Reject> rejects(String source, int limit);

    /// How many deliveries stand where, by destination. Counted at most once a second.
    Stats stats();

    /// Removes what is older than the windows: delivered and cancelled deliveries with their
    /// attempts, dead ones, events of which nothing is left, rejected requests and expired dedupe
    /// keys. Never removes anything unfinished, nor an event with an unfinished delivery. Handles
    /// at most `limit` events, or a whole stretch of time where that costs no more, and says how
    /// many it removed.
    int purge(Instant deliveredBefore, Instant deadBefore, Instant now, int limit);

    /// A part of a list.
    ///
    /// @param nextCursor where to go on, null at the end
    record Page<T>(List<T> items, @Nullable String nextCursor) {
        public Page {
            items = List.copyOf(items);
        }
    }

    /// What an event list shows.
    ///
    /// @param bodyBytes length of the body
    record EventSummary(
            EventId id,
            String source,
            @Nullable String type,
            @Nullable String externalId,
            Instant receivedAt,
            int bodyBytes) {}

    /// Which events; null means any.
    ///
    /// @param externalId the sender's id; an event that a dedupe key leads to may come before newer
    ///   ones that have to be searched for
    /// @param status a delivery of the event stands there (`due`, `leased`, `held`, `delivered`,
    ///   `dead`, `cancelled`)
    /// @param since received at or after
    /// @param until received before
    /// @param text found in the body, as UTF-8 bytes
    record EventQuery(
            @Nullable String source,
            @Nullable String type,
            @Nullable String externalId,
            @Nullable String status,
            @Nullable Instant since,
            @Nullable Instant until,
            @Nullable String text) {
        /// Every event.
        public static final EventQuery ALL =
                new EventQuery(null, null, null, null, null, null, null);
    }

    /// Which deliveries; null means any.
    ///
    /// @param status as [dev.belay.delivery.DeliveryState#word()]
    /// @param reason of a dead one, as [dev.belay.delivery.DeadReason#word()]
    /// @param since event received at or after
    /// @param until event received before
    record DeliveryQuery(
            @Nullable String status,
            @Nullable String destination,
            @Nullable String source,
            @Nullable String type,
            @Nullable EventId event,
            @Nullable String reason,
            @Nullable Instant since,
            @Nullable Instant until) {
        /// Every delivery.
        public static final DeliveryQuery ALL =
                new DeliveryQuery(null, null, null, null, null, null, null, null);
    }

    /// Counts.
    ///
    /// @param oldestDue how long the earliest due delivery has been due, null when none is
    record Stats(long events, List<Count> deliveries, @Nullable Duration oldestDue) {
        public Stats {
            deliveries = List.copyOf(deliveries);
        }

        /// Deliveries of one destination in one state.
        public record Count(String destination, String status, long count) {}
    }
}
