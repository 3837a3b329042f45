package dev.belay.history;

import dev.belay.signal.Signal;
import dev.belay.signal.SignalListener;
import dev.belay.time.Time;
import java.time.Duration;
import java.time.Instant;

/// Lets go of history when its time is over. Never of anything unfinished: [HistoryIndex#purge]
/// sees to that. Has no thread; somebody calls [#turn()] when the last turn's answer says so.
public final class Retention {
    /// Rows removed in one turn, so that the store's writer is never held for long.
    static final int BATCH = 1_000;

    /// Between two batches while there is more to remove: removal takes turns with live traffic.
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final HistoryIndex history;
    private final Windows windows;
    private final Time time;
    private final SignalListener signals;

    public Retention(HistoryIndex history, Windows windows, Time time, SignalListener signals) {
        this.history = history;
        this.windows = windows;
        this.time = time;
        this.signals = signals;
    }

    /// Removes a batch of what is too old, and answers how long nothing else needs doing. Never
    /// throws: the thread that calls it is to go on tomorrow, whatever broke today.
    public Duration turn() {
        Instant now = time.now();
        try {
            int removed =
                    history.purge(
                            now.minus(windows.delivered()), now.minus(windows.dead()), now, BATCH);
            return removed < BATCH ? INTERVAL : PAUSE;
        } catch (RuntimeException failure) {
            signals.on(new Signal.Trouble("retention", String.valueOf(failure)));
            return INTERVAL;
        }
    }

    /// How long history is kept after it ended.
    ///
    /// @param delivered delivered and cancelled deliveries, and events without deliveries
    /// @param dead dead letters
    public record Windows(Duration delivered, Duration dead) {
        /// 30 days and 90 days.
        public static final Windows DEFAULT = new Windows(Duration.ofDays(30), Duration.ofDays(90));

        public Windows {
            if (delivered.isNegative() || dead.isNegative()) {
                throw new IllegalArgumentException("history cannot be kept less than no time");
            }
        }
    }
}
