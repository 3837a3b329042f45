package dev.belay.system.simulation;

import dev.belay.delivery.Delivery;
import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the outside world remembers of a run, and the first invariant that did not hold.
final class Ledger {
    private final Map<DeliveryId, Track> tracks = new LinkedHashMap<>();
    private final Map<String, List<Message>> messages = new LinkedHashMap<>();
    private final Map<String, Stored> stored = new LinkedHashMap<>();
    private final Map<EventId, Message> acknowledged = new LinkedHashMap<>();
    private final Set<EventId> removed = new HashSet<>();
    private final Set<String> everRemoved = new LinkedHashSet<>();
    private @Nullable Violation violation;

    /// An event on disk, by its sender's id.
    ///
    /// @param atMillis when it was received, by the process's steady clock
    record Stored(EventId event, long atMillis) {}

    /// Notes that an invariant did not hold. The run goes on to the end of the step.
    void violated(Invariant invariant, String detail) {
        if (violation == null) {
            violation = new Violation(invariant, detail);
        }
    }

    /// Notes it unless the condition holds.
    ///
    /// @param subject the event, delivery or part it did not hold for
    /// @param detail a format of [String#format]; the annotation that says so to the compiler would
    ///   be a dependency
    @SuppressWarnings("AnnotateFormatMethod")
    void require(
            boolean holds,
            Invariant invariant,
            Object subject,
            String detail,
            @Nullable Object... about) {
        if (!holds) {
            violated(invariant, subject + " " + String.format(detail, about));
        }
    }

    @Nullable Violation violation() {
        return violation;
    }

    Track track(DeliveryId id) {
        return tracks.computeIfAbsent(id, Track::new);
    }

    Collection<Track> tracks() {
        return tracks.values();
    }

    void sends(Message message) {
        messages.computeIfAbsent(key(message.source(), message.externalId()), _ -> newList())
                .add(message);
    }

    private static List<Message> newList() {
        return new java.util.ArrayList<>(2);
    }

    /// What a sender says under this id.
    List<Message> messages(String source, String externalId) {
        return messages.getOrDefault(key(source, externalId), List.of());
    }

    @Nullable Stored stored(String source, String externalId) {
        return stored.get(key(source, externalId));
    }

    void stored(String source, String externalId, Stored event) {
        stored.put(key(source, externalId), event);
    }

    private static String key(String source, String externalId) {
        return source + " " + externalId;
    }

    void acknowledged(EventId event, Message message) {
        acknowledged.put(event, message);
    }

    Map<EventId, Message> acknowledged() {
        return acknowledged;
    }

    /// Retention removed the event, and might.
    void removed(EventId event) {
        removed.add(event);
    }

    boolean isRemoved(EventId event) {
        return removed.contains(event);
    }

    /// The operator removed the destination or the subscription.
    void undeclared(String name) {
        everRemoved.add(name);
    }

    boolean wasUndeclared(String name) {
        return everRemoved.contains(name);
    }

    boolean wasUndeclared(Delivery delivery) {
        return wasUndeclared(delivery.destination());
    }

    /// A process dies or stands still for long: what it sent last may be repeated.
    void excuseAll(int process) {
        for (Track track : tracks.values()) {
            if (track.lastProcess == process) {
                track.excuse();
            }
        }
    }
}
