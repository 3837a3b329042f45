package dev.belay;

import dev.belay.catalog.BreakerPolicy;
import dev.belay.catalog.Destination;
import dev.belay.catalog.EventValidation;
import dev.belay.catalog.Filter;
import dev.belay.catalog.RateLimit;
import dev.belay.catalog.RetryPolicy;
import dev.belay.event.Event;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// How a handler is called. Begin with [#DEFAULT] and change what differs.
///
/// @param name of the destination and the subscription, null: `handler:<source>:<type>`. What waits
///   is found by this name after a restart, so it should not change
/// @param filter further condition, null: none
/// @param retry when failures are tried again
/// @param breaker when the handler is left alone for a while
/// @param timeout after which a call has failed, its enrichment included; more than 0 and at most
///   [Destination#MAX_TIMEOUT]
/// @param concurrency most calls at once in this process, at least 1; one that goes on after its
///   deadline no longer counts
/// @param rate most calls a second in this process, null: unlimited
/// @param validation what an event must hold before the handler is called, null: nothing
/// @param enrichment runs before each call, on the same thread and under the same timeout
public record HandlerOptions(
        @Nullable String name,
        @Nullable Filter filter,
        RetryPolicy retry,
        BreakerPolicy breaker,
        Duration timeout,
        int concurrency,
        @Nullable RateLimit rate,
        @Nullable EventValidation validation,
        Enrichment enrichment) {
    /// The defaults of any destination and subscription.
    public static final HandlerOptions DEFAULT = new Builder().build();

    public HandlerOptions {
        if (timeout.isNegative()
                || timeout.isZero()
                || timeout.compareTo(Destination.MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "a timeout is more than 0 and at most " + Destination.MAX_TIMEOUT);
        }
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency is at least 1");
        }
    }

    /// These options, changed.
    public HandlerOptions with(UnaryOperator<Builder> change) {
        Builder builder = new Builder();
        builder.name = name;
        builder.filter = filter;
        builder.retry = retry;
        builder.breaker = breaker;
        builder.timeout = timeout;
        builder.concurrency = concurrency;
        builder.rate = rate;
        builder.validation = validation;
        builder.enrichment = enrichment;
        return change.apply(builder).build();
    }

    /// Adds what a handler needs to know beside the event.
    @FunctionalInterface
    public interface Enrichment {
        /// The attributes. What it throws counts as thrown by the handler.
        ///
        /// @throws Exception when they cannot be had
        Map<String, Object> of(Event event) throws Exception;
    }

    /// Collects what differs from the defaults.
    public static final class Builder {
        private @Nullable String name;
        private @Nullable Filter filter;
        private RetryPolicy retry = RetryPolicy.DEFAULT;
        private BreakerPolicy breaker = BreakerPolicy.DEFAULT;
        private Duration timeout = Destination.DEFAULT_TIMEOUT;
        private int concurrency = Destination.DEFAULT_CONCURRENCY;
        private @Nullable RateLimit rate;
        private @Nullable EventValidation validation;
        private Enrichment enrichment = event -> Map.of();

        private Builder() {}

        /// Names the destination and the subscription.
        public Builder name(String value) {
            name = value;
            return this;
        }

        /// Sets a further condition.
        public Builder filter(Filter value) {
            filter = value;
            return this;
        }

        /// Sets when failures are tried again.
        public Builder retry(RetryPolicy value) {
            retry = value;
            return this;
        }

        /// Sets when the handler is left alone for a while.
        public Builder breaker(BreakerPolicy value) {
            breaker = value;
            return this;
        }

        /// Sets after how long a call has failed.
        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        /// Sets how many calls may run at once.
        public Builder concurrency(int value) {
            concurrency = value;
            return this;
        }

        /// Limits the calls a second.
        public Builder rate(RateLimit value) {
            rate = value;
            return this;
        }

        /// Sets what an event must hold.
        public Builder validation(EventValidation value) {
            validation = value;
            return this;
        }

        /// Sets what runs before each call.
        public Builder enrichment(Enrichment value) {
            enrichment = value;
            return this;
        }

        private HandlerOptions build() {
            return new HandlerOptions(
                    name,
                    filter,
                    retry,
                    breaker,
                    timeout,
                    concurrency,
                    rate,
                    validation,
                    enrichment);
        }
    }
}
