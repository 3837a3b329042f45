package dev.belay.store.postgres;

import dev.belay.signal.Signal;
import dev.belay.store.Completions;
import org.jspecify.annotations.Nullable;

/// Whether the database does its work, as far as is known. Over as soon as anything succeeds.
final class Outage {
    private final Completions completions;
    private volatile @Nullable String reason;

    Outage(Completions completions) {
        this.completions = completions;
    }

    /// Why the database does not work, null while it does.
    @Nullable String reason() {
        return reason;
    }

    /// Something failed. Heard once; while it lasts, whoever waits is told anyway.
    void failed(String why) {
        if (reason == null) {
            completions.signal(new Signal.Trouble("store", why));
        }
        reason = why;
    }

    void over() {
        reason = null;
    }
}
