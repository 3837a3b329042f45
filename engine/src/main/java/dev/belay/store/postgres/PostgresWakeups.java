package dev.belay.store.postgres;

import dev.belay.delivery.Wakeup;
import dev.belay.delivery.Wakeups;
import dev.belay.store.Completions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Wake-ups by `NOTIFY`. What is published while one statement is under way goes out with the next,
/// each thing once: however much there is to say, this node says one thing at a time.
final class PostgresWakeups implements Wakeups, AutoCloseable {
    /// When more than this many wait, others are told to look at everything instead.
    private static final int MOST = 1_000;

    /// How long closing waits for the last of them.
    private static final long LAST_SECONDS = 5;

    private final Database database;
    private final Channel channel;
    private final Completions completions;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition quiet = lock.newCondition();

    // Guarded by the lock.
    private final Set<Wakeup> waiting = new LinkedHashSet<>();
    private boolean sending;
    private boolean closed;
    private @Nullable Listening listening;

    PostgresWakeups(Database database, Channel channel, Completions completions) {
        this.database = database;
        this.channel = channel;
        this.completions = completions;
    }

    @Override
    public void publish(Wakeup wakeup) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (waiting.size() >= MOST) {
                waiting.clear();
                waiting.add(new Wakeup.Resynchronise());
            } else {
                waiting.add(wakeup);
            }
            if (!sending) {
                sending = true;
                Thread.ofVirtual().name("belay-store-wakeups").start(this::send);
            }
        } finally {
            lock.unlock();
        }
    }

    private void send() {
        for (List<Wakeup> some = take(); !some.isEmpty(); some = take()) {
            try (Connection connection = database.writing()) {
                channel.send(connection, some);
            } catch (SQLException | RuntimeException e) {
                // Others find out by their next look; the database's trouble is told by whoever
                // needs it.
            }
        }
    }

    /// What waits; when nothing does, sending is over.
    private List<Wakeup> take() {
        lock.lock();
        try {
            List<Wakeup> taken = List.copyOf(waiting);
            waiting.clear();
            if (taken.isEmpty()) {
                sending = false;
                quiet.signalAll();
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void listen(Consumer<Wakeup> listener) {
        lock.lock();
        try {
            if (!closed && listening == null) {
                listening = new Listening(database, channel, completions, listener);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Sends what waits, then stops.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            long left = TimeUnit.SECONDS.toNanos(LAST_SECONDS);
            while (sending && left > 0) {
                left = quiet.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        // Nobody sets it any more.
        Listening last = listening;
        if (last != null) {
            last.close();
        }
    }
}
