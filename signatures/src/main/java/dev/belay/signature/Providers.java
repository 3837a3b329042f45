package dev.belay.signature;

import java.util.List;
import java.util.Optional;

/// The catalogue of built-in [Provider] entries.
public final class Providers {
    private Providers() {}

    /// Every entry, by name.
    public static List<Provider> all() {
        return List.of();
    }

    /// The entry with this name.
    public static Optional<Provider> named(String name) {
        return all().stream().filter(p -> p.name().equals(name)).findFirst();
    }
}
