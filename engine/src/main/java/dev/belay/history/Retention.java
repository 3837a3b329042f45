package dev.belay.history;

import dev.belay.time.Time;
import java.time.Duration;
import java.time.Instant;

/// Removes what is older than it needs to be, a little at a time. Never anything undelivered: the
/// store sees to that, whatever the clock says.
public final class Retention {
    /// Events looked at in one go, so that the writer is never kept busy for long.
    public static final int CHUNK = 500;

    private final HistoryIndex history;
    private final Policy policy;
    private final Time time;

    /// @param policy how long what is kept
    public Retention(HistoryIndex history, Policy policy, Time time) {
        this.history = history;
        this.policy = policy;
        this.time = time;
    }

    /// Removes one chunk and says how long to wait for the next: nothing while there is more.
    public Duration turn() {
        Instant now = time.now();
        int removed =
                history.purge(now.minus(policy.delivered()), now.minus(policy.dead()), now, CHUNK);
        return removed >= CHUNK ? policy.pause() : policy.interval();
    }

    /// How long history is kept.
    ///
    /// @param delivered events whose deliveries all ended well
    /// @param dead dead letters and their events
    /// @param interval between two looks
    /// @param pause between two chunks while there is more to remove
    public record Policy(Duration delivered, Duration dead, Duration interval, Duration pause) {
        /// 30 days, 90 days, looked at every minute.
        public static final Policy DEFAULT =
                new Policy(
                        Duration.ofDays(30),
                        Duration.ofDays(90),
                        Duration.ofMinutes(1),
                        Duration.ofMillis(50));

        public Policy {
            if (delivered.isNegative()
                    || dead.isNegative()
                    || !interval.isPositive()
                    || pause.isNegative()) {
                throw new IllegalArgumentException("retention must not be negative");
            }
        }
    }
}
