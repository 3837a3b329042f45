package dev.belay.planted;

import java.util.Arrays;

/// Compares bytes in data-dependent time, on purpose.
final class Comparer {
    private Comparer() {}

    static boolean equalBytes(byte[] one, byte[] other) {
        return Arrays.equals(one, other);
    }

    static int ordered(byte[] one, byte[] other) {
        return Arrays.compare(one, other);
    }
}
