package dev.belay.delivery;

import java.time.Instant;

/// What an outcome leads to.
public sealed interface Settlement {
    /// Delivered.
    record Complete() implements Settlement {}

    /// Try again, not before this time.
    ///
    /// @param counted false when the destination asked for a later try, so that the attempt does
    ///   not count against the policy
    record RetryAt(Instant at, boolean counted) implements Settlement {}

    /// A dead letter.
    record GiveUp(DeadReason reason) implements Settlement {}
}
