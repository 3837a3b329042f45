package dev.belay.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.event.DeliveryId;
import dev.belay.event.EventId;
import dev.belay.server.log.LogSettings.Format;
import dev.belay.server.log.LogSettings.Level;
import dev.belay.signal.Signal;
import dev.belay.time.Time;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

final class EventLogTest {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private static final String EVENT = EverySignal.EVENT.toString();

    /// Stands still.
    private static final Time TIME =
            new Time() {
                @Override
                public Instant now() {
                    return Instant.EPOCH;
                }

                @Override
                public Instant wall() {
                    return Instant.parse("2026-03-01T10:00:00.007Z");
                }

                @Override
                public long nanos() {
                    return 0;
                }
            };

    private static List<String> lines(Format format, Level level, Consumer<EventLog> steps) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LineWriter writer = new LineWriter(out)) {
            steps.accept(new EventLog(writer, new LogSettings(format, level), TIME));
        }
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text.isEmpty() || text.endsWith("\n")).isTrue();
        return text.lines().toList();
    }

    private static Map<String, String> read(Format format, String line) {
        if (format == Format.TEXT) {
            return TextLine.read(line).values();
        }
        Map<String, String> values = new LinkedHashMap<>();
        JSON.readTree(line)
                .properties()
                .forEach(field -> values.put(field.getKey(), field.getValue().asString()));
        return values;
    }

    private static List<Map<String, String>> read(
            Format format, Level level, Consumer<EventLog> steps) {
        return lines(format, level, steps).stream().map(line -> read(format, line)).toList();
    }

    @Test
    void there_is_a_sample_of_every_signal() {
        assertThat(EverySignal.of("s", "d", "w").stream().map(Object::getClass))
                .containsAll(Arrays.asList(Signal.class.getPermittedSubclasses()));
    }

    @ParameterizedTest
    @EnumSource
    void every_step_is_one_line_with_its_name_and_its_event(Format format) {
        List<Map<String, String>> lines =
                read(
                        format,
                        Level.INFO,
                        log -> EverySignal.of("shop", "mail", "why").forEach(log::on));
        assertThat(lines)
                .extracting(line -> line.get("level") + " " + line.get("step"))
                .containsExactly(
                        "INFO received",
                        "WARN rejected",
                        "INFO validated",
                        "INFO accepted",
                        "INFO duplicate",
                        "WARN duplicate",
                        "WARN undecided",
                        "ERROR not_stored",
                        "INFO processing",
                        "INFO succeeded",
                        "WARN failed",
                        "INFO retrying",
                        "WARN dead_lettered",
                        "WARN lease_lost",
                        "INFO replayed",
                        "WARN circuit_half_open",
                        "ERROR destination_disabled",
                        "ERROR trouble");
        assertThat(lines)
                .allSatisfy(
                        line -> {
                            assertThat(line.get("time")).isEqualTo("2026-03-01T10:00:00.007Z");
                            boolean ofNoEvent =
                                    Set.of(
                                                    "received",
                                                    "rejected",
                                                    "undecided",
                                                    "not_stored",
                                                    "circuit_half_open",
                                                    "destination_disabled",
                                                    "trouble")
                                            .contains(line.get("step"));
                            assertThat(line.get("event")).isEqualTo(ofNoEvent ? null : EVENT);
                        });
        assertThat(lines.get(3))
                .containsEntry("source", "shop")
                .containsEntry("type", "why")
                .containsEntry("deliveries", "2")
                .containsEntry("bytes", "1024")
                .containsEntry("took_ms", "1.234");
        assertThat(lines.get(9))
                .containsEntry("delivery", EverySignal.DELIVERY.toString())
                .containsEntry("destination", "mail")
                .containsEntry("attempt", "1")
                .containsEntry("status", "204");
        assertThat(lines.get(10)).containsEntry("outcome", "why");
        assertThat(lines.get(11)).containsEntry("at", "1970-01-01T00:00:00Z");
        assertThat(lines.get(12)).containsEntry("attempts", "5").containsEntry("reason", "why");
    }

    @Test
    void a_signal_has_no_room_for_a_body_a_header_or_a_secret() {
        Set<Class<?>> harmless =
                Set.of(
                        String.class,
                        EventId.class,
                        DeliveryId.class,
                        Duration.class,
                        Instant.class,
                        int.class,
                        boolean.class);
        for (Class<?> kind : Signal.class.getPermittedSubclasses()) {
            assertThat(Arrays.stream(kind.getRecordComponents()).map(RecordComponent::getType))
                    .as(kind.getSimpleName())
                    .allMatch(harmless::contains);
        }
    }

    private static String hostile(SplittableRandom random) {
        String pieces =
                "\u001b[2J\r\n\t\0\u0007\u009b\u0085\u2028\u2029\u202e\u200b\ufeff\"\\= {}\u00e4\u65e5\ud83d\ude00\ud800\udc00\uffff";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i >= 0; i--) {
            text.append(pieces.charAt(random.nextInt(pieces.length())));
        }
        return text.toString();
    }

    @ParameterizedTest
    @EnumSource
    void nothing_a_stranger_writes_leaves_its_place(Format format) {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 300; i++) {
            String text = hostile(random);
            List<Signal> signals = EverySignal.of(text, text, text);
            List<String> lines = lines(format, Level.INFO, log -> signals.forEach(log::on));
            assertThat(lines).hasSize(signals.size() - 1);
            assertThat(String.join("", lines).chars())
                    .noneMatch(
                            c ->
                                    c < ' '
                                            || c == 0x7f
                                            || Character.getType(c) == Character.CONTROL
                                            || Character.getType(c) == Character.FORMAT
                                            || c == 0x2028
                                            || c == 0x2029);
            assertThat(read(format, lines.getFirst())).containsEntry("source", text).hasSize(4);
            assertThat(read(format, lines.getLast())).containsEntry("message", text).hasSize(5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_long_value_is_cut_and_the_line_stays_whole(Format format) {
        String text = "\u0001".repeat(100_000);
        List<Map<String, String>> lines =
                read(format, Level.INFO, log -> EverySignal.of(text, text, text).forEach(log::on));
        assertThat(lines).hasSize(18);
        assertThat(lines.getFirst().get("source")).startsWith("\u0001\u0001").hasSizeLessThan(4000);
    }

    @ParameterizedTest
    @EnumSource
    void less_important_lines_are_left_out(Level level) {
        List<Map<String, String>> lines =
                read(
                        Format.TEXT,
                        level,
                        log -> {
                            EverySignal.of("s", "d", "w").forEach(log::on);
                            for (Level each : Level.values()) {
                                log.say(each, "said", "");
                            }
                        });
        assertThat(lines)
                .extracting(line -> Level.valueOf(line.getOrDefault("level", "")))
                .allMatch(each -> each.compareTo(level) >= 0);
        int expected =
                switch (level) {
                    case INFO -> 21;
                    case WARN -> 12;
                    case ERROR -> 4;
                };
        assertThat(lines).hasSize(expected);
    }

    @Test
    void an_event_without_a_type_has_none_in_its_line() {
        Signal accepted =
                new Signal.Accepted("s", EverySignal.EVENT, null, 0, 0, Duration.ofMillis(-5));
        assertThat(read(Format.TEXT, Level.INFO, log -> log.on(accepted)).getFirst())
                .doesNotContainKey("type")
                .containsEntry("took_ms", "0.000");
    }

    @Test
    void lines_of_many_threads_do_not_mix() throws InterruptedException {
        List<String> lines = new ArrayList<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LineWriter writer = new LineWriter(out)) {
            EventLog log = new EventLog(writer, new LogSettings(Format.JSON, Level.INFO), TIME);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                threads.add(
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            for (int i = 0; i < 200; i++) {
                                                log.on(new Signal.Received("x".repeat(i % 90)));
                                            }
                                        }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        out.toString(StandardCharsets.UTF_8).lines().forEach(lines::add);
        assertThat(lines).hasSize(1600).allSatisfy(line -> read(Format.JSON, line));
    }
}
