package dev.belay.system.torture;

import dev.belay.delivery.DeliveryQueue.SettleResult;
import dev.belay.delivery.StoreFailure;
import dev.belay.event.Ids;
import dev.belay.ingest.EventJournal.Appended;
import dev.belay.signal.SignalListener;
import dev.belay.store.SqliteStore;
import dev.belay.store.StoreOptions;
import dev.belay.time.SystemTime;
import dev.belay.time.Time;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/// The process that dies in a power cut: appends and settles through the real store from many
/// threads, and says so on its standard output after the store has said so. Each line is a whole
/// write: `a` and the id of an acknowledged append, `s` and the id of a settled delivery.
public final class Appender {
    /// The line that says that it waits to be told to begin.
    static final String WARM = "warm";

    private static final int WARM_UP_APPENDS = 40;

    private final SqliteStore store;
    private final Ids ids;
    private final Time time;
    private final Listener listener;

    Appender(SqliteStore store, Time time, Listener listener) {
        this.store = store;
        this.time = time;
        this.listener = listener;
        this.ids = new Ids(time, 0, store.highestId());
    }

    /// Hears what the store has acknowledged.
    interface Listener {
        /// Hears one.
        ///
        /// @param line `a` and the id of an append, or `s` and the id of a settled delivery
        void acknowledged(String line) throws IOException;
    }

    /// Warms up in the directory given, reads a line with another directory, and appends there
    /// until it is killed.
    ///
    /// @param args directory to warm up in, `FULL` or `NORMAL`, number of threads
    public static void main(String[] args) throws IOException, InterruptedException {
        Time time = new SystemTime();
        StoreOptions options = StoreOptions.DEFAULT.withSync(StoreOptions.Sync.valueOf(args[1]));
        int threads = Integer.parseInt(args[2]);
        try (SqliteStore scratch =
                SqliteStore.open(Path.of(args[0]), options, time, SignalListener.NONE)) {
            Appender warmUp = new Appender(scratch, time, line -> {});
            for (int i = 0; i < WARM_UP_APPENDS; i++) {
                warmUp.appendOne();
            }
        }
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        // A write of one short line to a pipe is never torn.
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        out.write((WARM + "\n").getBytes(StandardCharsets.UTF_8));
        String directory = in.readLine();
        if (directory == null) {
            return;
        }
        try (SqliteStore store =
                SqliteStore.open(Path.of(directory), options, time, SignalListener.NONE)) {
            Listener tell = line -> out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            for (Thread thread : new Appender(store, time, tell).start(threads)) {
                thread.join();
            }
        }
    }

    /// Starts to append, from that many threads, until the store fails.
    List<Thread> start(int threads) {
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(Thread.ofVirtual().start(this::appendForEver));
        }
        return all;
    }

    private void appendForEver() {
        try {
            while (true) {
                appendOne();
            }
        } catch (IOException e) {
            throw new IllegalStateException("nobody listens", e);
        } catch (CompletionException | StoreFailure e) {
            // The power is gone: the end.
        }
    }

    private void appendOne() throws IOException {
        long id = ids.next();
        Appended appended = store.append(Appends.append(id, time.now())).join();
        if (!(appended instanceof Appended.Stored(var deliveries))) {
            throw new IllegalStateException("a fresh id was taken for known: " + id);
        }
        listener.acknowledged("a" + id);
        if (id % 2 == 0) {
            SettleResult result =
                    store.settle(Appends.delivered(id, deliveries.getFirst(), time.now())).join();
            if (result == SettleResult.SETTLED) {
                listener.acknowledged("s" + id);
            }
        }
    }
}
