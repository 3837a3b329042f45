package dev.belay.delivery;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How a destination that has just recovered is loaded again: one attempt at a time, then 2, 4, …
/// with each round of successes, and at most 8, 64, 512 attempts in the first three seconds, so
/// that what waited does not knock it over at once. Pure.
///
/// @param width attempts that may be in flight
/// @param wins successes since the width last grew
/// @param left attempts that may still begin in this window
/// @param allowance attempts of this window in all
/// @param until end of this window
public record Ramp(int width, int wins, int left, int allowance, Instant until) {
    private static final Duration WINDOW = Duration.ofSeconds(1);
    private static final int FIRST_ALLOWANCE = 8;
    private static final int LAST_ALLOWANCE = 512;

    /// Wider than any concurrency that matters.
    private static final int FULL_WIDTH = 1024;

    static Ramp start(Instant now) {
        return new Ramp(1, 0, FIRST_ALLOWANCE, FIRST_ALLOWANCE, now.plus(WINDOW));
    }

    /// The ramp as it stands now, or null when nothing is held back any more.
    @Nullable Ramp at(Instant now) {
        Ramp ramp = this;
        while (!now.isBefore(ramp.until) && ramp.allowance != Integer.MAX_VALUE) {
            int next =
                    ramp.allowance >= LAST_ALLOWANCE
                            ? Integer.MAX_VALUE
                            : ramp.allowance * FIRST_ALLOWANCE;
            ramp = new Ramp(ramp.width, ramp.wins, next, next, ramp.until.plus(WINDOW));
        }
        return ramp.allowance == Integer.MAX_VALUE && ramp.width >= FULL_WIDTH ? null : ramp;
    }

    int room(int inFlight) {
        return Math.max(0, Math.min(width - inFlight, left));
    }

    Ramp begun() {
        int rest = allowance == Integer.MAX_VALUE ? left : left - 1;
        return new Ramp(width, wins, rest, allowance, until);
    }

    Ramp won() {
        if (wins + 1 < width || width >= FULL_WIDTH) {
            return new Ramp(width, wins + 1, left, allowance, until);
        }
        return new Ramp(width * 2, 0, left, allowance, until);
    }

    /// When time alone lets more begin, or null when only a success does.
    @Nullable Instant opensAt() {
        return left > 0 ? null : until;
    }
}
