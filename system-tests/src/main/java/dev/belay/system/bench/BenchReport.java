package dev.belay.system.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Everything measured, as Markdown.
final class BenchReport {
    private static final String HEAD =
            """
            | Run | Connections | Accepted/s | End to end/s | Accept p50 / p99 ms | Accepted → delivered p50 / p99 ms | Sent → delivered p50 / p99 ms | CPU µs/event (gateway) | CPU µs/event (generator) | RSS MB | Written, kept bytes/event | Refused, repeated |
            |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
            """;

    private final BenchOptions options;
    private final List<Phase> phases = new ArrayList<>();
    private final List<String> idle = new ArrayList<>();

    BenchReport(BenchOptions options) {
        this.options = options;
    }

    void add(Phase phase) {
        phases.add(phase);
    }

    void idle(String what, Duration ready, long residentBytes) {
        idle.add(
                "Start to ready (%s): %d ms; RSS then: %d MB."
                        .formatted(what, ready.toMillis(), residentBytes >> 20));
    }

    List<Phase> phases() {
        return List.copyOf(phases);
    }

    static String row(Phase phase) {
        Phase.Cost cost = phase.cost();
        boolean delivered = phase.delivered() > 0;
        return String.format(
                Locale.ROOT,
                "| %s | %d | %,.0f | %s | %s | %s | %s | %.0f | %.0f | %d | %,.0f, %,.0f | %s, %d |",
                phase.name(),
                phase.connections(),
                phase.load().acceptedPerSecond(),
                delivered ? String.format(Locale.ROOT, "%,.0f", phase.endToEndPerSecond()) : "–",
                quantiles(phase.load().latency()),
                delivered ? quantiles(phase.sinceAccepted()) : "–",
                delivered ? quantiles(phase.sinceSent()) : "–",
                cost.cpuMicros(),
                cost.generatorMicros(),
                cost.residentBytes() >> 20,
                cost.writtenBytes(),
                cost.keptBytes(),
                phase.load().refused().isEmpty() ? "0" : phase.load().refused().toString(),
                phase.repeated());
    }

    static String quantiles(Histogram histogram) {
        return String.format(
                Locale.ROOT,
                "%.1f / %.1f",
                histogram.quantile(0.5) / 1e6,
                histogram.quantile(0.99) / 1e6);
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append(machine()).append("\n\n").append(HEAD);
        phases.forEach(phase -> text.append(row(phase)).append('\n'));
        text.append('\n');
        idle.forEach(line -> text.append(line).append('\n'));
        double empty = endToEnd("saturation");
        double full = endToEnd("with history");
        if (empty > 0 && full > 0) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "Throughput with %,d events of history / empty: %.2f.%n",
                            options.history(),
                            full / empty));
        }
        return text.toString();
    }

    private double endToEnd(String name) {
        return phases.stream()
                .filter(phase -> phase.name().equals(name))
                .mapToDouble(Phase::endToEndPerSecond)
                .findFirst()
                .orElse(0);
    }

    /// On what this was measured, in a line.
    private String machine() {
        return String.format(
                Locale.ROOT,
                "%s, %d cores, Linux %s, JDK %s, commit %s; %d-byte bodies, %d s measured after %d s of warm-up, server options: %s",
                cpu(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.version"),
                System.getProperty("java.vm.version"),
                commit(),
                options.bodyBytes(),
                options.measured().toSeconds(),
                options.warmUp().toSeconds(),
                options.javaOptions().isEmpty() ? "none" : String.join(" ", options.javaOptions()));
    }

    private static String cpu() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
        return System.getProperty("os.arch");
    }

    private static String commit() {
        try {
            Process git =
                    new ProcessBuilder("git", "rev-parse", "--short", "HEAD")
                            .redirectErrorStream(true)
                            .start();
            String text =
                    new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? text : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
