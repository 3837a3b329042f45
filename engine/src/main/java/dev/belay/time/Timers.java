package dev.belay.time;

import java.time.Duration;

/// One-shot timers.
public interface Timers {
    /// Runs the task once, not before the delay has passed. The task must be short and must not
    /// block: it shares a thread with other timers.
    Cancellable after(Duration delay, Runnable task);

    /// Something that can be called off.
    interface Cancellable {
        /// Calls it off. Harmless when it has already happened.
        void cancel();
    }
}
