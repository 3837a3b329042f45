package dev.belay.store;

import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.AttemptOutcome.Trouble;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How an attempt's outcome lies in columns: a number that is never reused, a status, and a detail
/// (an error, a problem, the milliseconds of a Retry-After, the name of a trouble).
public final class Outcomes {
    private Outcomes() {}

    public static int kind(AttemptOutcome outcome) {
        return switch (outcome) {
            case AttemptOutcome.Acknowledged _ -> 0;
            case AttemptOutcome.Refused _ -> 1;
            case AttemptOutcome.TimedOut _ -> 2;
            case AttemptOutcome.Unreachable _ -> 3;
            case AttemptOutcome.Threw _ -> 4;
            case AttemptOutcome.Invalid _ -> 5;
            case AttemptOutcome.LeaseLost _ -> 6;
        };
    }

    public static int status(AttemptOutcome outcome) {
        return switch (outcome) {
            case AttemptOutcome.Acknowledged(int status) -> status;
            case AttemptOutcome.Refused(int status, _) -> status;
            case AttemptOutcome.TimedOut _,
                    AttemptOutcome.Unreachable _,
                    AttemptOutcome.Threw _,
                    AttemptOutcome.Invalid _,
                    AttemptOutcome.LeaseLost _ ->
                    0;
        };
    }

    public static @Nullable String detail(AttemptOutcome outcome) {
        return switch (outcome) {
            case AttemptOutcome.Refused(_, Duration retryAfter) ->
                    retryAfter == null ? null : Long.toString(retryAfter.toMillis());
            case AttemptOutcome.Unreachable(Trouble trouble) -> trouble.name();
            case AttemptOutcome.Threw(String error) -> error;
            case AttemptOutcome.Invalid(String problem) -> problem;
            case AttemptOutcome.Acknowledged _,
                    AttemptOutcome.TimedOut _,
                    AttemptOutcome.LeaseLost _ ->
                    null;
        };
    }

    public static AttemptOutcome of(int kind, int status, @Nullable String detail) {
        return switch (kind) {
            case 0 -> new AttemptOutcome.Acknowledged(status);
            case 1 ->
                    new AttemptOutcome.Refused(
                            status,
                            detail == null ? null : Duration.ofMillis(Long.parseLong(detail)));
            case 2 -> new AttemptOutcome.TimedOut();
            case 3 -> new AttemptOutcome.Unreachable(Trouble.valueOf(text(detail)));
            case 4 -> new AttemptOutcome.Threw(text(detail));
            case 5 -> new AttemptOutcome.Invalid(text(detail));
            case 6 -> new AttemptOutcome.LeaseLost();
            default -> throw new IllegalStateException("unknown outcome in the store: " + kind);
        };
    }

    private static String text(@Nullable String detail) {
        return detail == null ? "" : detail;
    }
}
