package dev.belay.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// No text makes the reader throw, hang or repeat a secret.
final class AnyTextTest {
    private static final String CANARY = "cAnArY";

    private static final String SEED =
            """
            data: ./data
            admin: { token: "cAnArY-0123456789" }
            public-url: https://hooks.example.com
            log: { format: json, level: info }
            retention: { delivered: 30d, dead: 90d }
            sources:
              github: { scheme: github, secrets: ["cAnArY-1", env:GITHUB_SECRET] }
              open: { scheme: none, body-limit: 100, dedupe-window: 7d }
              shop:
                scheme:
                  hmac: { hash: sha256, encoding: hex, header: X-Sig, key: v1, content: "{timestamp}.{body}", timestamp: { field: t, unit: s, tolerance: 5m } }
                  id: { header: X-Id, or: /id }
                  type: [/type, { header: X-Type }]
                secrets: &all ["cAnArY 2"]
            destinations:
              reviewer:
                url: http://127.0.0.1:9000/hook
                allow-private: ["127.0.0.1/32", "fd00::/8"]
                signing: { secrets: [env:REVIEWER_SECRET] }
                headers: { X-Team: "cAnArY 3" }
                timeout: 10s
                concurrency: 4
                rate: { per-second: 0.5, burst: 2 }
                breaker: { failures: 5, reset: 60s, probes: 1 }
            subscriptions:
              - source: github
                destination: reviewer
                types: [push, "pull*"]
                filter: event.type == "push" && event.body.size > 3
                retry: { attempts: 5, base: 2s, factor: 2, cap: 300s, jitter: 0.1 }
                validate: { required: [/id], schema: { type: object, properties: { a: { minimum: 1.5 } } } }
            """;

    private static final List<String> PIECES =
            List.of(
                    "~",
                    "[]",
                    "{}",
                    "[[",
                    "}}",
                    "\"",
                    "'",
                    ":",
                    ": ",
                    "- ",
                    "\n",
                    "\n  ",
                    "\t",
                    "*all",
                    "&all ",
                    "!!int ",
                    "!x ",
                    "<<: ",
                    "? ",
                    "|",
                    ">",
                    "#",
                    "%",
                    "@",
                    "\0",
                    "\u0085",
                    "\ud800",
                    "\u202e",
                    "\ud83d\ude00",
                    "-1",
                    "0",
                    "1e999999999",
                    "0x7f",
                    ".nan",
                    "-.inf",
                    "99999999999999999999",
                    "true",
                    "null",
                    "env:",
                    "env:X",
                    "file:",
                    "file:\u0001",
                    "/",
                    "/~",
                    "http://",
                    "https://[::1]/",
                    "https://%zz/",
                    "{body}",
                    "{header:}",
                    "(((((((",
                    "event.",
                    "has(event.x.y)",
                    "9d",
                    "********",
                    "--- ",
                    "...",
                    "$ref",
                    "\\",
                    "\\x",
                    "::");

    private static String mutated(String text, SplittableRandom random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            int at = random.nextInt(mutated.length() + 1);
            int end = Math.min(mutated.length(), at + random.nextInt(1, 12));
            switch (random.nextInt(5)) {
                case 0 -> mutated.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> mutated.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> mutated.delete(at, end);
                case 3 -> mutated.insert(at, (char) random.nextInt(0x300));
                default ->
                        mutated.insert(at, mutated.substring(at, end).repeat(random.nextInt(1, 9)));
            }
        }
        return mutated.toString();
    }

    @Test
    void no_text_makes_the_reader_throw_and_none_repeats_a_secret() {
        SplittableRandom random = new SplittableRandom(20260101);
        int fine = 0;
        for (int i = 0; i < 4000; i++) {
            String text = mutated(SEED, random);
            ReadResult result;
            try {
                result = ConfigReader.read(text, Reading.SECRETS);
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("case " + i + ": " + text, e);
            }
            switch (result) {
                case ReadResult.Config config -> {
                    fine++;
                    config.declarations().forEach(d -> JsonTree.read(d.json()));
                }
                case ReadResult.Problems(List<ConfigProblem> problems) ->
                        assertThat(problems)
                                .as(text)
                                .isNotEmpty()
                                .noneMatch(p -> p.message().contains(CANARY));
            }
        }
        assertThat(fine).isBetween(100, 3900);
    }
}
