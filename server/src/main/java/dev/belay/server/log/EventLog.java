package dev.belay.server.log;

import dev.belay.signal.Signal;
import dev.belay.signal.SignalListener;
import dev.belay.time.Time;
import java.time.Instant;

/// One line for each step in the life of an event, with ids and words only: never a body, a header
/// or a secret.
public final class EventLog implements SignalListener {
    private final LineWriter writer;
    private final LogSettings settings;
    private final Time time;

    /// Each thread's buffer. Threads that carry requests are many, so it is kept by a small pool
    /// rather than by thread.
    private final java.util.concurrent.ConcurrentLinkedQueue<Buffer> buffers =
            new java.util.concurrent.ConcurrentLinkedQueue<>();

    private record Buffer(StringBuilder text, Line.Timestamp timestamp) {}

    /// @param writer takes the lines
    public EventLog(LineWriter writer, LogSettings settings, Time time) {
        this.writer = writer;
        this.settings = settings;
        this.time = time;
    }

    /// Writes a line of no event: start, stop, what a library complains about.
    ///
    /// @param step a word of ours
    /// @param message may hold anything
    public void say(LogSettings.Level level, String step, String message) {
        write(level, step, line -> line.with("message", message));
    }

    @Override
    public void on(Signal signal) {
        switch (signal) {
            case Signal.Trouble(String where, String problem) ->
                    write(
                            LogSettings.Level.ERROR,
                            "trouble",
                            line -> line.with("where", where).with("message", problem));
            case Signal.Committed _ -> {}
            case Signal.Rejected(String source, String reason) ->
                    write(
                            LogSettings.Level.WARN,
                            "rejected",
                            line -> line.with("source", source).with("reason", reason));
            case Signal.Undecided(String source, String reason) ->
                    write(
                            LogSettings.Level.WARN,
                            "undecided",
                            line -> line.with("source", source).with("reason", reason));
            case Signal.NotStored(String source, String reason) ->
                    write(
                            LogSettings.Level.ERROR,
                            "not_stored",
                            line -> line.with("source", source).with("reason", reason));
            case Signal.DeadLettered dead ->
                    write(
                            LogSettings.Level.WARN,
                            "dead_lettered",
                            line ->
                                    line.with("event", dead.delivery().event().toString())
                                            .with("delivery", dead.delivery().toString())
                                            .with("destination", dead.destination())
                                            .with("attempts", dead.attempts())
                                            .with("reason", dead.reason()));
            case Signal.AttemptFailed failed ->
                    write(
                            LogSettings.Level.WARN,
                            "failed",
                            line ->
                                    line.with("event", failed.delivery().event().toString())
                                            .with("delivery", failed.delivery().toString())
                                            .with("destination", failed.destination())
                                            .with("attempt", failed.number())
                                            .with("outcome", failed.outcome())
                                            .with("took_ms", failed.took()));
            case Signal.LeaseLost(var delivery, String destination) ->
                    write(
                            LogSettings.Level.WARN,
                            "lease_lost",
                            line ->
                                    line.with("event", delivery.event().toString())
                                            .with("delivery", delivery.toString())
                                            .with("destination", destination));
            case Signal.CircuitChanged(String destination, String state) ->
                    write(
                            LogSettings.Level.WARN,
                            "circuit_" + state,
                            line -> line.with("destination", destination));
            case Signal.DestinationDisabled(String destination, String reason) ->
                    write(
                            LogSettings.Level.ERROR,
                            "destination_disabled",
                            line -> line.with("destination", destination).with("reason", reason));
            case Signal.Duplicate duplicate ->
                    write(
                            duplicate.sameBody() ? LogSettings.Level.INFO : LogSettings.Level.WARN,
                            "duplicate",
                            line ->
                                    line.with("event", duplicate.first().toString())
                                            .with("source", duplicate.source())
                                            .with("same_body", duplicate.sameBody()));
            case Signal.Received _,
                    Signal.Verified _,
                    Signal.Accepted _,
                    Signal.AttemptStarted _,
                    Signal.Delivered _,
                    Signal.Retrying _,
                    Signal.Replayed _ ->
                    step(signal);
        }
    }

    /// The steps of an event that goes well.
    private void step(Signal signal) {
        if (settings.level() != LogSettings.Level.INFO) {
            return;
        }
        Buffer buffer = take();
        Instant now = time.wall();
        Line line = new Line(buffer.text(), settings.format(), buffer.timestamp(), now);
        LogSettings.Level info = LogSettings.Level.INFO;
        switch (signal) {
            case Signal.Received(String source) ->
                    line.head(info, "received").with("source", source);
            case Signal.Verified(String source, var event) ->
                    line.head(info, "validated")
                            .with("event", event.toString())
                            .with("source", source);
            case Signal.Accepted accepted -> {
                line.head(info, "accepted")
                        .with("event", accepted.event().toString())
                        .with("source", accepted.source());
                String type = accepted.type();
                if (type != null) {
                    line.with("type", type);
                }
                line.with("deliveries", accepted.deliveries())
                        .with("bytes", accepted.bodyBytes())
                        .with("took_ms", accepted.took());
            }
            case Signal.AttemptStarted(var delivery, String destination, int number) ->
                    line.head(info, "processing")
                            .with("event", delivery.event().toString())
                            .with("delivery", delivery.toString())
                            .with("destination", destination)
                            .with("attempt", number);
            case Signal.Delivered delivered ->
                    line.head(info, "succeeded")
                            .with("event", delivered.delivery().event().toString())
                            .with("delivery", delivered.delivery().toString())
                            .with("destination", delivered.destination())
                            .with("attempt", delivered.number())
                            .with("status", delivered.status())
                            .with("took_ms", delivered.took());
            case Signal.Retrying retrying ->
                    line.head(info, "retrying")
                            .with("event", retrying.delivery().event().toString())
                            .with("delivery", retrying.delivery().toString())
                            .with("destination", retrying.destination())
                            .with("attempt", retrying.number())
                            .with("at", retrying.at().toString())
                            .with("counted", retrying.counted());
            case Signal.Replayed(var event, var delivery, String destination) ->
                    line.head(info, "replayed")
                            .with("event", event.toString())
                            .with("delivery", delivery.toString())
                            .with("destination", destination);
            default -> throw new IllegalArgumentException("no such step: " + signal);
        }
        add(line);
        buffers.offer(buffer);
    }

    private void add(Line line) {
        long lost = writer.takeLost();
        if (lost > 0) {
            write(LogSettings.Level.ERROR, "log_lost", more -> more.with("lines", lost));
        }
        writer.add(line.end());
    }

    private interface Rest {
        Line on(Line line);
    }

    private void write(LogSettings.Level level, String step, Rest rest) {
        if (level.compareTo(settings.level()) < 0) {
            return;
        }
        Buffer buffer = take();
        Line line =
                new Line(buffer.text(), settings.format(), buffer.timestamp(), time.wall())
                        .head(level, step);
        add(rest.on(line));
        buffers.offer(buffer);
    }

    private Buffer take() {
        Buffer buffer = buffers.poll();
        return buffer == null ? new Buffer(new StringBuilder(256), new Line.Timestamp()) : buffer;
    }
}
