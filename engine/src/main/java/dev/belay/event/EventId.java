package dev.belay.event;

import java.util.Optional;

/// Belay's id of an event: 64 bits, time-ordered, unique over all nodes, written `evt_` and 13
/// characters of lower-case Crockford base 32. Ids compare as their texts do.
///
/// @param value 41 bits of milliseconds since 2020-01-01, 10 bits of node, 12 bits of sequence;
///   never negative
public record EventId(long value) implements Comparable<EventId> {
    private static final String PREFIX = "evt_";

    /// Reads the written form, or nothing when the text is not one.
    public static Optional<EventId> parse(String text) {
        if (!text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        long value = Base32.parse(text, PREFIX.length(), text.length());
        return value < 0 ? Optional.empty() : Optional.of(new EventId(value));
    }

    @Override
    public int compareTo(EventId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return PREFIX + Base32.format(value);
    }
}
