package dev.belay.store.copy;

import dev.belay.delivery.StoreFailure;
import dev.belay.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Takes a store across into another: table by table in the order of their keys, each batch in a
/// transaction of its own. What is there already tells where to go on, whenever it ended before.
public final class Copying {
    private static final long TELL_NANOS = 1_000_000_000L;

    private final CopyEnd from;
    private final CopyEnd to;
    private final Batch batch;
    private final Time time;
    private final Consumer<String> progress;

    private long told;
    private long toldRows;

    /// @param progress hears a line about once a second
    public Copying(CopyEnd from, CopyEnd to, Batch batch, Time time, Consumer<String> progress) {
        this.from = from;
        this.to = to;
        this.batch = batch;
        this.time = time;
        this.progress = progress;
    }

    /// What both stores hold of a table.
    public record Checked(CopyTable table, Checksum from, Checksum to) {
        public boolean isEqual() {
            return from.equals(to);
        }
    }

    /// Copies what is not copied yet, compares all of it, and makes the copy usable if both are
    /// equal.
    ///
    /// @param random makes the identity of a copy that begins
    /// @throws StoreFailure when there is something in the way; the message is for the operator
    public List<Checked> run(RandomGenerator random) {
        Map<String, Long> marks = from.marks();
        if (marks.containsKey(Marks.UNFINISHED)) {
            throw refused(
                    "%s is a copy that is not finished, and no source".formatted(from.name()));
        }
        Long identity = marks.get(Marks.SOURCE);
        Map<String, Long> there = to.marks();
        if (there.containsKey(Marks.UNFINISHED)) {
            mustBeOf(identity, there.get(Marks.UNFINISHED));
        } else if (identity == null || !identity.equals(there.get(Marks.FINISHED))) {
            mustBeEmpty();
            if (identity == null) {
                identity = random.nextLong();
                from.beginSource(identity, time.now());
            }
            to.beginTarget(identity);
        } else {
            progress.accept("this copy is finished already; checking it again");
            return check();
        }
        copy(there.getOrDefault(Marks.ROWS, 0L));
        List<Checked> checked = check();
        if (identity != null && checked.stream().allMatch(Checked::isEqual)) {
            to.finish(identity);
        }
        return checked;
    }

    private void mustBeOf(@Nullable Long identity, @Nullable Long unfinished) {
        if (identity == null || !identity.equals(unfinished)) {
            throw refused(
                    "%s holds an unfinished copy of another store, or of this one before it was used again: %s, and copy from the beginning"
                            .formatted(to.name(), to.howToEmpty()));
        }
    }

    private void mustBeEmpty() {
        for (CopyTable table : CopyTable.values()) {
            if (to.last(table) != null) {
                throw refused(
                        "%s is not empty (there are rows in %s), and a copy is made into an empty store only: %s"
                                .formatted(to.name(), table.table(), to.howToEmpty()));
            }
        }
    }

    private static StoreFailure refused(String why) {
        return new StoreFailure(StoreFailure.Kind.UNAVAILABLE, why);
    }

    private void copy(long before) {
        long copied = before;
        if (before > 0) {
            progress.accept("going on after %s rows".formatted(number(before)));
        }
        told = time.nanos();
        toldRows = copied;
        for (CopyTable table : CopyTable.values()) {
            try (CopyEnd.Rows rows = from.read(table, to.last(table))) {
                List<Row> next = rows.next(batch.of(table));
                while (!next.isEmpty()) {
                    copied += next.size();
                    to.write(table, next, copied);
                    tell("copied", table, copied);
                    next = rows.next(batch.of(table));
                }
            }
        }
    }

    List<Checked> check() {
        List<Checked> checked = new ArrayList<>();
        toldRows = 0;
        told = time.nanos();
        long rows = 0;
        for (CopyTable table : CopyTable.values()) {
            Checksum source = sum(from, table, rows);
            rows += source.rows();
            Checksum target = sum(to, table, rows);
            rows += target.rows();
            checked.add(new Checked(table, source, target));
        }
        return checked;
    }

    private Checksum sum(CopyEnd end, CopyTable table, long before) {
        Checksum.Sum sum = new Checksum.Sum();
        try (CopyEnd.Rows rows = end.read(table, null)) {
            List<Row> next = rows.next(batch.of(table));
            while (!next.isEmpty()) {
                sum.add(next);
                tell("checked", table, before + sum.rows());
                next = rows.next(batch.of(table));
            }
        }
        return sum.done();
    }

    /// @param rows of the whole step so far
    private void tell(String did, CopyTable table, long rows) {
        long now = time.nanos();
        if (now - told < TELL_NANOS) {
            return;
        }
        long each = (rows - toldRows) * TELL_NANOS / (now - told);
        progress.accept(
                "%s %s rows, %s/s, now %s"
                        .formatted(did, number(rows), number(each), table.table()));
        told = now;
        toldRows = rows;
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
