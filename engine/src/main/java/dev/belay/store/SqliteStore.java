package dev.belay.store;

import dev.belay.catalog.CatalogStore;
import dev.belay.delivery.Attempt;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.delivery.Lease;
import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex;
import dev.belay.ingest.EventJournal;
import dev.belay.ingest.RejectSampler;
import dev.belay.signal.SignalListener;
import dev.belay.time.Time;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// The embedded store: every storage port on one SQLite database, `belay.db` in the data directory,
/// held by one process.
///
/// Futures complete on a thread of the store, in the order of the commits: stages that depend on
/// them must be short, must not block, or must run elsewhere. A thread that waits in `join` goes on
/// by itself. Once a sync has failed the store stays failed ([#failure()]): the process is to exit
/// and start again, and finds on disk what the disk kept.
public final class SqliteStore
        implements EventJournal, DeliveryQueue, HistoryIndex, CatalogStore, AutoCloseable {
    private static final long STATS_NANOS = 1_000_000_000L;

    private final Writer writer;
    private final Readers readers;
    private final Time time;
    private final RejectSampler sampler;

    /// What to close, last opened first.
    private final Deque<AutoCloseable> parts;

    private @Nullable Stats stats;
    private long statsAt;

    private SqliteStore(Writer writer, Readers readers, Time time, Deque<AutoCloseable> parts) {
        this.writer = writer;
        this.readers = readers;
        this.time = time;
        this.parts = parts;
        sampler = new RejectSampler(time);
    }

    /// Opens the store of a data directory, made where there is none. Claims of the process before
    /// are over: [#rescue] takes them back at once.
    ///
    /// @throws StoreFailure when another process holds the directory, the schema is newer than this
    ///   version knows, or the files cannot be used; the message is for the operator
    public static SqliteStore open(
            Path directory, StoreOptions options, Time time, SignalListener signals) {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            DataDirectory.make(directory);
            parts.push(DirectoryLock.take(directory));
            Path file = directory.resolve("belay.db");
            // Closed after every connection: a process that closes any descriptor of a file loses
            // its locks on it.
            FileChannel database =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            parts.push(database);
            Connections connections = new Connections(file, options);
            Connection writing = connections.writing(time.now());
            parts.push(writing);
            WriteSession session = new WriteSession(writing);
            List<Connection> reading = new ArrayList<>();
            for (int i = 0; i < options.readers(); i++) {
                Connection connection = connections.reading();
                parts.push(connection);
                reading.add(connection);
            }
            Readers readers = new Readers(reading);
            parts.push(readers);
            Checkpoints checkpoints =
                    new Checkpoints(
                            connections.checkpointing(),
                            database,
                            options.pageBytes(),
                            options.wal());
            parts.push(checkpoints);
            Completions completions = new Completions(signals);
            parts.push(completions);
            Writer writer =
                    new Writer(
                            session,
                            () -> WriteSession.over(connections.writingAgain()),
                            options.group(),
                            completions,
                            checkpoints,
                            time);
            writer.start();
            parts.push(writer);
            return new SqliteStore(writer, readers, time, parts);
        } catch (IOException | SQLException e) {
            close(parts);
            throw new StoreFailure(
                    Kind.UNAVAILABLE,
                    "cannot open the store in %s: %s"
                            .formatted(directory.toAbsolutePath(), e.getMessage()));
        } catch (RuntimeException e) {
            close(parts);
            throw e;
        }
    }

    /// The number of the schema.
    public int schema() {
        return Connections.SCHEMA.newest();
    }

    /// Why the store does not work, null while it does.
    public @Nullable String failure() {
        return writer.failed();
    }

    @Override
    public CompletableFuture<Appended> append(Append append) {
        return writer.submit(new JournalOperations.Appending(append));
    }

    @Override
    public CompletableFuture<List<Delivery>> replay(List<Redelivery> redeliveries, Instant now) {
        return writer.submit(new JournalOperations.Replay(redeliveries, now));
    }

    @Override
    public void reject(Reject reject) {
        if (sampler.takes(reject.source())) {
            // Nobody waits for it: a refusal or a failure costs the record and nothing else.
            CompletableFuture<Boolean> _ = writer.submit(new JournalOperations.Rejecting(reject));
        }
    }

    @Override
    public long highestId() {
        return writer.highestId();
    }

    @Override
    public CompletableFuture<List<Delivery>> claim(
            String destination, int limit, Instant now, Lease lease) {
        return writer.submit(new QueueOperations.Claim(destination, limit, now, lease));
    }

    @Override
    public CompletableFuture<SettleResult> settle(Settle settle) {
        return writer.submit(new QueueOperations.Settling(settle));
    }

    @Override
    public CompletableFuture<Void> release(List<Release> releases) {
        CompletableFuture<Void> released = new CompletableFuture<>();
        CompletableFuture<Boolean> _ =
                writer.submit(new QueueOperations.Releasing(releases, time.now()))
                        .whenComplete(
                                (_, failure) -> {
                                    if (failure == null) {
                                        released.complete(null);
                                    } else {
                                        released.completeExceptionally(failure);
                                    }
                                });
        return released;
    }

    @Override
    public CompletableFuture<List<Rescued>> rescue(
            Instant now, int poisonAfter, int limit, DeadNotices notices) {
        return writer.submit(new QueueOperations.Rescue(now, poisonAfter, limit, notices));
    }

    @Override
    public CompletableFuture<Integer> bury(
            String destination, DeadReason reason, Instant now, int limit, DeadNotices notices) {
        return writer.submit(new QueueOperations.Bury(destination, reason, now, limit, notices));
    }

    @Override
    public Map<String, Instant> nextDue() {
        return readers.read(OtherReads::nextDue);
    }

    @Override
    public Optional<Event> event(EventId id) {
        return readers.read(reader -> EventReads.event(reader, id));
    }

    @Override
    public Page<EventSummary> events(EventQuery query, int limit, @Nullable String cursor) {
        return readers.read(reader -> EventReads.events(reader, query, limit, cursor));
    }

    @Override
    public Page<Delivery> deliveries(DeliveryQuery query, int limit, @Nullable String cursor) {
        return readers.read(reader -> DeliveryReads.deliveries(reader, query, limit, cursor));
    }

    @Override
    public Optional<Delivery> delivery(DeliveryId id) {
        return readers.read(reader -> DeliveryReads.delivery(reader, id));
    }

    @Override
    public List<Delivery> deliveriesOf(EventId event) {
        return readers.read(reader -> DeliveryReads.deliveriesOf(reader, event));
    }

    @Override
    public List<Attempt> attempts(DeliveryId delivery) {
        return readers.read(reader -> DeliveryReads.attempts(reader, delivery));
    }

    @Override
    public List<Reject> rejects(String source, int limit) {
        return readers.read(reader -> OtherReads.rejects(reader, source, limit));
    }

    @Override
    public synchronized Stats stats() {
        long now = time.nanos();
        Stats known = stats;
        if (known == null || now - statsAt >= STATS_NANOS) {
            Instant at = time.now();
            known = readers.read(reader -> OtherReads.stats(reader, at));
            stats = known;
            statsAt = now;
        }
        return known;
    }

    @Override
    public int purge(Instant deliveredBefore, Instant deadBefore, Instant now, int limit) {
        return await(
                writer.submit(
                        new JournalOperations.Purge(deliveredBefore, deadBefore, now, limit)));
    }

    @Override
    public List<Declaration> declarations() {
        return readers.read(OtherReads::declarations);
    }

    @Override
    public void change(List<Declaration> put, List<Declaration.Key> remove) {
        await(writer.submit(new JournalOperations.Declare(put, remove)));
    }

    @Override
    public Map<String, Standing> standings() {
        return readers.read(OtherReads::standings);
    }

    @Override
    public void setStanding(String destination, Standing standing) {
        await(writer.submit(new JournalOperations.Stand(destination, standing)));
    }

    /// Commits what waits, refuses what comes, and gives the directory free.
    @Override
    public void close() {
        close(parts);
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StoreFailure failure ? failure : e;
        }
    }

    private static void close(Deque<AutoCloseable> parts) {
        synchronized (parts) {
            while (!parts.isEmpty()) {
                try {
                    parts.pop().close();
                } catch (Exception e) {
                    // The next ones are closed all the same; what was acknowledged is on disk.
                }
            }
        }
    }
}
