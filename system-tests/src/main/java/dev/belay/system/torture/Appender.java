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

    private static final int WARM_UP_APPENDS = 300;

    private final SqliteStore store;
    private final Ids ids;
    private final Time time;
    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

    private Appender(SqliteStore store, Time time) {
        this.store = store;
        this.time = time;
        this.ids = new Ids(time, 0, store.highestId());
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
            Appender warmUp = new Appender(scratch, time);
            for (int i = 0; i < WARM_UP_APPENDS; i++) {
                warmUp.appendOne(false);
            }
        }
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        new FileOutputStream(FileDescriptor.out)
                .write((WARM + "\n").getBytes(StandardCharsets.UTF_8));
        String directory = in.readLine();
        if (directory == null) {
            return;
        }
        try (SqliteStore store =
                SqliteStore.open(Path.of(directory), options, time, SignalListener.NONE)) {
            new Appender(store, time).appendFrom(threads);
        }
    }

    private void appendFrom(int threads) throws InterruptedException {
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(Thread.ofVirtual().start(this::appendForEver));
        }
        for (Thread thread : all) {
            thread.join();
        }
    }

    private void appendForEver() {
        try {
            while (true) {
                appendOne(true);
            }
        } catch (IOException e) {
            throw new IllegalStateException("nobody listens", e);
        } catch (CompletionException | StoreFailure e) {
            // The power is gone, and so is this process in a moment.
        }
    }

    private void appendOne(boolean tell) throws IOException {
        long id = ids.next();
        Appended appended = store.append(Appends.append(id, time.now())).join();
        if (!(appended instanceof Appended.Stored(var deliveries))) {
            throw new IllegalStateException("a fresh id was taken for known: " + id);
        }
        if (tell) {
            tell('a', id);
        }
        if (id % 2 == 0) {
            SettleResult result =
                    store.settle(Appends.delivered(id, deliveries.getFirst(), time.now())).join();
            if (tell && result == SettleResult.SETTLED) {
                tell('s', id);
            }
        }
    }

    /// A write of one short line to a pipe is never torn.
    private void tell(char what, long id) throws IOException {
        out.write((what + Long.toString(id) + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
