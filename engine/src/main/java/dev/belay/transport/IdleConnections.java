package dev.belay.transport;

import dev.belay.time.Time;
import dev.belay.time.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Connections that wait for the next attempt, newest used first. Bounded per destination by its
/// concurrency and in total; those unused for too long are closed.
final class IdleConnections implements AutoCloseable {
    private record Idle(Connection connection, long since, long until) {}

    private final Time time;
    private final Timers timers;
    private final HttpLimits limits;
    private final Map<Route, ArrayDeque<Idle>> idle = new HashMap<>();
    private int size;
    private boolean sweepIsSet;
    private boolean closed;

    IdleConnections(Time time, Timers timers, HttpLimits limits) {
        this.time = time;
        this.timers = timers;
        this.limits = limits;
    }

    /// A connection that still stands, or null.
    @Nullable Connection take(Route route) {
        while (true) {
            Idle found = pop(route);
            if (found == null) {
                return null;
            }
            long now = time.nanos();
            if (now < found.until && found.connection.isFresh(now - found.since)) {
                return found.connection;
            }
            found.connection.close();
        }
    }

    private synchronized @Nullable Idle pop(Route route) {
        ArrayDeque<Idle> queue = idle.get(route);
        if (queue == null) {
            return null;
        }
        Idle found = queue.pollFirst();
        if (queue.isEmpty()) {
            idle.remove(route);
        }
        size -= found == null ? 0 : 1;
        return found;
    }

    /// Keeps the connection, or closes it where there is no room.
    ///
    /// @param most most idle connections of the route
    /// @param keep how long the peer said it keeps it, null where it said nothing
    void put(Connection connection, int most, @Nullable Duration keep) {
        if (!keepIfRoom(connection, most, keep)) {
            connection.close();
        }
    }

    private synchronized boolean keepIfRoom(
            Connection connection, int most, @Nullable Duration keep) {
        ArrayDeque<Idle> queue = idle.get(connection.route);
        if (closed || size >= limits.maxIdle() || (queue != null && queue.size() >= most)) {
            return false;
        }
        Duration span = keep == null || keep.compareTo(limits.idle()) > 0 ? limits.idle() : keep;
        if (queue == null) {
            queue = new ArrayDeque<>();
            idle.put(connection.route, queue);
        }
        long now = time.nanos();
        queue.addFirst(new Idle(connection, now, now + span.toNanos()));
        size++;
        setSweep();
        return true;
    }

    private void setSweep() {
        if (!sweepIsSet && !closed && size > 0) {
            sweepIsSet = true;
            timers.after(limits.idle(), this::sweep);
        }
    }

    private void sweep() {
        List<Connection> expired = new ArrayList<>();
        synchronized (this) {
            sweepIsSet = false;
            long now = time.nanos();
            Iterator<ArrayDeque<Idle>> queues = idle.values().iterator();
            while (queues.hasNext()) {
                ArrayDeque<Idle> queue = queues.next();
                queue.removeIf(entry -> now >= entry.until && expired.add(entry.connection));
                if (queue.isEmpty()) {
                    queues.remove();
                }
            }
            size -= expired.size();
            setSweep();
        }
        expired.forEach(Connection::close);
    }

    /// How many are kept.
    synchronized int size() {
        return size;
    }

    @Override
    public void close() {
        List<Connection> all = new ArrayList<>();
        synchronized (this) {
            closed = true;
            idle.values().forEach(queue -> queue.forEach(entry -> all.add(entry.connection)));
            idle.clear();
            size = 0;
        }
        all.forEach(Connection::close);
    }
}
