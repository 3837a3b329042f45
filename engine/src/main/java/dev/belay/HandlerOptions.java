package dev.belay;

import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Destination;
import dev.belay.catalog.EventValidation;
import dev.belay.catalog.RetryPolicy;
import dev.belay.delivery.Handler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a handler is called.
///
/// @param name of its destination and subscription, null for `handler:<source>:<type>`. Events wait
///   under this name while the process is down: keep it when the code changes.
/// @param retry when it is called again after it threw
/// @param breaker when it is left alone for a while
/// @param timeout after which a call is cut off
/// @param concurrency most calls at once
/// @param validation what an event must hold, null: nothing
/// @param enrichment adds attributes before each call
public record HandlerOptions(
        @Nullable String name,
        RetryPolicy retry,
        BreakerPolicy breaker,
        Duration timeout,
        int concurrency,
        @Nullable EventValidation validation,
        Handler.Enrichment enrichment) {
    /// The defaults of any destination.
    public static final HandlerOptions DEFAULT =
            new HandlerOptions(
                    null,
                    RetryPolicy.DEFAULT,
                    BreakerPolicy.DEFAULT,
                    Destination.DEFAULT_TIMEOUT,
                    Destination.DEFAULT_CONCURRENCY,
                    null,
                    Handler.Enrichment.NONE);

    public HandlerOptions {
        if (!timeout.isPositive() || timeout.compareTo(Destination.MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "a timeout must be longer than 0 and at most " + Destination.MAX_TIMEOUT);
        }
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency must be at least 1");
        }
    }

    /// These options with another name.
    public HandlerOptions withName(String other) {
        return new HandlerOptions(
                other, retry, breaker, timeout, concurrency, validation, enrichment);
    }

    /// These options with another retry policy.
    public HandlerOptions withRetry(RetryPolicy other) {
        return new HandlerOptions(
                name, other, breaker, timeout, concurrency, validation, enrichment);
    }

    /// These options with another breaker policy.
    public HandlerOptions withBreaker(BreakerPolicy other) {
        return new HandlerOptions(name, retry, other, timeout, concurrency, validation, enrichment);
    }

    /// These options with another timeout.
    public HandlerOptions withTimeout(Duration other) {
        return new HandlerOptions(name, retry, breaker, other, concurrency, validation, enrichment);
    }

    /// These options with another limit of calls at once.
    public HandlerOptions withConcurrency(int other) {
        return new HandlerOptions(name, retry, breaker, timeout, other, validation, enrichment);
    }

    /// These options with a validation.
    public HandlerOptions withValidation(EventValidation other) {
        return new HandlerOptions(name, retry, breaker, timeout, concurrency, other, enrichment);
    }

    /// These options with an enrichment.
    public HandlerOptions withEnrichment(Handler.Enrichment other) {
        return new HandlerOptions(name, retry, breaker, timeout, concurrency, validation, other);
    }
}
