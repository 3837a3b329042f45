package dev.belay.system.simulation;

import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.history.HistoryIndex.EventSummary;
import dev.belay.ingest.EventJournal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Mistakes at the door of the store.
final class JournalBugs {
    private JournalBugs() {}

    /// Says that an event is stored before it is: what is written then is written behind its back.
    static EventJournal answersFirst(EventJournal journal) {
        return new ForwardingJournal(journal) {
            @Override
            public CompletableFuture<Appended> append(Append append) {
                var _ = real.append(withoutLeases(append));
                return CompletableFuture.completedFuture(new Appended.Stored(List.of()));
            }
        };
    }

    private static EventJournal.Append withoutLeases(EventJournal.Append append) {
        Event event = append.event();
        List<NewDelivery> due =
                append.deliveries().stream()
                        .map(
                                made ->
                                        made.state() instanceof DeliveryState.Leased
                                                ? new NewDelivery(
                                                        made.destination(),
                                                        made.subscription(),
                                                        made.replayOf(),
                                                        new DeliveryState.Due(event.receivedAt()))
                                                : made)
                        .toList();
        return new EventJournal.Append(event, append.key(), append.keyExpiresAt(), due);
    }

    /// Looks for the key, and stores without it when it is not there yet.
    static EventJournal checksThenInserts(EventJournal journal, HistoryIndex history) {
        return new ForwardingJournal(journal) {
            @Override
            public CompletableFuture<Appended> append(Append append) {
                Event event = append.event();
                if (append.key() == null || event.externalId() == null) {
                    return real.append(append);
                }
                List<EventSummary> found;
                try {
                    found =
                            history.events(
                                            new EventQuery(
                                                    event.source(),
                                                    null,
                                                    event.externalId(),
                                                    null,
                                                    null,
                                                    null,
                                                    null),
                                            1,
                                            null)
                                    .items();
                } catch (StoreFailure failure) {
                    return CompletableFuture.failedFuture(failure);
                }
                if (!found.isEmpty()) {
                    boolean same =
                            history.event(found.getFirst().id())
                                    .map(first -> first.body().equals(event.body()))
                                    .orElse(true);
                    return CompletableFuture.completedFuture(
                            new Appended.AlreadySeen(found.getFirst().id(), same));
                }
                return real.append(
                        new Append(event, null, append.keyExpiresAt(), append.deliveries()));
            }
        };
    }

    /// Takes a full disk for no trouble of the sender's.
    static EventJournal dropsWhenFull(EventJournal journal) {
        return new ForwardingJournal(journal) {
            @Override
            public CompletableFuture<Appended> append(Append append) {
                return real.append(append)
                        .exceptionallyCompose(
                                error ->
                                        error instanceof StoreFailure failure
                                                        && failure.kind() == StoreFailure.Kind.FULL
                                                ? CompletableFuture.completedFuture(
                                                        new Appended.Stored(List.of()))
                                                : CompletableFuture.failedFuture(error));
            }
        };
    }

    /// Takes a commit whose outcome is unknown for made.
    static EventJournal trustsUnknown(EventJournal journal) {
        return new ForwardingJournal(journal) {
            @Override
            public CompletableFuture<Appended> append(Append append) {
                return real.append(append)
                        .exceptionallyCompose(
                                error ->
                                        error instanceof StoreFailure failure
                                                        && failure.outcomeUnknown()
                                                ? CompletableFuture.completedFuture(
                                                        new Appended.Stored(List.of()))
                                                : CompletableFuture.failedFuture(error));
            }
        };
    }

    /// Takes a commit whose outcome is unknown for one that was not made, and stores the event
    /// again by itself, under another id.
    static EventJournal repeatsUnknown(EventJournal journal) {
        return new ForwardingJournal(journal) {
            @Override
            public CompletableFuture<Appended> append(Append append) {
                return real.append(append)
                        .exceptionallyCompose(
                                error ->
                                        error instanceof StoreFailure failure
                                                        && failure.outcomeUnknown()
                                                ? real.append(again(append))
                                                : CompletableFuture.failedFuture(error));
            }
        };
    }

    private static EventJournal.Append again(EventJournal.Append append) {
        Event event = append.event();
        // A second later, by the same node.
        EventId other = new EventId(event.id().value() + (1_000L << 22));
        return withoutLeases(
                new EventJournal.Append(
                        new Event(
                                other,
                                event.source(),
                                event.type(),
                                event.externalId(),
                                event.receivedAt(),
                                event.headers(),
                                event.body()),
                        null,
                        append.keyExpiresAt(),
                        append.deliveries()));
    }

    /// Stores the body tidied up.
    static EventJournal tidiesBodies(EventJournal journal) {
        return new ForwardingJournal(journal) {
            @Override
            public CompletableFuture<Appended> append(Append append) {
                Event event = append.event();
                byte[] tidy =
                        new String(event.body().bytes(), StandardCharsets.UTF_8)
                                .strip()
                                .getBytes(StandardCharsets.UTF_8);
                return real.append(
                        new Append(
                                new Event(
                                        event.id(),
                                        event.source(),
                                        event.type(),
                                        event.externalId(),
                                        event.receivedAt(),
                                        event.headers(),
                                        Body.of(tidy)),
                                append.key(),
                                append.keyExpiresAt(),
                                append.deliveries()));
            }
        };
    }

    /// Stores an event without the last of its deliveries.
    static EventJournal losesADelivery(EventJournal journal) {
        return new ForwardingJournal(journal) {
            @Override
            public CompletableFuture<Appended> append(Append append) {
                List<NewDelivery> all = append.deliveries();
                return real.append(
                        all.size() < 2
                                ? append
                                : new Append(
                                        append.event(),
                                        append.key(),
                                        append.keyExpiresAt(),
                                        all.subList(0, all.size() - 1)));
            }
        };
    }
}
