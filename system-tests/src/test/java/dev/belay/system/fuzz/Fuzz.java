package dev.belay.system.fuzz;

import dev.belay.system.process.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Runs the fuzz targets, each in a process of its own, with inputs that coverage guides. What is
/// found is printed whole, with the input in base64.
public final class Fuzz {
    private static final String HMAC_ENTRY =
            """
            [a]
            title = A
            verify = hmac-sha256
            signature = header X-S
            event-id = /id
            document = https://a.example
            seen = x
            confidence = C
            """;

    private static final String BASIC_ENTRY =
            """
            [b]
            title = B
            verify = basic
            event-type = /t + /u
            ack = 200
            document = https://a.example
            seen = x
            confidence = D
            """;

    private static final String CHUNKED =
            """
            POST /in/x HTTP/1.1\r
            Host: a\r
            Transfer-Encoding: chunked\r
            \r
            3;x="y"\r
            abc\r
            0\r
            X: y\r
            \r
            """;

    private static final String DECLARED =
            """
            POST /in/x HTTP/1.1\r
            Host: a\r
            Content-Length: 2\r
            \r
            ok""";

    /// The targets by name.
    public static final Map<String, Target> TARGETS =
            new TreeMap<>(
                    Map.of(
                            "verify",
                            new Target(
                                    "dev.belay.signature.VerifyFuzz",
                                    List.of(
                                            "\0\0t=1772366400,v1=00\nv1,AA==\n1772366400\n{}",
                                            "\u0007\u0002Bearer a.b.c\nBasic YTpi\n\n{\"id\":1}")),
                            "form",
                            new Target(
                                    "dev.belay.signature.FormFuzz",
                                    List.of("a=1&b=%20+&a=2", "Body=%C3%A4&From=%2B49")),
                            "catalogue",
                            new Target(
                                    "dev.belay.signature.CatalogueFuzz",
                                    List.of(HMAC_ENTRY, BASIC_ENTRY)),
                            "json",
                            new Target(
                                    "dev.belay.event.JsonFieldsFuzz",
                                    List.of(
                                            "{\"id\":\"1\",\"a\":[{\"b\":2}],\"data\":{\"object\":{\"id\":\"\\u00e4\"}}}",
                                            "{\"/\":{\"~\":true},\"\":1e5}")),
                            "framing",
                            new Target(
                                    "dev.belay.server.http.FramingFuzz",
                                    List.of(DECLARED, CHUNKED))));

    private Fuzz() {}

    /// A class that takes inputs, and some to begin with.
    public record Target(String type, List<String> seeds) {}

    /// What a run came to.
    ///
    /// @param found whether an input broke the target
    /// @param output what the run printed
    public record Outcome(boolean found, String output) {
        /// How many inputs were tried, as the run counted them; 0 where it did not get to it.
        public long inputs() {
            int at = output.lastIndexOf("Done ");
            int end = at < 0 ? -1 : output.indexOf(' ', at + 5);
            return end < 0 ? 0 : Long.parseLong(output.substring(at + 5, end));
        }
    }

    /// Runs one target for so long.
    public static Outcome run(Target target, int seconds) throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.create(null, "fuzz")) {
            Path corpus = Files.createDirectory(scratch.path().resolve("corpus"));
            for (int i = 0; i < target.seeds().size(); i++) {
                Files.write(
                        corpus.resolve("seed-" + i),
                        target.seeds().get(i).getBytes(StandardCharsets.ISO_8859_1));
            }
            Path output = scratch.path().resolve("output");
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-Xmx512m",
                                    "-XX:+EnableDynamicAgentLoading",
                                    "--enable-native-access=ALL-UNNAMED",
                                    "--sun-misc-unsafe-memory-access=allow",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    "com.code_intelligence.jazzer.Jazzer",
                                    "--target_class=" + target.type(),
                                    "--instrumentation_includes=dev.belay.**",
                                    "--reproducer_path=" + scratch.path(),
                                    "-artifact_prefix=" + scratch.path() + "/",
                                    "-max_total_time=" + seconds,
                                    "-max_len=4096",
                                    "-timeout=60",
                                    corpus.toString()));
            Process process =
                    new ProcessBuilder(command)
                            .directory(scratch.path().toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            if (!process.waitFor(seconds + 120L, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return new Outcome(
                    process.exitValue() != 0,
                    Files.readString(output, StandardCharsets.ISO_8859_1));
        }
    }

    /// `[--seconds N] [--target NAME]`: every target for 10 minutes, or as said.
    public static void main(String[] args) throws IOException, InterruptedException {
        int seconds = 600;
        Map<String, Target> chosen = TARGETS;
        for (int i = 0; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "--seconds" -> seconds = Integer.parseInt(args[i + 1]);
                case "--target" -> chosen = Map.of(args[i + 1], TARGETS.get(args[i + 1]));
                default -> throw new IllegalArgumentException("unknown option " + args[i]);
            }
        }
        boolean found = false;
        for (Map.Entry<String, Target> target : chosen.entrySet()) {
            Outcome outcome = run(target.getValue(), seconds);
            System.out.printf(
                    "%-10s %,12d inputs in %d s: %s%n",
                    target.getKey(),
                    outcome.inputs(),
                    seconds,
                    outcome.found() ? "broken" : "nothing found");
            if (outcome.found()) {
                System.out.println(outcome.output());
                found = true;
            }
        }
        System.exit(found ? 1 : 0);
    }
}
