package dev.belay.delivery;

import dev.belay.catalog.Destination;
import dev.belay.catalog.RateLimit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one node may do of what a destination allows. Pure.
///
/// The nodes are put in an order of their own for each destination, by rendezvous hashing, so that
/// few places change when a node comes or goes. As many of them as there are attempts at once, and
/// attempts in a burst, to give take part; each gets an equal share, and the first ones what is
/// left over. So the shares sum exactly to the limits.
///
/// @param concurrency most attempts in flight, 0: none may begin
/// @param rate most attempts a second, where limited
record Share(int concurrency, @Nullable RateLimit rate) {
    /// Nothing may begin.
    static final Share NONE = new Share(0, null);

    /// All of it.
    static Share whole(Destination destination) {
        return new Share(destination.concurrency(), destination.rate());
    }

    /// Whether the nodes keep a destination's limits and circuit together. A handler's are those of
    /// its process.
    static boolean isShared(@Nullable Destination destination) {
        return destination instanceof Destination.Http;
    }

    /// The share of a node now.
    static Share of(Destination destination, Members members, long nanos) {
        if (!isShared(destination)) {
            return whole(destination);
        }
        return members.mayBegin(destination.timeout(), nanos)
                ? of(destination, members.self(), members.counted(destination.timeout()))
                : NONE;
    }

    /// The share of one of these nodes.
    static Share of(Destination destination, int node, List<Integer> nodes) {
        RateLimit rate = destination.rate();
        int most = Math.min(nodes.size(), destination.concurrency());
        int parts = rate == null ? most : Math.min(most, rate.burst());
        int place = place(destination.name(), node, nodes);
        if (place >= parts) {
            return NONE;
        }
        return new Share(
                part(destination.concurrency(), place, parts),
                rate == null ? null : part(rate, place, parts));
    }

    private static RateLimit part(RateLimit whole, int place, int parts) {
        int burst = part(whole.burst(), place, parts);
        return new RateLimit(whole.perSecond() * burst / whole.burst(), burst);
    }

    private static int part(int whole, int place, int parts) {
        return whole / parts + (place < whole % parts ? 1 : 0);
    }

    /// How many of the nodes come before this one.
    private static int place(String destination, int node, List<Integer> nodes) {
        long own = weight(destination, node);
        int before = 0;
        for (int other : nodes) {
            long weight = weight(destination, other);
            if (weight > own || (weight == own && other < node)) {
                before++;
            }
        }
        return before;
    }

    /// The same on every node and in every version: FNV-1a over the name and the number, mixed.
    private static long weight(String destination, int node) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < destination.length(); i++) {
            hash = (hash ^ destination.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ node) * 0x100000001b3L;
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }
}
