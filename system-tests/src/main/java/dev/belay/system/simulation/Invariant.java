package dev.belay.system.simulation;

/// What must hold in every run, whatever happens.
enum Invariant {
    ACKNOWLEDGED_IS_STORED("an acknowledged event is in the store"),
    ALL_DELIVERIES_ARE_STORED("an event is stored with a delivery for each subscription to it"),
    EXACT_BYTES("what is stored and what is sent are the sender's bytes"),
    ONE_EVENT_PER_ID("one source and external id make one event within the dedupe window"),
    SAME_ANSWER("a copy is answered with the first event's id"),
    ONLY_GENUINE_IS_STORED("forged and stale requests are never stored"),
    GENUINE_IS_TAKEN("a genuine request is never rejected"),
    COUNTED_BEFORE_SENT("an attempt is counted in the store before it is sent"),
    NUMBERS_GROW("each attempt of a delivery has a higher number than the one before"),
    POLICY_BOUNDS_ATTEMPTS("attempts never exceed the policy"),
    THROTTLING_IS_BOUNDED("uncounted attempts never exceed their limit"),
    LEASE_COVERS_ATTEMPT("an attempt starts under a lease longer than its deadline"),
    ONE_ATTEMPT_AT_A_TIME("no two attempts of a delivery run at once"),
    NO_EARLY_RETRY("no attempt starts before the delivery is due"),
    BACKOFF_IS_KEPT("a retry is due no sooner than its policy or the destination asks"),
    RESULTS_ARE_FENCED("a result is stored only under the delivery's current lease"),
    FINAL_STAYS_FINAL("a final delivery is not attempted again"),
    ONE_HOLDER_AT_A_TIME(
            "a lease passes to another node only when it is over by its holder's own clock"),
    TAKEN_OVER_IN_TIME("what a node that is gone held is taken over within the bound and a sweep"),
    RESTART_ENDS_ITS_LEASES("a node that is started again finds its own leases ended"),
    NUMBERS_ARE_UNIQUE("no two nodes have one number, or make the same id or token"),
    ONLY_KNOWN_REMOVALS("a node buries only what is for destinations it saw removed"),
    CIRCUIT_HOLDS_BACK("while a circuit is open, nothing but its probes is sent"),
    CONCURRENCY_IS_KEPT("no more attempts in flight than the destination allows"),
    STANDING_IS_KEPT("a paused or disabled destination is not tried"),
    DUPLICATES_HAVE_A_CAUSE("work is repeated only after a crash, a lost answer or a lost commit"),
    NAMED_END("every delivery ends by a named rule that fits what happened"),
    ATTEMPTS_ARE_ON_RECORD("every attempt of a finished delivery is on record, numbered from 1"),
    DEAD_LETTERS_ARE_TOLD("a dead letter's notice is in the dead letter's own commit"),
    RETENTION_SPARES_UNFINISHED("retention removes nothing unfinished and nothing too young"),
    NOTHING_IN_LIMBO("once faults have stopped, every delivery ends and every sender is answered"),
    CLEAN_STOP_LEAVES_NOTHING("after a clean stop no attempt is under way and none is unrecorded"),
    NOTHING_LEAKS("when all is done, nothing is in flight and draining ends"),
    CALM_LOSES_NOTHING("without faults no lease is lost"),
    NOTHING_BREAKS("no part of the engine throws");

    private final String statement;

    Invariant(String statement) {
        this.statement = statement;
    }

    /// In words.
    String statement() {
        return statement;
    }
}
