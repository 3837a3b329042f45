package dev.belay.store;

import dev.belay.ingest.DedupeKey;

/// A Bloom filter over one run of dedupe keys: says for sure that a key is not in it. The keys are
/// hashes already, so their bits choose the places.
final class KeyFilter {
    /// 16 bits a key for a full run: about one wrong "perhaps" in 700.
    private static final int BITS = 1 << 20;

    private static final int LOOKS = 5;

    private final byte[] bits;

    KeyFilter() {
        this(new byte[BITS / 8]);
    }

    /// @param bits as [#bytes()] gave them
    KeyFilter(byte[] bits) {
        if (bits.length != BITS / 8) {
            throw new IllegalArgumentException("not a filter: " + bits.length + " bytes");
        }
        this.bits = bits;
    }

    void add(DedupeKey key) {
        for (int look = 0; look < LOOKS; look++) {
            int place = place(key, look);
            bits[place >>> 3] |= (byte) (1 << (place & 7));
        }
    }

    boolean mayContain(DedupeKey key) {
        for (int look = 0; look < LOOKS; look++) {
            int place = place(key, look);
            if (((bits[place >>> 3] >>> (place & 7)) & 1) == 0) {
                return false;
            }
        }
        return true;
    }

    byte[] bytes() {
        return bits;
    }

    private static int place(DedupeKey key, int look) {
        long part = look < 3 ? key.low() >>> (look * 20) : key.high() >>> ((look - 3) * 20);
        return (int) part & (BITS - 1);
    }
}
