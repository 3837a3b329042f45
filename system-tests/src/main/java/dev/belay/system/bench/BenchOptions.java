package dev.belay.system.bench;

import dev.belay.system.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What to measure and for how long.
///
/// @param server how the JVM finds the server
/// @param javaOptions further options of the server's JVM
/// @param directory on the disk to measure with
/// @param connections numbers of connections to saturate with; the first is also that of the runs
///   at half load and with history
/// @param warmUp before the first measurement of a server
/// @param measured each measurement
/// @param history events of the run with history
/// @param bodyBytes length of a body
/// @param parts what to measure
record BenchOptions(
        List<String> server,
        List<String> javaOptions,
        Path directory,
        List<Integer> connections,
        Duration warmUp,
        Duration measured,
        int history,
        int bodyBytes,
        Set<Part> parts) {
    static final String HELP =
            """
            bench [--parts idle,saturation,half,ingest,history] [--connections 64,512]
                  [--warmup-seconds 10] [--seconds 20] [--history 1000000] [--body-bytes 1024]
                  [--directory target] [--java-options "-Xmx512m …"]
            bench --database postgres [--nodes 1,2,3] [--parts saturation,claim,history]
                  [--connections 64] [--history 5000000] [--due 1000000] …
            Prints a Markdown table. The data lie in a directory of their own below --directory and
            are deleted at the end.""";

    BenchOptions {
        server = List.copyOf(server);
        javaOptions = List.copyOf(javaOptions);
        connections = List.copyOf(connections);
        parts = Set.copyOf(parts);
    }

    /// What can be measured.
    enum Part {
        /// Time from start to ready, and memory then.
        IDLE,
        /// As much as goes through, received and delivered.
        SATURATION,
        /// Latencies at half of what goes through.
        HALF,
        /// As much as can be received when nothing is delivered.
        INGEST,
        /// As much as goes through with history, beside the same without.
        HISTORY
    }

    /// @throws IllegalArgumentException when the arguments are not understood
    static BenchOptions parse(String... args) throws IOException {
        Map<String, String> given = new HashMap<>();
        given.put("--parts", "idle,saturation,half,ingest,history");
        given.put("--connections", "64,512");
        given.put("--warmup-seconds", "10");
        given.put("--seconds", "20");
        given.put("--history", "1000000");
        given.put("--body-bytes", "1024");
        given.put("--directory", "target");
        given.put("--java-options", "");
        if (args.length % 2 != 0) {
            throw new IllegalArgumentException("an option without a value");
        }
        for (int i = 0; i < args.length; i += 2) {
            if (given.put(args[i], args[i + 1]) == null) {
                throw new IllegalArgumentException("unknown option " + args[i]);
            }
        }
        List<Integer> connections = new ArrayList<>();
        for (String number : words(given, "--connections")) {
            connections.add(Integer.parseInt(number));
        }
        Set<Part> parts = EnumSet.noneOf(Part.class);
        for (String part : words(given, "--parts")) {
            parts.add(Part.valueOf(part.toUpperCase(Locale.ROOT)));
        }
        String javaOptions = value(given, "--java-options").strip();
        return new BenchOptions(
                ServerProcess.fromJar(),
                javaOptions.isEmpty() ? List.of() : List.of(javaOptions.split(" +", -1)),
                Path.of(value(given, "--directory")),
                connections,
                Duration.ofSeconds(Long.parseLong(value(given, "--warmup-seconds"))),
                Duration.ofSeconds(Long.parseLong(value(given, "--seconds"))),
                Integer.parseInt(value(given, "--history")),
                Integer.parseInt(value(given, "--body-bytes")),
                parts);
    }

    private static String value(Map<String, String> given, String name) {
        return given.getOrDefault(name, "");
    }

    private static List<String> words(Map<String, String> given, String name) {
        return List.of(value(given, name).split(",", -1));
    }
}
