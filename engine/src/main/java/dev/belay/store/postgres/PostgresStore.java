package dev.belay.store.postgres;

import dev.belay.catalog.CatalogStore;
import dev.belay.delivery.Attempt;
import dev.belay.delivery.DeadReason;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue;
import dev.belay.delivery.Lease;
import dev.belay.delivery.Sharing;
import dev.belay.delivery.StoreFailure;
import dev.belay.delivery.StoreFailure.Kind;
import dev.belay.delivery.Wakeups;
import dev.belay.event.DeliveryId;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.history.HistoryIndex;
import dev.belay.ingest.EventJournal;
import dev.belay.ingest.RejectSampler;
import dev.belay.signal.Signal;
import dev.belay.signal.SignalListener;
import dev.belay.store.Completions;
import dev.belay.time.Time;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The store for several nodes: every storage port on one PostgreSQL database.
///
/// Futures complete on a thread of the store: stages that depend on them must be short, must not
/// block, or must run elsewhere. When the database is gone, what is asked fails, and works again by
/// itself when the database is back.
public final class PostgresStore
        implements EventJournal, DeliveryQueue, HistoryIndex, CatalogStore, AutoCloseable {
    private static final long STATS_NANOS = 1_000_000_000L;

    private final Database database;
    private final Nodes nodes;
    private final List<String> unsafe;
    private final Names names;
    private final GroupWriter ingest;
    private final GroupWriter queue;
    private final Appends appends;
    private final Settles settles;
    private final Claims claims;
    private final DeadLetters deadLetters;
    private final Replaying replaying;
    private final Purging purging;
    private final Circuits circuits;
    private final Upkeep upkeep;
    private final CatalogTables catalog;
    private final PostgresWakeups wakeups;
    private final Outage outage;
    private final Time time;
    private final RejectSampler sampler;
    private final AtomicLong highestId;

    /// What to close, last opened first.
    private final Deque<AutoCloseable> parts;

    private @Nullable Stats stats;
    private long statsAt;
    private volatile boolean closed;

    private PostgresStore(
            Database database,
            Opening opening,
            PostgresOptions options,
            Time time,
            Completions completions,
            Deque<AutoCloseable> parts) {
        this.database = database;
        this.time = time;
        this.parts = parts;
        nodes = opening.nodes();
        unsafe = opening.unsafe();
        highestId = new AtomicLong(opening.highestId());
        sampler = new RejectSampler(time);
        names = new Names(database);
        outage = new Outage(completions);
        Partitions partitions = new Partitions(database);
        int node = nodes.number();
        Counting ingestCounts = Counting.of(node, Counting.INGEST);
        Counting queueCounts = Counting.of(node, Counting.QUEUE);
        appends = new Appends(names, partitions, node, ingestCounts);
        replaying = new Replaying(names, node, ingestCounts);
        Appends notices = new Appends(names, partitions, node, queueCounts);
        settles = new Settles(names, partitions, notices, queueCounts);
        deadLetters = new DeadLetters(names, partitions, notices);
        claims = new Claims(names, node, queueCounts);
        purging = new Purging(highestId, Counting.of(node, Counting.UPKEEP));
        GroupWriter.Parts writing =
                new GroupWriter.Parts(database, nodes, partitions, completions, outage, time);
        catalog = new CatalogTables(nodes.channel());
        wakeups = new PostgresWakeups(database, nodes.channel(), completions);
        upkeep =
                new Upkeep(database, nodes, partitions, outage, time, options.limits().heartbeat());
        circuits = new Circuits(database, upkeep, names, node);
        parts.push(this::leave);
        parts.push(upkeep);
        ingest = new GroupWriter("ingest", writing, options.group());
        parts.push(ingest);
        queue = new GroupWriter("queue", writing, options.group());
        parts.push(queue);
        parts.push(wakeups);
        upkeep.watch(ingest);
        upkeep.watch(queue);
    }

    /// Opens the store, its schema brought up to date where that is needed.
    ///
    /// @param node name of this node, its own over restarts; no two processes have it at a time
    /// @throws StoreFailure when the database cannot be reached or used, or its schema is newer
    ///   than this version knows; the message is for the operator
    public static PostgresStore open(
            PostgresOptions options, String node, Time time, SignalListener signals) {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            Completions completions = new Completions(signals);
            parts.push(completions);
            Database database = new Database(options);
            parts.push(database);
            Opening opening = Opening.open(database, options, node, time);
            for (String word : opening.unsafe()) {
                completions.signal(
                        new Signal.Trouble(
                                "store",
                                word + ": acknowledged events can be lost, and that is allowed"));
            }
            return new PostgresStore(database, opening, options, time, completions, parts);
        } catch (SQLException e) {
            close(parts);
            throw cannotOpen(options, e);
        } catch (RuntimeException e) {
            close(parts);
            throw e;
        }
    }

    /// Brings the schema to the newest this version knows, and answers its number.
    ///
    /// @throws StoreFailure as [#open] does
    public static int migrate(PostgresOptions options) {
        try (Database database = new Database(options)) {
            return Opening.migrate(database, options);
        } catch (SQLException e) {
            throw cannotOpen(options, e);
        }
    }

    static StoreFailure cannotOpen(PostgresOptions options, SQLException cause) {
        return new StoreFailure(
                Kind.UNAVAILABLE,
                "cannot open the store in %s: %s"
                        .formatted(options.place(), Failure.message(cause)));
    }

    /// This node's number, unlike that of any other node.
    public int node() {
        return nodes.number();
    }

    /// How this node keeps limits and circuits together with the others.
    public Sharing sharing() {
        return new Sharing(nodes::members, circuits);
    }

    /// Why the store does not work at present, null while it does.
    public @Nullable String failure() {
        String lost = nodes.lost();
        return lost != null ? lost : outage.reason();
    }

    /// What is unsafe about the database and allowed to be so, in words; empty when nothing is.
    public String warning() {
        return String.join(", ", unsafe);
    }

    /// How this node and the others wake each other.
    public Wakeups wakeups() {
        return wakeups;
    }

    @Override
    public CompletableFuture<Appended> append(Append append) {
        highestId.accumulateAndGet(append.event().id().value(), Math::max);
        try {
            return ingest.submit(appends.operation(append));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(Failure.OWN.toStoreFailure(e));
        }
    }

    @Override
    public CompletableFuture<List<Delivery>> replay(List<Redelivery> redeliveries, Instant now) {
        List<Redelivery> wanted = List.copyOf(redeliveries);
        return ingest.submit(
                Single.transaction(Single.Kind.REFUSABLE, c -> replaying.replay(c, wanted, now)));
    }

    @Override
    public void reject(Reject reject) {
        if (sampler.takes(reject.source())) {
            CompletableFuture<Boolean> _ =
                    ingest.submit(
                            Single.transaction(
                                    Single.Kind.QUIET, c -> SmallTables.reject(c, reject)));
        }
    }

    @Override
    public long highestId() {
        return highestId.get();
    }

    @Override
    public CompletableFuture<List<Delivery>> claim(
            String destination, int limit, Instant now, Lease lease) {
        return queue.submit(
                Single.statement(
                        Single.Kind.NEEDED, c -> claims.claim(c, destination, limit, now, lease)));
    }

    @Override
    public CompletableFuture<SettleResult> settle(Settle settle) {
        try {
            return queue.submit(settles.operation(settle));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(Failure.OWN.toStoreFailure(e));
        }
    }

    @Override
    public CompletableFuture<Void> release(List<Release> releases) {
        List<Release> wanted = List.copyOf(releases);
        Instant now = time.now();
        CompletableFuture<Void> released = new CompletableFuture<>();
        CompletableFuture<Integer> _ =
                queue.submit(
                                Single.statement(
                                        Single.Kind.NEEDED, c -> claims.release(c, wanted, now)))
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
        return queue.submit(
                deadLetters.operation(c -> claims.rescue(c, now, poisonAfter, limit), notices));
    }

    @Override
    public CompletableFuture<Integer> bury(
            String destination, DeadReason reason, Instant now, int limit, DeadNotices notices) {
        return queue.submit(
                deadLetters.operation(
                        c -> claims.bury(c, destination, reason, now, limit), notices));
    }

    @Override
    public Map<String, Instant> nextDue() {
        return read(c -> OtherReads.nextDue(c, names));
    }

    @Override
    public Optional<Event> event(EventId id) {
        return read(c -> EventReads.event(c, names, id));
    }

    @Override
    public Page<EventSummary> events(EventQuery query, int limit, @Nullable String cursor) {
        return snapshot(c -> EventReads.events(c, names, query, limit, cursor));
    }

    @Override
    public Page<Delivery> deliveries(DeliveryQuery query, int limit, @Nullable String cursor) {
        return snapshot(c -> DeliveryReads.deliveries(c, names, query, limit, cursor));
    }

    @Override
    public Optional<Delivery> delivery(DeliveryId id) {
        return read(c -> DeliveryReads.delivery(c, names, id));
    }

    @Override
    public List<Delivery> deliveriesOf(EventId event) {
        return read(c -> DeliveryReads.deliveriesOf(c, names, event));
    }

    @Override
    public List<Attempt> attempts(DeliveryId delivery) {
        return read(c -> DeliveryReads.attempts(c, delivery));
    }

    @Override
    public List<Reject> rejects(String source, int limit) {
        return read(c -> OtherReads.rejects(c, source, limit));
    }

    @Override
    public synchronized Stats stats() {
        long now = time.nanos();
        Stats known = stats;
        if (known == null || now - statsAt >= STATS_NANOS) {
            Instant at = time.now();
            known = snapshot(c -> OtherReads.stats(c, names, at));
            stats = known;
            statsAt = now;
        }
        return known;
    }

    @Override
    public int purge(Instant deliveredBefore, Instant deadBefore, Instant now, int limit) {
        Purging.Windows windows =
                new Purging.Windows(deliveredBefore.toEpochMilli(), deadBefore.toEpochMilli());
        int dropped = 0;
        try {
            dropped = upkeep.change(c -> purging.dropWeek(c, windows));
        } catch (StoreFailure e) {
            // Somebody reads that week for long: it is walked through instead, or dropped next
            // time.
            if (e.kind() != Kind.UNAVAILABLE) {
                throw e;
            }
        }
        return dropped > 0 ? dropped : upkeep.change(c -> purging.purge(c, windows, now, limit));
    }

    @Override
    public List<Declaration> declarations() {
        return read(CatalogTables::declarations);
    }

    @Override
    public void change(List<Declaration> put, List<Declaration.Key> remove) {
        upkeep.change(c -> catalog.change(c, put, remove));
    }

    @Override
    public Map<String, Standing> standings() {
        return read(CatalogTables::standings);
    }

    @Override
    public void setStanding(String destination, Standing standing) {
        upkeep.change(c -> catalog.setStanding(c, destination, standing));
    }

    @Override
    public Revision revision() {
        return read(CatalogTables::revision);
    }

    /// Commits what waits, refuses what comes, and leaves the nodes.
    @Override
    public void close() {
        closed = true;
        close(parts);
    }

    /// One statement, and so one snapshot.
    private <T> T read(Transactions.Body<T> read) {
        return reading(read, false);
    }

    /// Several statements that see one snapshot.
    private <T> T snapshot(Transactions.Body<T> read) {
        return reading(read, true);
    }

    private <T> T reading(Transactions.Body<T> read, boolean snapshot) {
        if (closed) {
            throw new StoreFailure(Kind.CLOSED, "the store is closed");
        }
        try (Connection connection = database.reading()) {
            if (!snapshot) {
                return read.run(connection);
            }
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            try {
                return read.run(connection);
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw Failure.of(e).toStoreFailure(e);
        }
    }

    private void leave() throws SQLException {
        try (Connection connection = database.writing()) {
            nodes.leave(connection);
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
