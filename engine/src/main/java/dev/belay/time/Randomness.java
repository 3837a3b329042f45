package dev.belay.time;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// The only source of chance.
public final class Randomness {
    private Randomness() {}

    /// A generator that is seeded by the machine, for jitter and the like; not for secrets.
    public static RandomGenerator system() {
        return new SplittableRandom();
    }
}
