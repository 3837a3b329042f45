package dev.belay.store.postgres;

/// Keeps the counts of deliveries by place, within the statement that changes them.
///
/// @param slot of the writer: rows that no other transaction changes
record Counting(int slot) {
    /// Writers of a node.
    private static final int WRITERS = 3;

    static final int INGEST = 0;
    static final int QUEUE = 1;
    static final int UPKEEP = 2;

    static Counting of(int node, int writer) {
        return new Counting(node * WRITERS + writer);
    }

    /// Adds what a query says.
    ///
    /// @param changes a query for destination, state and a change; rows of one place are summed
    String add(String changes) {
        return """
               INSERT INTO counter AS c (slot, destination, state, count)
               SELECT %d, destination, state, sum(change) FROM (%s) AS changes (destination, state, change)
               GROUP BY destination, state HAVING sum(change) <> 0
               ON CONFLICT (slot, destination, state) DO UPDATE SET count = c.count + excluded.count"""
                .formatted(slot, changes);
    }
}
