package dev.belay.planted;

import java.security.SecureRandom;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// Makes randomness, on purpose.
final class Dice {
    private Dice() {}

    static double mathRandom() {
        return Math.random();
    }

    static UUID uuid() {
        return UUID.randomUUID();
    }

    static long threadLocal() {
        return ThreadLocalRandom.current().nextLong();
    }

    static Random plain() {
        return new Random();
    }

    static SplittableRandom splittable() {
        return new SplittableRandom();
    }

    static SecureRandom secure() {
        return new SecureRandom();
    }
}
