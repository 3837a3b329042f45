package dev.belay.delivery;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How one try ended.
public sealed interface AttemptOutcome {
    /// The destination took it: a 2xx answer, or a handler that returned.
    ///
    /// @param status the HTTP status; 0 from a handler
    record Acknowledged(int status) implements AttemptOutcome {}

    /// The destination answered with anything but 2xx.
    ///
    /// @param status the HTTP status
    /// @param retryAfter how long it asked to be left alone, where it said so
    record Refused(int status, @Nullable Duration retryAfter) implements AttemptOutcome {}

    /// The deadline passed first.
    record TimedOut() implements AttemptOutcome {}

    /// No answer could be had.
    record Unreachable(Trouble trouble) implements AttemptOutcome {}

    /// A handler threw.
    ///
    /// @param error class and message of what it threw, at most 1,000 characters
    record Threw(String error) implements AttemptOutcome {}

    /// Nothing was sent: the event does not hold what the subscription demands.
    ///
    /// @param problem in words
    record Invalid(String problem) implements AttemptOutcome {}

    /// The lease ended before a result was known: the process died, or the result came too late.
    record LeaseLost() implements AttemptOutcome {}

    /// What stood in the way of an answer.
    enum Trouble {
        DNS_FAILURE,
        ADDRESS_BLOCKED,
        CONNECT_REFUSED,
        CONNECT_TIMEOUT,
        TLS_FAILURE,
        TLS_EXPIRED,
        RESET,
        PROTOCOL_ERROR,
        HEADERS_TOO_LARGE
    }

    /// The word for logs, metrics, the API and stores, such as `http_5xx` or `dns_failure`.
    default String word() {
        return switch (this) {
            case Acknowledged _ -> "delivered";
            case Refused(int status, _) when status == 410 -> "http_410";
            case Refused(int status, _) when status == 429 -> "http_429";
            case Refused(int status, _) -> "http_" + status / 100 + "xx";
            case TimedOut _ -> "deadline_exceeded";
            case Unreachable(Trouble trouble) -> trouble.name().toLowerCase(Locale.ROOT);
            case Threw _ -> "handler_failed";
            case Invalid _ -> "invalid";
            case LeaseLost _ -> "lease_lost";
        };
    }
}
