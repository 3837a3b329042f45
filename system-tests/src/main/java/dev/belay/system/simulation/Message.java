package dev.belay.system.simulation;

import dev.belay.event.Body;

/// What a sender has to say.
///
/// @param number counted from 0
/// @param source where it goes
/// @param externalId the sender's own id; several messages share one where a sender repeats an id
///   with another body
record Message(int number, Kind kind, String source, String externalId, String type, Body body) {
    enum Kind {
        /// Signed as it should be.
        GENUINE,
        /// Published by the application itself, with a key.
        PUBLISHED,
        /// Signed by somebody else, or changed on the way.
        FORGED,
        /// Signed too long ago.
        STALE
    }

    boolean isHonest() {
        return kind == Kind.GENUINE || kind == Kind.PUBLISHED;
    }
}
