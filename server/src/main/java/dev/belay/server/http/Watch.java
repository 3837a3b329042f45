package dev.belay.server.http;

import dev.belay.time.Time;

/// What a connection is doing and since when, written by its own thread and read by the sweep that
/// enforces the deadlines. The sweep never writes to a socket: it ends the waiting of the
/// connection's thread, which then finds [#expired()] and answers.
final class Watch {
    /// What a connection does.
    enum Phase {
        /// Nothing has come yet.
        FRESH,
        /// Between two requests.
        IDLE,
        /// A request line or headers are coming.
        HEAD,
        /// A body is coming.
        BODY,
        /// A door is at work.
        SERVING,
        /// An answer is going out.
        WRITING,
        /// The answer is out; what the client still sends is thrown away.
        LINGERING
    }

    private final Time time;
    private volatile Phase phase;
    private volatile long since;
    private volatile long bytes;

    /// The same count, for the connection's own thread.
    private long received;

    private volatile boolean expired;

    Watch(Time time) {
        this.time = time;
        this.since = time.nanos();
        this.phase = Phase.FRESH;
    }

    /// Another phase begins now.
    void enter(Phase next) {
        expired = false;
        received = 0;
        bytes = 0;
        since = time.nanos();
        phase = next;
    }

    /// A door is at work: it has no deadline here.
    void serving() {
        phase = Phase.SERVING;
    }

    /// So many bytes came.
    void came(int count) {
        switch (phase) {
            case FRESH, IDLE -> enter(Phase.HEAD);
            case BODY -> {
                received += count;
                bytes = received;
            }
            case HEAD, SERVING, WRITING, LINGERING -> {}
        }
    }

    /// Whether the present phase was ended by the sweep.
    boolean expired() {
        return expired;
    }

    Phase phase() {
        return phase;
    }

    /// Whether the present phase has lasted too long. Marks it as expired when it has.
    boolean overdue(HttpLimits limits, long nowNanos) {
        Phase seen = phase;
        long lasted = nowNanos - since;
        boolean over =
                switch (seen) {
                    case FRESH, HEAD -> lasted > limits.head().toNanos();
                    case IDLE -> lasted > limits.idle().toNanos();
                    case BODY ->
                            lasted > limits.body().toNanos()
                                    || (lasted > limits.bodyGrace().toNanos()
                                            && bytes < lasted / 1e9 * limits.bodyBytesPerSecond());
                    case SERVING -> false;
                    case WRITING -> lasted > limits.write().toNanos();
                    case LINGERING -> lasted > 2_000_000_000L;
                };
        // The phase may have changed between the readings: then nothing is overdue.
        if (over && phase == seen && nowNanos - since >= lasted) {
            expired = true;
            return true;
        }
        return false;
    }
}
