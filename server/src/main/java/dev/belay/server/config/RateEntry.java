package dev.belay.server.config;

import dev.belay.catalog.RateLimit;
import org.jspecify.annotations.Nullable;

/// Reads a rate, `{ per-second: 50, burst: 10 }`.
final class RateEntry {
    private RateEntry() {}

    /// The rate below a key, null where the key is absent.
    static @Nullable RateLimit read(Form form, String key) {
        if (!form.has(key)) {
            return null;
        }
        Form rate = form.below(key);
        rate.required("per-second");
        double perSecond = rate.decimal("per-second", 1, 0.001, 1_000_000);
        int burst = rate.integer("burst", (int) Math.max(1, Math.ceil(perSecond)), 1, 1_000_000);
        rate.done();
        return new RateLimit(perSecond, burst);
    }
}
