package dev.belay.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.server.ApiContract;
import dev.belay.server.RunningServer;
import dev.belay.server.http.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Random requests against a running server: whatever comes, the answer is one that is documented,
/// and never a fault of the server's.
final class ApiFuzzTest {
    private static final long SEED = 4711;
    private static final int REQUESTS = 4_000;

    private static final Set<Integer> ALLOWED =
            Set.of(200, 201, 202, 204, 400, 401, 404, 405, 408, 409, 413, 414, 415, 422, 431);

    private static final List<String> METHODS =
            List.of(
                    "GET", "GET", "GET", "POST", "POST", "PUT", "PUT", "DELETE", "HEAD", "PATCH",
                    "get", "X");
    private static final List<String> NAMES = List.of("shop", "there", "x");
    private static final List<String> ODD =
            List.of(
                    "",
                    "x",
                    "shop",
                    "there",
                    "api",
                    "belay",
                    "evt_0000000000000",
                    "evt_7zzzzzzzzzzzz",
                    "evt_zzzzzzzzzzzzz",
                    "dlv_0000000000000_0",
                    "dlv_7zzzzzzzzzzzz_999999",
                    "dlv_0000000000000_-1",
                    "%00",
                    "%",
                    "%zz",
                    "%2e%2e",
                    "..",
                    "a+b",
                    "%F0%9F%98%80",
                    "%ff%fe",
                    "null",
                    "-1",
                    "99999999999999999999",
                    "1e9",
                    "2026-01-31T12:00:00Z",
                    "+999999999-12-31T23:59:59Z",
                    "-999999999-01-01T00:00:00Z",
                    "0000-01-01T00:00:00%2B18:00",
                    "dead",
                    "due",
                    "attempts_exhausted",
                    "ZQAAAAAAAAAAAAAAAA",
                    "ZAAAAAAAAAAAAAAAAA",
                    "0.ZA",
                    "-zzzzzzzzzzzz.",
                    "*",
                    "a'--",
                    "%25",
                    "x".repeat(300));
    private static final List<String> VALUES =
            List.of(
                    "null",
                    "true",
                    "0",
                    "-1",
                    "1e400",
                    "1e-400",
                    "99999999999999999999",
                    "1e999999999",
                    "\"\"",
                    "\"x\"",
                    "\"none\"",
                    "\"generic\"",
                    "\"shop\"",
                    "\"there\"",
                    "\"api\"",
                    "\"https://example.com/\"",
                    "\"http://127.0.0.1:1/\"",
                    "\"10s\"",
                    "\"999999999d\"",
                    "\"env:X\"",
                    "\"file:/\"",
                    "\"file:\\u0000\"",
                    "\"\\ud800\"",
                    "\"\\u0000\"",
                    "\"event.type == 'x'\"",
                    "\"((((\"",
                    "\"dead\"",
                    "\"2026-01-31T12:00:00Z\"",
                    "\"+999999999-12-31T23:59:59Z\"",
                    "\"/a\"",
                    "[]",
                    "{}",
                    "[[]]",
                    "[\"a\",null]",
                    "{\"\":{}}",
                    "{\"header\":\"X-Y\"}",
                    "[".repeat(600),
                    "{\"a\":".repeat(80) + "1" + "}".repeat(80));

    /// Bodies that routes take, by the beginning of the path.
    private static final Map<String, List<String>> RIGHT =
            Map.of(
                    "/v1/sources/",
                    List.of(
                            "{\"scheme\":\"none\"}",
                            "{\"scheme\":{\"hmac\":{\"header\":\"X-S\"}},\"secrets\":\"s\"}"),
                    "/v1/destinations/",
                    List.of(
                            "{\"url\":\"https://127.0.0.1:1/\",\"allow-private\":\"127.0.0.1/32\"}"),
                    "/v1/subscriptions/",
                    List.of(
                            "{\"source\":\"shop\",\"destination\":\"there\"}",
                            "{\"source\":\"api\",\"destination\":\"x\",\"filter\":\"event.type == 't'\"}"),
                    "/v1/events",
                    List.of("{\"type\":\"t\",\"data\":[1.50]}"),
                    "/v1/replays",
                    List.of(
                            "{\"filter\":{\"status\":\"dead\"}}",
                            "{\"filter\":{\"since\":\"2026-01-31T12:00:00Z\"},\"dry_run\":true}"),
                    "/v1/catalog",
                    List.of("{\"sources\":{\"shop\":{\"scheme\":\"none\"}}}"));

    @TempDir private Path directory;
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    /// Every word the API knows: names of parameters and of fields.
    private final List<String> words =
            ApiContract.DOCUMENT.findParents("properties").stream()
                    .flatMap(node -> node.path("properties").propertyNames().stream())
                    .distinct()
                    .toList();

    private final List<String> paths =
            List.copyOf(ApiContract.DOCUMENT.path("paths").propertyNames());

    @Test
    void nothing_that_is_asked_makes_the_server_fail() throws IOException {
        try (RunningServer server = RunningServer.start(directory)) {
            server.declare("sources", "shop", "{\"scheme\":\"none\"}");
            RawClient client = new RawClient(server.port());
            int[] seen = new int[600];
            for (int i = 0; i < REQUESTS; i++) {
                String request = request();
                RawClient.Answer answer = client.send(request).answer();
                check(request, answer);
                seen[answer.status()]++;
                if (answer.header("connection").equals("close")) {
                    client.close();
                    client = new RawClient(server.port());
                }
            }
            client.close();
            // A fuzzer that meets one kind of answer only has tested nothing.
            for (int status : new int[] {200, 201, 202, 204, 400, 401, 404, 405, 415, 422}) {
                assertThat(seen[status]).as("answers " + status).isPositive();
            }
            assertThat(server.send("GET", "/readyz", new byte[0]).status()).isEqualTo(200);
            assertThat(server.log()).doesNotContain("Exception").doesNotContain(".java");
        }
    }

    private static void check(String request, RawClient.Answer answer) {
        assertThat(ALLOWED).as(request + "\n" + answer).contains(answer.status());
        assertThat(answer.header("x-request-id")).as(request).isNotEmpty();
        assertThat(answer.body())
                .as(request)
                .doesNotContain("Exception")
                .doesNotContain("java.")
                .doesNotContain("at dev.belay");
        if (answer.status() >= 400 && !request.startsWith("HEAD ")) {
            assertThat(answer.header("content-type"))
                    .as(request)
                    .isEqualTo("application/problem+json");
            JsonNode schema =
                    ApiContract.JSON.createObjectNode().put("$ref", "#/components/schemas/Problem");
            assertThat(
                            ApiContract.problemWith(
                                    schema, answer.body().getBytes(StandardCharsets.UTF_8)))
                    .as(request + "\n" + answer.body())
                    .isNull();
        }
    }

    private String request() {
        StringBuilder text = new StringBuilder();
        String method = pick(METHODS);
        String path = path();
        text.append(method).append(' ').append(path).append(query()).append(" HTTP/1.1\r\n");
        text.append("host: x\r\n");
        if (random.nextInt(20) > 0) {
            text.append("Authorization: Bearer ").append(RunningServer.TOKEN).append("\r\n");
        }
        if (random.nextInt(10) > 0) {
            text.append("Content-Type: application/json\r\n");
        }
        if (random.nextInt(10) == 0) {
            text.append("Idempotency-Key: ").append(pick(ODD)).append("\r\n");
        }
        boolean bodiless = !method.startsWith("P") && random.nextInt(4) > 0;
        String body = bodiless || random.nextInt(5) == 0 ? "" : body(path);
        text.append("content-length: ").append(body.length()).append("\r\n\r\n").append(body);
        return text.toString();
    }

    private String path() {
        if (random.nextInt(30) == 0) {
            return "/" + pick(ODD) + "/" + pick(ODD);
        }
        StringBuilder path = new StringBuilder();
        for (String part : pick(paths).substring(1).split("/", -1)) {
            path.append('/')
                    .append(part.startsWith("{") ? pick(random.nextBoolean() ? NAMES : ODD) : part);
        }
        return path.toString();
    }

    private String query() {
        if (random.nextInt(3) > 0) {
            return "";
        }
        String known =
                List.of("limit", "cursor", "since", "until", "status", "source", "event", "q")
                        .get(random.nextInt(8));
        String name = random.nextInt(8) == 0 ? pick(ODD) : known;
        return "?" + name + (random.nextInt(8) == 0 ? "" : "=") + pick(ODD).replace(" ", "");
    }

    /// ISO 8859-1, as the client sends it: a character is a byte.
    private String body(String path) {
        List<String> right =
                RIGHT.entrySet().stream()
                        .filter(e -> path.startsWith(e.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(List.of("{}"));
        String text = random.nextInt(2) == 0 ? pick(right) : object(3);
        if (random.nextInt(12) == 0 && !text.isEmpty()) {
            int cut = random.nextInt(text.length());
            return text.substring(0, cut) + (char) random.nextInt(256) + text.substring(cut);
        }
        return text;
    }

    private String object(int depth) {
        StringBuilder text = new StringBuilder("{");
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
            text.append(i == 0 ? "" : ",").append('"');
            text.append(random.nextInt(15) == 0 ? pick(ODD) : pick(words)).append("\":");
            text.append(depth > 0 && random.nextInt(3) == 0 ? object(depth - 1) : pick(VALUES));
        }
        return text.append('}').toString();
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /// Entries that are nearly right reach deeper than random ones.
    @Test
    void each_field_of_each_entry_takes_no_nonsense() {
        try (RunningServer server = RunningServer.start(directory)) {
            for (String kind : List.of("Source", "Destination", "Subscription")) {
                JsonNode entry = ApiContract.DOCUMENT.at("/components/schemas/" + kind + "Entry");
                String path = "/v1/" + kind.toLowerCase(Locale.ROOT) + "s/x";
                for (String field : entry.path("properties").propertyNames()) {
                    for (String value : VALUES) {
                        String nested = "{\"" + pick(words) + "\":" + value + "}";
                        for (String given : List.of(value, nested)) {
                            int status =
                                    server.call("PUT", path, "{\"" + field + "\":" + given + "}")
                                            .status();
                            assertThat(ALLOWED).as(field + " " + given).contains(status);
                        }
                    }
                }
            }
            assertThat(server.log()).doesNotContain("Exception").doesNotContain(".java");
        }
    }
}
