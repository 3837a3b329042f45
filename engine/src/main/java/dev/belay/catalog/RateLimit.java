package dev.belay.catalog;

/// How many attempts a destination takes.
///
/// @param perSecond attempts a second on average; more than 0
/// @param burst attempts at once after a quiet time; at least 1
public record RateLimit(double perSecond, int burst) {
    public RateLimit {
        if (!(perSecond > 0) || perSecond > 1_000_000 || burst < 1) {
            throw new IllegalArgumentException(
                    "a rate must be more than 0 a second, with a burst of at least 1");
        }
    }
}
