package dev.belay;

/// The gateway.
public final class Gateway {
    private Gateway() {}
}
