package dev.belay.catalog;

import dev.belay.signature.Headers;
import dev.belay.signature.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where events go.
public sealed interface Destination {
    /// Attempt deadline where none is declared: 10 s in total.
    Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    /// Longest attempt deadline that can be declared. Leases are longer than any deadline.
    Duration MAX_TIMEOUT = Duration.ofMinutes(2);

    /// Attempts in flight at once where nothing is declared.
    int DEFAULT_CONCURRENCY = 32;

    /// The name, unique among destinations.
    String name();

    /// Total time an attempt may take.
    Duration timeout();

    /// Most attempts in flight at once.
    int concurrency();

    /// Most attempts a second, where limited.
    @Nullable RateLimit rate();

    /// When its circuit opens.
    BreakerPolicy breaker();

    /// An HTTP endpoint that gets the event as a POST.
    ///
    /// @param url absolute, `http` or `https`
    /// @param allowPrivate ranges it may lie in although they are not public
    /// @param signing secrets to sign with, newest first; empty: unsigned
    /// @param headers extra header lines sent with each attempt
    record Http(
            String name,
            URI url,
            List<AllowedRange> allowPrivate,
            List<Secret> signing,
            Headers headers,
            Duration timeout,
            int concurrency,
            @Nullable RateLimit rate,
            BreakerPolicy breaker)
            implements Destination {
        public Http {
            allowPrivate = List.copyOf(allowPrivate);
            signing = List.copyOf(signing);
        }
    }

    /// A Java handler in this process.
    record Handler(
            String name,
            Duration timeout,
            int concurrency,
            @Nullable RateLimit rate,
            BreakerPolicy breaker)
            implements Destination {}
}
