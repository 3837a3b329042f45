package dev.belay.transport;

import dev.belay.time.Time;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks the resolver with a bounded wait. Runs on platform threads, because the system's resolver
/// blocks the thread it is called on, also a virtual one's carrier. A name has one query under way
/// at most, so a silent name server costs one thread and delays only those who ask for its names.
final class Lookups implements AutoCloseable {
    /// An answer serves attempts that begin within this time: enough to spare a busy destination a
    /// query per attempt, too short to matter when an address changes.
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int MAX_THREADS = 64;
    private static final int MAX_WAITING = 10_000;
    private static final int MAX_REMEMBERED = 4_096;

    private record Query(CompletableFuture<List<InetAddress>> answer, long askedAt) {}

    private final Resolver resolver;
    private final Time time;
    private final ConcurrentHashMap<String, Query> queries = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads;

    Lookups(Resolver resolver, Time time) {
        this.resolver = resolver;
        this.time = time;
        threads =
                new ThreadPoolExecutor(
                        MAX_THREADS,
                        MAX_THREADS,
                        10,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(MAX_WAITING),
                        task -> Thread.ofPlatform().daemon().name("belay-dns").unstarted(task));
        threads.allowCoreThreadTimeOut(true);
    }

    /// Every address of the name; never empty.
    ///
    /// @throws UnknownHostException when there is none, or no answer within the wait
    List<InetAddress> resolve(String host, Duration wait)
            throws UnknownHostException, InterruptedException {
        try {
            return query(host).answer.get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            UnknownHostException failure = new UnknownHostException(host);
            failure.initCause(e);
            throw failure;
        }
    }

    private Query query(String host) {
        long now = time.nanos();
        Query known = queries.get(host);
        if (known != null && isUsable(known, now)) {
            return known;
        }
        if (queries.size() >= MAX_REMEMBERED) {
            queries.values().removeIf(query -> query.answer.isDone());
        }
        Query fresh = new Query(new CompletableFuture<>(), now);
        boolean placed =
                known == null
                        ? queries.putIfAbsent(host, fresh) == null
                        : queries.replace(host, known, fresh);
        if (!placed) {
            // Somebody else began to ask at the same moment.
            return query(host);
        }
        ask(host, fresh);
        return fresh;
    }

    private static boolean isUsable(Query query, long now) {
        return !query.answer.isDone()
                || (!query.answer.isCompletedExceptionally() && now - query.askedAt < FRESH_NANOS);
    }

    private void ask(String host, Query query) {
        try {
            threads.execute(
                    () -> {
                        try {
                            List<InetAddress> found = List.copyOf(resolver.resolve(host));
                            if (found.isEmpty()) {
                                throw new UnknownHostException(host);
                            }
                            query.answer.complete(found);
                        } catch (UnknownHostException | RuntimeException e) {
                            query.answer.completeExceptionally(e);
                        }
                    });
        } catch (RejectedExecutionException tooMany) {
            query.answer.completeExceptionally(tooMany);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
