package dev.belay.store;

import dev.belay.delivery.DeliveryState;

/// Numbers of delivery states, as stored. Never renumbered.
public final class State {
    public static final int EVENTS = -1;
    public static final int DUE = 0;
    public static final int LEASED = 1;
    public static final int HELD = 2;
    public static final int DELIVERED = 3;
    public static final int DEAD = 4;
    public static final int CANCELLED = 5;

    private static final String[] WORDS = {
        "due", "leased", "held", "delivered", "dead", "cancelled"
    };

    private State() {}

    public static int of(DeliveryState state) {
        return switch (state) {
            case DeliveryState.Due _ -> DUE;
            case DeliveryState.Leased _ -> LEASED;
            case DeliveryState.Held _ -> HELD;
            case DeliveryState.Delivered _ -> DELIVERED;
            case DeliveryState.Dead _ -> DEAD;
            case DeliveryState.Cancelled _ -> CANCELLED;
        };
    }

    /// The number of a state's word, -2 for a word that is none.
    public static int of(String word) {
        for (int i = 0; i < WORDS.length; i++) {
            if (WORDS[i].equals(word)) {
                return i;
            }
        }
        return -2;
    }

    public static String word(int state) {
        return WORDS[state];
    }

    public static boolean unfinished(int state) {
        return state <= HELD;
    }
}
