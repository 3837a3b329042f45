package dev.belay.planted;

import dev.belay.signature.Secret;

/// Reveals a secret where it has no business, on purpose.
final class Revealer {
    private Revealer() {}

    static boolean compared(Secret secret, String text) {
        return secret.reveal().equals(text);
    }
}
