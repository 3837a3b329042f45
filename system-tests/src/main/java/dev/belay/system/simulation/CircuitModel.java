package dev.belay.system.simulation;

import dev.belay.catalog.BreakerPolicy;
import dev.belay.delivery.AttemptOutcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a circuit has to do, told a second time and independently of the engine: only attempts that
/// were sent count.
final class CircuitModel {
    private final BreakerPolicy policy;
    private long generation;
    private int failures;
    private int probing;
    private @Nullable Instant openUntil;
    private boolean halfOpen;
    private boolean uncertain;

    CircuitModel(BreakerPolicy policy) {
        this.policy = policy;
    }

    /// An attempt is sent. Says what is wrong with that, null: nothing.
    @Nullable String sent(Instant now) {
        if (uncertain) {
            return null;
        }
        Instant until = openUntil;
        if (until != null) {
            if (now.isBefore(until)) {
                return "was sent while the circuit is open for another "
                        + Duration.between(now, until).toMillis()
                        + " ms";
            }
            openUntil = null;
            halfOpen = true;
            generation++;
        }
        if (halfOpen && ++probing > policy.probes()) {
            return "is probe number " + probing + " of a half-open circuit";
        }
        return null;
    }

    /// The state's number: results of attempts sent in an earlier state do not count.
    long generation() {
        return generation;
    }

    /// An attempt ended.
    void ended(long sentIn, AttemptOutcome outcome, Instant now) {
        if (sentIn != generation || openUntil != null) {
            return;
        }
        boolean alive =
                switch (outcome) {
                    case AttemptOutcome.Acknowledged _ -> true;
                    case AttemptOutcome.Refused(int status, _) ->
                            status < 500 && status != 408 && status != 425 && status != 429;
                    default -> false;
                };
        if (alive) {
            failures = 0;
            if (halfOpen) {
                halfOpen = false;
                probing = 0;
                generation++;
            }
        } else if (halfOpen || ++failures >= policy.failures()) {
            openUntil = now.plus(policy.reset());
            halfOpen = false;
            probing = 0;
            failures = policy.failures();
            generation++;
        }
    }

    /// An attempt outlived its lease, and the engine may or may not have given it up: nothing is
    /// said any more.
    void lostSight() {
        uncertain = true;
    }
}
