package dev.belay.system.simulation;

import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happened in a run: a hash of all of it, and its last lines. Lines become text only when
/// somebody reads them.
final class Trace {
    private static final int KEPT = 60;
    private static final long PRIME = 0x100000001b3L;

    private record Line(long micros, String what, List<Object> about) {}

    private final ArrayDeque<Line> last = new ArrayDeque<>(KEPT + 1);
    private final @Nullable PrintStream out;
    private long hash = 0xcbf29ce484222325L;
    private long lines;

    /// @param out where every line is printed, null: nowhere
    Trace(@Nullable PrintStream out) {
        this.out = out;
    }

    /// Notes a step.
    ///
    /// @param micros simulated microseconds since the start
    void note(long micros, String what, Object... about) {
        lines++;
        mix(micros);
        mix(what.hashCode());
        for (Object one : about) {
            mix(hashOf(one));
        }
        Line line = new Line(micros, what, List.of(about));
        last.addLast(line);
        if (last.size() > KEPT) {
            last.removeFirst();
        }
        if (out != null) {
            out.println(text(line));
        }
    }

    /// Of everything noted so far; the same for the same run.
    long hash() {
        return hash;
    }

    /// How much was noted.
    long lines() {
        return lines;
    }

    /// The last lines, oldest first.
    List<String> tail() {
        List<String> texts = new ArrayList<>(last.size());
        last.forEach(line -> texts.add(text(line)));
        return texts;
    }

    private void mix(long value) {
        hash = (hash ^ value) * PRIME;
        hash ^= hash >>> 29;
    }

    /// From values only: identity hash codes differ from run to run.
    private static long hashOf(Object one) {
        return switch (one) {
            case Number number -> number.longValue();
            case DeliveryId id -> id.event().value() * 31 + id.ordinal();
            case EventId id -> id.value();
            case Instant at -> at.toEpochMilli();
            default -> one.toString().hashCode();
        };
    }

    private static String text(Line line) {
        StringBuilder text = new StringBuilder();
        text.append(String.format("%14.6f  %-18s", line.micros() / 1e6, line.what()));
        for (Object one : line.about()) {
            text.append(' ').append(one);
        }
        return text.toString();
    }
}
