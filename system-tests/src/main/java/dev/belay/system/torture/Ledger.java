package dev.belay.system.torture;

import dev.belay.time.Time;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What the senders did and were told, kept outside of what is tested: `invoke` before a request
/// leaves, `ok` when its answer has been read whole, `fail` for an answer or a refused connection
/// that promises that nothing was accepted, `info` for everything else.
final class Ledger implements AutoCloseable {
    private final Time time;
    private final BufferedWriter file;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final List<String> contradictions = new ArrayList<>();
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong acknowledgements = new AtomicLong();

    Ledger(Path file, Time time) throws IOException {
        this.time = time;
        this.file = Files.newBufferedWriter(file);
    }

    /// One event as its sender knows it.
    ///
    /// @param sha256 of the body
    /// @param event the id it was acknowledged under, null while it was not
    /// @param unknownOutcomes how many of its requests ended without anyone knowing how
    record Entry(String sha256, @Nullable String event, int unknownOutcomes) {}

    static String hex(byte[] sha256) {
        return HexFormat.of().formatHex(sha256);
    }

    void invoke(String externalId, String sha256) {
        entries.putIfAbsent(externalId, new Entry(sha256, null, 0));
        write("invoke", externalId, sha256);
    }

    void ok(String externalId, String event) {
        acknowledgements.incrementAndGet();
        write("ok", externalId, event);
        entries.computeIfPresent(
                externalId,
                (id, before) -> {
                    if (before.event() != null && !before.event().equals(event)) {
                        contradict(
                                "%s was acknowledged as %s and as %s"
                                        .formatted(id, before.event(), event));
                        return before;
                    }
                    return new Entry(before.sha256(), event, before.unknownOutcomes());
                });
    }

    void fail(String externalId, String why) {
        failed.incrementAndGet();
        write("fail", externalId, why);
    }

    void info(String externalId, String why) {
        unknown.incrementAndGet();
        write("info", externalId, why);
        entries.computeIfPresent(
                externalId,
                (id, before) ->
                        new Entry(before.sha256(), before.event(), before.unknownOutcomes() + 1));
    }

    /// Notes an answer that must never be given.
    synchronized void contradict(String problem) {
        contradictions.add(problem);
    }

    synchronized List<String> contradictions() {
        return List.copyOf(contradictions);
    }

    /// Every event by its external id.
    Map<String, Entry> entries() {
        return Map.copyOf(entries);
    }

    long unknownOutcomes() {
        return unknown.get();
    }

    long failures() {
        return failed.get();
    }

    long acknowledgements() {
        return acknowledgements.get();
    }

    private synchronized void write(String kind, String externalId, String detail) {
        try {
            file.write(time.nanos() / 1_000 + " " + kind + " " + externalId + " " + detail);
            file.newLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
