package dev.belay.testkit;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex;
import dev.belay.history.HistoryIndex.DeliveryQuery;
import dev.belay.history.HistoryIndex.EventQuery;
import dev.belay.history.HistoryIndex.EventSummary;
import dev.belay.history.HistoryIndex.Page;
import dev.belay.history.HistoryIndex.Stats;
import dev.belay.history.InvalidCursor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a [MemoryStore] holds, seen from the side of history: lists, counts, and what may go.
final class MemoryHistory {
    private final MemoryStore store;

    MemoryHistory(MemoryStore store) {
        this.store = store;
    }

    Page<EventSummary> events(EventQuery query, int limit, @Nullable String cursor) {
        EventId from = cursor == null ? null : read(cursor, EventId::parse);
        Map<EventId, Event> older =
                from == null
                        ? store.events.descendingMap()
                        : store.events.headMap(from, false).descendingMap();
        List<EventSummary> items = new ArrayList<>();
        EventId last = null;
        int scanned = 0;
        for (Event event : older.values()) {
            if (items.size() == limit || scanned == HistoryIndex.MAX_SCAN) {
                return new Page<>(items, cursor(last));
            }
            scanned++;
            last = event.id();
            if (matches(query, event)) {
                items.add(
                        new EventSummary(
                                event.id(),
                                event.source(),
                                event.type(),
                                event.externalId(),
                                event.receivedAt(),
                                event.body().length()));
            }
        }
        return new Page<>(items, null);
    }

    Page<Delivery> deliveries(DeliveryQuery query, int limit, @Nullable String cursor) {
        DeliveryId from = cursor == null ? null : read(cursor, DeliveryId::parse);
        Map<DeliveryId, MemoryDelivery> older =
                from == null
                        ? store.deliveries.descendingMap()
                        : store.deliveries.headMap(from, false).descendingMap();
        List<Delivery> items = new ArrayList<>();
        DeliveryId last = null;
        int scanned = 0;
        for (MemoryDelivery entry : older.values()) {
            if (items.size() == limit || scanned == HistoryIndex.MAX_SCAN) {
                return new Page<>(items, cursor(last));
            }
            scanned++;
            last = entry.delivery.id();
            if (matches(query, entry.delivery)) {
                items.add(entry.delivery);
            }
        }
        return new Page<>(items, null);
    }

    Stats stats(Instant now) {
        TreeMap<String, TreeMap<String, Long>> counts = new TreeMap<>();
        Duration oldest = null;
        for (MemoryDelivery entry : store.deliveries.values()) {
            Delivery delivery = entry.delivery;
            counts.computeIfAbsent(delivery.destination(), _ -> new TreeMap<>())
                    .merge(delivery.state().word(), 1L, Long::sum);
            if (delivery.state() instanceof DeliveryState.Due(Instant at) && !at.isAfter(now)) {
                Duration since = Duration.between(at, now);
                oldest = oldest == null || since.compareTo(oldest) > 0 ? since : oldest;
            }
        }
        List<Stats.Count> list = new ArrayList<>();
        counts.forEach(
                (destination, states) ->
                        states.forEach(
                                (status, count) ->
                                        list.add(new Stats.Count(destination, status, count))));
        return new Stats(store.events.size(), list, oldest);
    }

    /// Whether all of an event is over and past its window.
    boolean removable(Event event, Instant deliveredBefore, Instant deadBefore) {
        List<Delivery> all = store.deliveriesOf(event.id());
        if (all.isEmpty()) {
            return event.receivedAt().isBefore(deliveredBefore);
        }
        return all.stream()
                .allMatch(
                        delivery ->
                                switch (delivery.state()) {
                                    case DeliveryState.Due _,
                                            DeliveryState.Leased _,
                                            DeliveryState.Held _ ->
                                            false;
                                    case DeliveryState.Delivered(Instant at) ->
                                            at.isBefore(deliveredBefore);
                                    case DeliveryState.Cancelled(Instant at, _) ->
                                            at.isBefore(deliveredBefore);
                                    case DeliveryState.Dead(Instant at, _) ->
                                            at.isBefore(deadBefore);
                                });
    }

    private boolean matches(EventQuery query, Event event) {
        return isOrAny(query.source(), event.source())
                && isOrAny(query.type(), event.type())
                && isOrAny(query.externalId(), event.externalId())
                && within(event.receivedAt(), query.since(), query.until())
                && (query.status() == null
                        || store.deliveriesOf(event.id()).stream()
                                .anyMatch(d -> d.state().word().equals(query.status())))
                && (query.text() == null
                        || event.body().contains(query.text().getBytes(StandardCharsets.UTF_8)));
    }

    private boolean matches(DeliveryQuery query, Delivery delivery) {
        Event event = store.events.get(delivery.id().event());
        return event != null
                && isOrAny(query.status(), delivery.state().word())
                && isOrAny(query.destination(), delivery.destination())
                && isOrAny(query.source(), event.source())
                && isOrAny(query.type(), event.type())
                && (query.event() == null || query.event().equals(event.id()))
                && (query.reason() == null
                        || (delivery.state() instanceof DeliveryState.Dead dead
                                && dead.reason().word().equals(query.reason())))
                && within(event.receivedAt(), query.since(), query.until());
    }

    private static boolean isOrAny(@Nullable String wanted, @Nullable String found) {
        return wanted == null || wanted.equals(found);
    }

    private static boolean within(Instant at, @Nullable Instant since, @Nullable Instant until) {
        return (since == null || !at.isBefore(since)) && (until == null || at.isBefore(until));
    }

    private static @Nullable String cursor(@Nullable Object last) {
        return last == null
                ? null
                : Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(last.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static <T> T read(String cursor, Function<String, Optional<T>> parse) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            return parse.apply(new String(bytes, StandardCharsets.UTF_8))
                    .orElseThrow(InvalidCursor::new);
        } catch (IllegalArgumentException e) {
            throw new InvalidCursor();
        }
    }
}
