package dev.belay.ingest;

import dev.belay.catalog.RateLimit;
import dev.belay.catalog.Source;
import dev.belay.delivery.RateGate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What senders have left to spend: genuine requests of a source and of an address at a source, and
/// rejected ones of an address. Kept in memory, each node its own. Of addresses a bounded number is
/// told apart: whoever was not heard of for longest is forgotten, and has its full budget again.
/// Safe for use by many threads.
final class SenderBudgets {
    /// Addresses told apart.
    static final int MAX_KEYS = 20_000;

    private final Map<Key, RateGate> gates =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, RateGate> eldest) {
                    return size() > MAX_KEYS;
                }
            };

    /// Spends one genuine request.
    ///
    /// @return how long to wait where there is nothing left to spend, else zero
    Duration genuine(Source source, String address, Instant now) {
        RateLimit all = source.limits().rate();
        RateLimit each = source.limits().ratePerAddress();
        if (all == null && each == null) {
            return Duration.ZERO;
        }
        Key shared = new Key(source.name(), "");
        Key own = new Key(source.name(), network(address));
        synchronized (gates) {
            Duration wait = longer(wait(shared, all, now), wait(own, each, now));
            if (wait.isZero()) {
                spend(shared, all, now);
                spend(own, each, now);
            }
            return wait;
        }
    }

    /// Spends one rejected request, whatever source it was for.
    ///
    /// @return how long to wait where there is nothing left to spend, else zero
    Duration rejected(String address, RateLimit limit, Instant now) {
        Key key = new Key("", network(address));
        synchronized (gates) {
            Duration wait = wait(key, limit, now);
            if (wait.isZero()) {
                spend(key, limit, now);
            }
            return wait;
        }
    }

    private Duration wait(Key key, @Nullable RateLimit limit, Instant now) {
        if (limit == null) {
            return Duration.ZERO;
        }
        Instant opens = gates.getOrDefault(key, RateGate.FULL).opensAt(limit);
        return opens.isAfter(now) ? Duration.between(now, opens) : Duration.ZERO;
    }

    private void spend(Key key, @Nullable RateLimit limit, Instant now) {
        if (limit != null) {
            gates.put(key, gates.getOrDefault(key, RateGate.FULL).begun(limit, now));
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /// What one sender can be expected to have for itself: an IPv4 address, or an IPv6 /64 (the
    /// first four groups, as the JDK writes them: none left out).
    static String network(String address) {
        int end = -1;
        for (int group = 0; group < 4; group++) {
            end = address.indexOf(':', end + 1);
            if (end < 0) {
                return address;
            }
        }
        return address.substring(0, end);
    }

    /// @param source empty for what is counted over all sources
    /// @param network empty for what is counted over all addresses
    private record Key(String source, String network) {}
}
