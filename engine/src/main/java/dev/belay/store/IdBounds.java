package dev.belay.store;

import dev.belay.event.Ids;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a range of time is in ids: lists are in the order of ids, and searches by time begin and
/// end there.
public final class IdBounds {
    /// An id is made within a minute of the event's time; searches by time allow for it. In the
    /// measure of ids.
    private static final long SLACK =
            Ids.lowestAt(Instant.parse("2020-01-01T00:01:00Z"))
                    - Ids.lowestAt(Instant.parse("2020-01-01T00:00:00Z"));

    private IdBounds() {}

    /// The lowest id an event received at or after a time can have.
    public static long since(@Nullable Instant since) {
        return since == null ? 0 : Math.max(0, Ids.lowestAt(since) - SLACK);
    }

    /// An id above that of every event received before a time.
    public static long before(@Nullable Instant until) {
        long id = until == null ? Long.MAX_VALUE : Ids.lowestAt(until);
        return id > Long.MAX_VALUE - SLACK ? Long.MAX_VALUE : id + SLACK;
    }

    /// Whether a time is in a range.
    public static boolean within(Instant at, @Nullable Instant since, @Nullable Instant until) {
        return (since == null || !at.isBefore(since)) && (until == null || at.isBefore(until));
    }
}
