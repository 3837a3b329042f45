package dev.belay.history;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.NewDelivery;
import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.history.HistoryIndex.Page;
import dev.belay.ingest.EventJournal;
import dev.belay.ingest.EventJournal.Redelivery;
import dev.belay.signal.Signal;
import dev.belay.signal.SignalListener;
import dev.belay.time.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Makes new deliveries for old events. What happened stays as it was: a replay is a delivery of
/// its own, which names the one it repeats, carries the same event id and the same bytes, and is
/// due at once. Safe for use by many threads.
public final class Replays {
    /// Deliveries replayed by one call over a filter; a longer list goes on from the cursor.
    public static final int BATCH = 1_000;

    private final HistoryIndex history;
    private final EventJournal journal;
    private final BiConsumer<String, Instant> noteDue;
    private final Time time;
    private final SignalListener signals;

    /// @param noteDue told the destination and the time of what became due
    public Replays(
            HistoryIndex history,
            EventJournal journal,
            BiConsumer<String, Instant> noteDue,
            Time time,
            SignalListener signals) {
        this.history = history;
        this.journal = journal;
        this.noteDue = noteDue;
        this.time = time;
        this.signals = signals;
    }

    /// Replays one finished delivery. The future completes when the new one is durable; with
    /// nothing when there is no such delivery, or it is not finished and so needs no replay. Fails
    /// with [dev.belay.delivery.StoreFailure].
    public CompletableFuture<Outcome> delivery(DeliveryId id) {
        Delivery old = history.delivery(id).orElse(null);
        if (old == null) {
            return CompletableFuture.completedFuture(new Outcome.NotFound());
        }
        if (!isFinished(old)) {
            return CompletableFuture.completedFuture(new Outcome.Unfinished());
        }
        return again(List.of(old)).thenApply(Outcome.Made::new);
    }

    /// Replays an event to every destination it went to, or to one of them: once each, however
    /// often it was replayed before. Deliveries that are not finished are left alone.
    ///
    /// @param destination null for all
    public CompletableFuture<Outcome> event(EventId id, @Nullable String destination) {
        List<Delivery> all = history.deliveriesOf(id);
        if (all.isEmpty() && history.event(id).isEmpty()) {
            return CompletableFuture.completedFuture(new Outcome.NotFound());
        }
        List<Delivery> latest = new ArrayList<>();
        for (Delivery d : all.reversed()) {
            boolean wanted = destination == null || destination.equals(d.destination());
            if (wanted && latest.stream().noneMatch(l -> sameTarget(l, d))) {
                latest.add(d);
            }
        }
        latest.removeIf(d -> !isFinished(d));
        return again(latest).thenApply(Outcome.Made::new);
    }

    /// Counts what [#matching] would replay from here on, as far as one look goes.
    public Counted count(DeliveryQuery query, @Nullable String cursor) {
        int count = 0;
        String next = cursor;
        for (int looks = 0; looks < MAX_LOOKS; looks++) {
            Page<Delivery> page = history.deliveries(query, BATCH, next);
            count += (int) page.items().stream().filter(Replays::isFinished).count();
            next = page.nextCursor();
            if (next == null) {
                return new Counted(count, null);
            }
        }
        return new Counted(count, next);
    }

    private static final int MAX_LOOKS = 1_000;

    /// Replays finished deliveries that match, newest event first, at most [#BATCH] of them; the
    /// answer says where to go on, so that a long replay can be stopped and taken up again. New
    /// deliveries that it makes are not replayed once more: the list goes from new events to old.
    public CompletableFuture<Batch> matching(DeliveryQuery query, @Nullable String cursor) {
        Page<Delivery> page = history.deliveries(query, BATCH, cursor);
        List<Delivery> finished = page.items().stream().filter(Replays::isFinished).toList();
        return again(finished).thenApply(made -> new Batch(made.size(), page.nextCursor()));
    }

    private CompletableFuture<List<Delivery>> again(List<Delivery> old) {
        if (old.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        Instant now = time.now();
        List<Redelivery> redeliveries = new ArrayList<>(old.size());
        for (Delivery d : old) {
            redeliveries.add(
                    new Redelivery(
                            d.id().event(),
                            new NewDelivery(
                                    d.destination(),
                                    d.subscription(),
                                    d.id(),
                                    new DeliveryState.Due(now))));
        }
        return journal.replay(redeliveries, now)
                .thenApply(
                        made -> {
                            for (Delivery d : made) {
                                signals.on(
                                        new Signal.Replayed(
                                                d.id().event(), d.id(), d.destination()));
                                noteDue.accept(d.destination(), now);
                            }
                            return made;
                        });
    }

    private static boolean sameTarget(Delivery a, Delivery b) {
        return a.destination().equals(b.destination()) && a.subscription().equals(b.subscription());
    }

    private static boolean isFinished(Delivery delivery) {
        return switch (delivery.state()) {
            case DeliveryState.Delivered _, DeliveryState.Dead _, DeliveryState.Cancelled _ -> true;
            case DeliveryState.Due _, DeliveryState.Leased _, DeliveryState.Held _ -> false;
        };
    }

    /// What a replay came to.
    public sealed interface Outcome {
        /// New deliveries.
        record Made(List<Delivery> deliveries) implements Outcome {
            public Made {
                deliveries = List.copyOf(deliveries);
            }
        }

        /// There is no such delivery or event.
        record NotFound() implements Outcome {}

        /// The delivery still is under way.
        record Unfinished() implements Outcome {}
    }

    /// How many would be replayed.
    ///
    /// @param nextCursor where the count stopped, null when it is complete
    public record Counted(int count, @Nullable String nextCursor) {}

    /// What one batch replayed.
    ///
    /// @param nextCursor where to go on, null at the end
    public record Batch(int replayed, @Nullable String nextCursor) {}
}
