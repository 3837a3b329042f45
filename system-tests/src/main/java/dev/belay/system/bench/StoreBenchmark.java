package dev.belay.system.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.belay.delivery.Attempt;
import dev.belay.delivery.AttemptOutcome;
import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryQueue.Settle;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.Lease;
import dev.belay.delivery.NewDelivery;
import dev.belay.delivery.Settlement;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.event.Ids;
import dev.belay.ingest.DedupeKey;
import dev.belay.ingest.EventJournal.Append;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.signal.SignalListener;
import dev.belay.signature.Headers;
import dev.belay.store.SqliteStore;
import dev.belay.store.StoreOptions;
import dev.belay.time.SystemTime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// Durable appends and settlements a second of the embedded store, with waiting senders on virtual
/// threads. Events: 600 bytes of headers, 1 KiB of body, a key of their own, one delivery.
///
/// Arguments: directory, seconds a run, events of history to begin with (0: none), then runs out of
/// `append:64`, `settle:512` and the like.
public final class StoreBenchmark {
    private static final SystemTime TIME = new SystemTime();
    private static final Headers HEADERS = headers();
    private static final byte[] BODY = body();

    private StoreBenchmark() {}

    /// Runs it.
    public static void main(String[] args) throws IOException, InterruptedException {
        Path directory = Path.of(args[0]);
        int seconds = Integer.parseInt(args[1]);
        int history = Integer.parseInt(args[2]);
        StoreOptions options =
                StoreOptions.DEFAULT
                        .withPageBytes(Integer.getInteger("page", StoreOptions.DEFAULT.pageBytes()))
                        .withWal(
                                new StoreOptions.Wal(
                                        Long.getLong(
                                                "soft", StoreOptions.DEFAULT.wal().softBytes()),
                                        Long.getLong(
                                                "hard", StoreOptions.DEFAULT.wal().hardBytes())));
        try (SqliteStore store = SqliteStore.open(directory, options, TIME, SignalListener.NONE)) {
            Ids ids = new Ids(TIME, 0, store.highestId());
            if (history > 0) {
                run(store, ids, "history", 512, true, Long.MAX_VALUE, history);
            }
            for (String run : Arrays.asList(args).subList(3, args.length)) {
                int colon = run.indexOf(':');
                boolean settle = run.substring(0, colon).equals("settle");
                int senders = Integer.parseInt(run.substring(colon + 1));
                run(store, ids, run, senders, settle, seconds * 1_000_000_000L, Long.MAX_VALUE);
            }
        }
        long bytes = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        System.out.printf("on disk: %,d bytes%n", bytes);
    }

    private static void run(
            SqliteStore store,
            Ids ids,
            String name,
            int senders,
            boolean settle,
            long nanos,
            long most)
            throws InterruptedException {
        AtomicLong done = new AtomicLong();
        long[][] latencies = new long[senders][];
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpuBefore = system.getProcessCpuTime();
        long began = TIME.nanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < senders; i++) {
            int sender = i;
            threads.add(
                    Thread.startVirtualThread(
                            () -> {
                                long[] times = new long[1 << 12];
                                int count = 0;
                                while (TIME.nanos() - began < nanos && done.get() < most) {
                                    long start = TIME.nanos();
                                    Delivery delivery = append(store, ids.next());
                                    if (count == times.length) {
                                        times = Arrays.copyOf(times, count * 2);
                                    }
                                    times[count++] = TIME.nanos() - start;
                                    if (settle) {
                                        settle(store, delivery);
                                    }
                                    done.incrementAndGet();
                                }
                                latencies[sender] = Arrays.copyOf(times, count);
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double took = (TIME.nanos() - began) / 1e9;
        double cpu = (system.getProcessCpuTime() - cpuBefore) / 1e3;
        long[] all = Stream.of(latencies).flatMapToLong(Arrays::stream).sorted().toArray();
        System.out.printf(
                "%-12s %,10.0f events/s  %6.1f us CPU/event  append p50 %.1f ms  p99 %.1f ms  max %.0f ms  (%,d events)%n",
                name,
                all.length / took,
                cpu / all.length,
                all[all.length / 2] / 1e6,
                all[all.length * 99 / 100] / 1e6,
                all[all.length - 1] / 1e6,
                all.length);
    }

    private static Delivery append(SqliteStore store, long id) {
        Instant now = TIME.now();
        Event event =
                new Event(
                        new EventId(id),
                        "shop",
                        "order.completed",
                        Long.toString(id),
                        now,
                        HEADERS,
                        Body.of(BODY));
        Appended appended =
                store.append(
                                new Append(
                                        event,
                                        DedupeKey.of("shop", event.id().toString()),
                                        now.plus(Duration.ofDays(7)),
                                        List.of(
                                                new NewDelivery(
                                                        "reviewer",
                                                        "shop-reviewer",
                                                        null,
                                                        new DeliveryState.Leased(
                                                                new Lease(
                                                                        id,
                                                                        now.plusSeconds(180)))))))
                        .join();
        return switch (appended) {
            case Appended.Stored(List<Delivery> deliveries) -> deliveries.getFirst();
            case Appended.AlreadySeen _ -> throw new IllegalStateException("a key came twice");
        };
    }

    private static void settle(SqliteStore store, Delivery delivery) {
        Attempt attempt =
                new Attempt(
                        delivery.id(),
                        1,
                        TIME.now(),
                        Duration.ofMillis(3),
                        new AttemptOutcome.Acknowledged(200),
                        new Attempt.Response(
                                Headers.of("content-type", "text/plain", "content-length", "2"),
                                Body.of(new byte[] {'o', 'k'}),
                                false));
        store.settle(
                        new Settle(
                                delivery,
                                delivery.id().event().value(),
                                attempt,
                                new Settlement.Complete(),
                                List.of()))
                .join();
    }

    private static Headers headers() {
        String[] lines = new String[24];
        for (int i = 0; i < lines.length; i += 2) {
            lines[i] = "x-header-number-" + i;
            lines[i + 1] = "value of the header ".repeat(2).substring(0, 32);
        }
        return Headers.of(lines);
    }

    private static byte[] body() {
        byte[] bytes = new byte[1024];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }
}
