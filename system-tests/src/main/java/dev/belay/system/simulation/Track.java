package dev.belay.system.simulation;

import dev.belay.delivery.AttemptOutcome;
import dev.belay.event.DeliveryId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What is known of a delivery from outside the engine: what reached its destination and what the
/// disk was told.
final class Track {
    final DeliveryId id;

    /// Attempts that were sent.
    int sends;

    /// Number of the latest attempt that was sent.
    int lastNumber;

    /// Results on disk that do not count against the policy.
    int throttled;

    /// Number of the latest attempt whose work the destination did.
    int worked;

    /// Number of the latest attempt that may be repeated although the work was done.
    int excused;

    /// When the disk says that it may be tried again, null before the first result.
    @Nullable Instant notBefore;

    /// The attempt for which that holds; a lost lease brings a later one.
    int notBeforeNumber;

    /// The process that sent the latest attempt.
    int lastProcess;

    /// The attempts under way, by the process that sent them; several only where a node has gone on
    /// after its lease was over.
    final Map<Integer, Flight> flights = new HashMap<>();

    /// The latest answer that reached the engine.
    @Nullable Answer answer;

    Track(DeliveryId id) {
        this.id = id;
    }

    /// An attempt under way.
    ///
    /// @param leaseUntil by the clock of the process that sent it
    /// @param isOver whether that process is dead, or that time is past
    /// @param generation of the circuit that let it through
    record Flight(
            int process,
            int number,
            String destination,
            Instant leaseUntil,
            BooleanSupplier isOver,
            long generation) {}

    /// An answer.
    ///
    /// @param at by the process's steady clock
    record Answer(int number, AttemptOutcome outcome, Instant at) {}

    /// The answer to this attempt, null while there is none.
    @Nullable Answer answerTo(int number) {
        return answer != null && answer.number() == number ? answer : null;
    }

    /// What this attempt did may be done again.
    void excuse(int number) {
        excused = Math.max(excused, number);
    }

    /// Whatever the latest attempt did may be done again.
    void excuse() {
        excuse(lastNumber);
    }
}
