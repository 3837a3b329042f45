package dev.belay.system.simulation;

/// What a machine reaches at present, and how lately its node was kept from renewing what it holds.
final class Link {
    private boolean cutFromStore;
    private boolean cutFromDestinations;
    private int breaks;
    private long troubledUntil = Long.MIN_VALUE;

    void cutFromStore(boolean now, long micros) {
        if (now != cutFromStore) {
            cutFromStore = now;
            breaks++;
            troubled(micros);
        }
    }

    void cutFromDestinations(boolean now) {
        cutFromDestinations = now;
    }

    boolean reachesStore() {
        return !cutFromStore;
    }

    boolean reachesDestinations() {
        return !cutFromDestinations;
    }

    /// Counts up whenever connections to the store end.
    int breaks() {
        return breaks;
    }

    /// The node stands still, or gets no word to the store, until then.
    void troubled(long micros) {
        troubledUntil = Math.max(troubledUntil, micros);
    }

    /// Whether the node was kept from the store since then.
    boolean wasTroubledSince(long micros) {
        return cutFromStore || troubledUntil >= micros;
    }

    void heal(long micros) {
        cutFromStore(false, micros);
        cutFromDestinations = false;
    }
}
