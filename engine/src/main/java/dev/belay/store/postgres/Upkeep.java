package dev.belay.store.postgres;

import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import dev.belay.store.postgres.Operation.InDoubt;
import dev.belay.time.Time;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// What nobody's request waits for long: signs of life, partitions made ahead, and changes that
/// block their caller until they are durable, one at a time.
final class Upkeep implements AutoCloseable {
    /// Between two looks for the database when it is gone.
    private static final Duration SOON = Duration.ofSeconds(1);

    /// Between two looks at whether a writer waits for the database.
    private static final Duration LOOK = Duration.ofMillis(500);

    /// How long a sign of life waits for its answer, in milliseconds.
    private static final int ANSWER_MILLIS = 8_000;

    private final Database database;
    private final Nodes nodes;
    private final Partitions partitions;
    private final Outage outage;
    private final Time time;
    private final Duration interval;
    private final ReentrantLock lock = new ReentrantLock();
    private final ScheduledThreadPoolExecutor timer;

    Upkeep(
            Database database,
            Nodes nodes,
            Partitions partitions,
            Outage outage,
            Time time,
            Duration interval) {
        this.database = database;
        this.nodes = nodes;
        this.partitions = partitions;
        this.outage = outage;
        this.time = time;
        this.interval = interval;
        timer =
                new ScheduledThreadPoolExecutor(
                        2,
                        task ->
                                Thread.ofPlatform()
                                        .daemon()
                                        .name("belay-store-upkeep")
                                        .unstarted(task));
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timer.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        later(interval);
    }

    /// Has a writer looked at every now and then.
    void watch(GroupWriter writer) {
        Future<?> _ =
                timer.scheduleWithFixedDelay(
                        writer::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void later(Duration delay) {
        if (!timer.isShutdown()) {
            Future<?> _ = timer.schedule(this::beat, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void beat() {
        try (Connection connection = database.writing()) {
            connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
            nodes.beat(connection);
            partitions.ahead(time.now());
            outage.over();
            later(interval);
        } catch (SQLException | RuntimeException e) {
            outage.failed(Failure.message(e));
            later(SOON);
        }
    }

    /// Makes a change in a transaction of its own.
    ///
    /// @throws StoreFailure when it was not made, or may not have been
    <T> T change(Transactions.Body<T> body) {
        lock.lock();
        try (Connection connection = database.writing()) {
            nodes.mustBeOurs();
            return Transactions.together(connection, body);
        } catch (InDoubt e) {
            throw new StoreFailure(Kind.UNKNOWN, "commit: " + e.getMessage());
        } catch (SQLException e) {
            throw Failure.of(e).toStoreFailure(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        timer.shutdown();
        try {
            timer.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
