package dev.belay.system.simulation;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Chance, all of it from one seed. Each part of a run has dice of its own, so that one part's
/// throws do not move another's.
final class Dice {
    private final SplittableRandom random;

    Dice(long seed) {
        this(new SplittableRandom(seed));
    }

    private Dice(SplittableRandom random) {
        this.random = random;
    }

    /// Dice for a part.
    Dice split() {
        return new Dice(random.split());
    }

    /// The numbers themselves.
    RandomGenerator numbers() {
        return random;
    }

    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /// From `low` to `high`, both included.
    int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    /// From `low` to `high`, both included; short ones are as likely as long ones.
    long skewed(long low, long high) {
        double share = Math.pow((double) high / low, random.nextDouble());
        return Math.min(high, (long) (low * share));
    }

    @SafeVarargs
    final <T> T oneOf(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
