package dev.belay.store.copy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An end of a copy that dies with its process, before or after one of the changes made to either.
///
/// @param lives changes that can still be made
/// @param late whether the last of them is made before the end
record MortalEnd(CopyEnd end, AtomicInteger lives, boolean late) implements CopyEnd {
    /// The process has died.
    static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void change(Runnable change) {
        if (lives.getAndDecrement() > 0) {
            change.run();
            return;
        }
        if (late) {
            change.run();
        }
        throw new Died();
    }

    @Override
    public String name() {
        return end.name();
    }

    @Override
    public String howToEmpty() {
        return end.howToEmpty();
    }

    @Override
    public Map<String, Long> marks() {
        return end.marks();
    }

    @Override
    public void beginSource(long identity, Instant now) {
        change(() -> end.beginSource(identity, now));
    }

    @Override
    public void beginTarget(long identity) {
        change(() -> end.beginTarget(identity));
    }

    @Override
    public Rows read(CopyTable table, @Nullable Row after) {
        return end.read(table, after);
    }

    @Override
    public @Nullable Row last(CopyTable table) {
        return end.last(table);
    }

    @Override
    public void write(CopyTable table, List<Row> rows, long copied) {
        change(() -> end.write(table, rows, copied));
    }

    @Override
    public void finish(long identity) {
        change(() -> end.finish(identity));
    }

    @Override
    public void close() {
        end.close();
    }
}
