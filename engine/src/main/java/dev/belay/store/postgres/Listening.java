package dev.belay.store.postgres;

import dev.belay.delivery.Wakeup;
import dev.belay.signal.Signal;
import dev.belay.store.Completions;
import dev.belay.store.Threads;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Hears the other nodes, on a connection and a thread of its own. A connection that is lost is
/// made again, and whoever listens is told that something may have been missed.
final class Listening implements AutoCloseable {
    /// How long there may be no news before the connection is tried, and how long that may take.
    private static final Duration QUIET = Duration.ofSeconds(5);

    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final int MOST_DOUBLINGS = 6;

    private final Database database;
    private final Channel channel;
    private final Completions completions;
    private final Consumer<Wakeup> listener;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Connection connection;

    /// Touched by the thread alone.
    private int failures;

    Listening(
            Database database,
            Channel channel,
            Completions completions,
            Consumer<Wakeup> listener) {
        this.database = database;
        this.channel = channel;
        this.completions = completions;
        this.listener = listener;
        thread = Thread.ofPlatform().daemon().name("belay-store-listen").unstarted(this::run);
        thread.start();
    }

    private void run() {
        try {
            long pause = 0;
            while (!over.await(pause, TimeUnit.MILLISECONDS)) {
                pause = turn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
        }
    }

    /// Waits for news and hands it on; says how many milliseconds to wait before the next turn.
    private long turn() {
        try {
            Connection open = connected();
            List<String> news = new Notifications(open).await(QUIET);
            for (String line : news) {
                Wakeup wakeup = channel.read(line);
                if (wakeup != null) {
                    listener.accept(wakeup);
                }
            }
            if (news.isEmpty() && !open.isValid((int) QUIET.toSeconds())) {
                throw new SQLException("no answer");
            }
            failures = 0;
            return 0;
        } catch (SQLException | RuntimeException e) {
            disconnect();
            if (failures == 0 && over.getCount() > 0) {
                completions.signal(
                        new Signal.Trouble(
                                "wakeups",
                                "other nodes are not heard, and looked after every few seconds: "
                                        + Failure.message(e)));
            }
            return FIRST_PAUSE_MILLIS << Math.min(failures++, MOST_DOUBLINGS);
        }
    }

    private Connection connected() throws SQLException {
        Connection known = connection;
        if (known != null) {
            return known;
        }
        Connection made = database.listening(QUIET);
        connection = made;
        if (over.getCount() == 0) {
            throw new SQLException("closed");
        }
        try (Statement statement = made.createStatement()) {
            statement.execute("LISTEN " + Channel.NAME);
        }
        // Only now: what was committed before is found by looking, what comes after is heard.
        listener.accept(new Wakeup.Resynchronise());
        return made;
    }

    private void disconnect() {
        Connection lost = connection;
        connection = null;
        if (lost != null) {
            try {
                lost.close();
            } catch (SQLException e) {
                // It is gone either way.
            }
        }
    }

    /// Ends the thread, also while it waits for news, and waits for that.
    @Override
    public void close() {
        over.countDown();
        Connection open = connection;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                // It was gone already.
            }
        }
        Threads.joinUninterruptibly(thread);
    }
}
