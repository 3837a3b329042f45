package dev.belay.system.torture;

import dev.belay.delivery.Delivery;
import dev.belay.delivery.DeliveryState;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.signal.SignalListener;
import dev.belay.store.SqliteStore;
import dev.belay.store.StoreOptions;
import dev.belay.system.process.Scratch;
import dev.belay.time.SystemTime;
import dev.belay.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// Cuts the power under the store at random moments: freezes the process that appends, shuts its
/// file system down so that nothing that was not synced is kept, kills the process, mounts the file
/// system again and opens the store. Everything acknowledged before the cut must be there.
final class PowerCutRun {
    /// A store lives this long, so that cuts hit new ones, grown ones and recovered ones.
    private static final int CYCLES_PER_STORE = 10;

    private static final int THREADS = 24;
    private static final long LONGEST_NANOS = 80_000_000;
    private static final int EXAMPLES = 10;

    private final Options options;
    private final SplittableRandom random;
    private final Time time = new SystemTime();
    private final Set<Long> appended = new HashSet<>();
    private final Set<Long> settled = new HashSet<>();
    private final Set<Long> reported = new HashSet<>();
    private final List<String> examples = new ArrayList<>();
    private long acknowledged;
    private long settlements;
    private long lost;
    private int warmUps;

    PowerCutRun(Options options) {
        this.options = options;
        this.random = new SplittableRandom(options.seed());
    }

    /// @param type of the file system
    /// @param sync of the store: anything but `FULL` must lose
    /// @param inProcess whether the store that dies is one of this process, which is quicker: its
    ///   files are closed instead of the process being frozen and killed
    record Options(String type, StoreOptions.Sync sync, boolean inProcess, int cycles, long seed) {}

    /// What a run found.
    ///
    /// @param acknowledged appends told before the cut
    /// @param settlements settled deliveries told before the cut
    /// @param lost those of both that were not there afterwards
    /// @param examples the first of them, in words
    record Report(
            Options options,
            long acknowledged,
            long settlements,
            long lost,
            double secondsPerCut,
            List<String> examples) {
        Report {
            examples = List.copyOf(examples);
        }

        String line() {
            return "torture powercut: fs=%s synchronous=%s%s seed=%d cuts=%d acknowledged=%d settled=%d lost=%d (%.2f s a cut)"
                    .formatted(
                            options.type(),
                            options.sync(),
                            options.inProcess() ? " in_process" : "",
                            options.seed(),
                            options.cycles(),
                            acknowledged,
                            settlements,
                            lost,
                            secondsPerCut);
        }
    }

    Report run() throws IOException, InterruptedException {
        long start = time.nanos();
        try (Scratch scratch = Scratch.create(null, "powercut");
                LoopVolume volume = LoopVolume.create(scratch.path(), options.type())) {
            if (options.inProcess()) {
                for (int cycle = 0; cycle < options.cycles(); cycle++) {
                    Path store = storeOf(volume, cycle);
                    afterwards(volume, store, cutHere(volume, store));
                }
            } else {
                cutProcesses(scratch.path(), volume);
            }
        }
        double seconds = (time.nanos() - start) / 1e9;
        return new Report(
                options,
                acknowledged,
                settlements,
                lost,
                seconds / Math.max(1, options.cycles()),
                examples);
    }

    private void cutProcesses(Path scratch, LoopVolume volume)
            throws IOException, InterruptedException {
        try (AppenderProcess first = startNext(scratch)) {
            first.awaitWarm();
            first.dismiss();
        }
        AppenderProcess next = startNext(scratch);
        try {
            for (int cycle = 0; cycle < options.cycles(); cycle++) {
                AppenderProcess current = next;
                current.awaitWarm();
                try {
                    // The next one starts while this one works: a cycle costs no start.
                    next = startNext(scratch);
                    Path store = storeOf(volume, cycle);
                    afterwards(volume, store, cutProcess(current, volume, store));
                } finally {
                    current.close();
                }
            }
        } finally {
            next.close();
        }
    }

    private AppenderProcess startNext(Path scratch) throws IOException {
        Path warmUp = scratch.resolve("warm-up-" + warmUps % 2);
        warmUps++;
        Scratch.delete(warmUp);
        return AppenderProcess.start(warmUp, options.sync(), THREADS, scratch);
    }

    /// @return what the process was told before the cut
    private List<String> cutProcess(AppenderProcess appender, LoopVolume volume, Path store)
            throws IOException, InterruptedException {
        appender.begin(store);
        if (random.nextInt(8) != 0) {
            appender.awaitAcknowledgement();
        }
        LockSupport.parkNanos(random.nextLong(LONGEST_NANOS));
        appender.freeze();
        volume.cutPower();
        return appender.killAndRead();
    }

    /// @return what the threads were told before the cut
    private List<String> cutHere(LoopVolume volume, Path directory)
            throws IOException, InterruptedException {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        AtomicBoolean cut = new AtomicBoolean();
        // What is heard while the flag is down was acknowledged before the power went.
        Appender.Listener listener =
                line -> {
                    if (!cut.get()) {
                        told.add(line);
                    }
                };
        List<Thread> threads;
        try (SqliteStore store = open(directory)) {
            threads = new Appender(store, time, listener).start(THREADS);
            if (random.nextInt(8) != 0) {
                awaitFirst(told);
            }
            LockSupport.parkNanos(random.nextLong(LONGEST_NANOS));
            cut.set(true);
            volume.cutPower();
        } catch (StoreFailure e) {
            throw new IOException("the store did not let go of its files", e);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return List.copyOf(told);
    }

    private void awaitFirst(Queue<String> told) throws IOException {
        long deadline = time.nanos() + 60_000_000_000L;
        while (told.isEmpty()) {
            if (time.nanos() > deadline) {
                throw new IOException("nothing was acknowledged within a minute");
            }
            LockSupport.parkNanos(500_000);
        }
    }

    private void afterwards(LoopVolume volume, Path store, List<String> told) throws IOException {
        volume.remount();
        note(told);
        check(store);
    }

    private Path storeOf(LoopVolume volume, int cycle) throws IOException {
        if (cycle % CYCLES_PER_STORE == 0) {
            startStore(volume, cycle);
        }
        return volume.directory().resolve("store-" + cycle / CYCLES_PER_STORE);
    }

    private SqliteStore open(Path directory) {
        return SqliteStore.open(
                directory,
                StoreOptions.DEFAULT.withSync(options.sync()),
                time,
                SignalListener.NONE);
    }

    private void startStore(LoopVolume volume, int cycle) throws IOException {
        if (cycle > 0) {
            Scratch.delete(volume.directory().resolve("store-" + (cycle / CYCLES_PER_STORE - 1)));
        }
        appended.clear();
        settled.clear();
        reported.clear();
    }

    private void note(List<String> told) {
        for (String line : told) {
            long id = Long.parseLong(line.substring(1));
            if (line.charAt(0) == 'a') {
                appended.add(id);
                acknowledged++;
            } else {
                settled.add(id);
                settlements++;
            }
        }
    }

    private void check(Path directory) {
        try (SqliteStore store = open(directory)) {
            for (long id : appended) {
                checkOne(store, id);
            }
        }
    }

    private void checkOne(SqliteStore store, long id) {
        Event event = store.event(new EventId(id)).orElse(null);
        if (event == null) {
            lose(id, "is gone");
            return;
        }
        if (!event.body().equals(Appends.body(id))) {
            lose(id, "has other bytes");
        }
        List<Delivery> deliveries = store.deliveriesOf(event.id());
        if (deliveries.size() != 1) {
            lose(id, "has " + deliveries.size() + " deliveries");
        } else if (settled.contains(id)
                && !(deliveries.getFirst().state() instanceof DeliveryState.Delivered)) {
            lose(id, "was settled and is " + deliveries.getFirst().state().word());
        }
    }

    private void lose(long id, String how) {
        // What is gone stays gone in the cycles that follow: it counts once.
        if (reported.add(id)) {
            lost++;
            if (examples.size() < EXAMPLES) {
                examples.add(new EventId(id) + " " + how);
            }
        }
    }
}
