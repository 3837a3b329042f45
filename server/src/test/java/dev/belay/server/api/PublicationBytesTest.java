package dev.belay.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.server.RunningServer;
import dev.belay.server.RunningServer.Answer;
import dev.belay.testkit.FakeEndpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a destination gets is the slice of the request that `data` is, whatever JSON it is.
final class PublicationBytesTest {
    private static final long SEED = 20260131;
    private static final int CASES = 400;
    private static final List<String> SCALARS =
            List.of(
                    "null",
                    "true",
                    "false",
                    "0",
                    "-0",
                    "1.50",
                    "1e3",
                    "1E+003",
                    "-12.5e-7",
                    "123456789012345678901234567890",
                    "0.1000000000000000055511151231257827",
                    "\"\"",
                    "\"a\"",
                    "\"\\u0041\\n\\/\\\\\\\"\"",
                    "\"\\ud83d\\ude00\"",
                    "\"😀 grüße 東京 \u2028\"",
                    "\"}]{[,:\"",
                    "\"/* no */ // comment\"");
    private static final List<String> BLANKS = List.of("", "", "", " ", "\n", "\t ", "\r\n  ");

    @TempDir private Path directory;

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    @Test
    void a_destination_gets_the_bytes_of_data_as_they_stood() throws Exception {
        try (FakeEndpoint endpoint = FakeEndpoint.start();
                RunningServer server = RunningServer.start(directory)) {
            server.declare(
                    "destinations",
                    "there",
                    "{\"url\":\"" + endpoint.uri("/") + "\",\"allow-private\":[\"127.0.0.1/32\"]}");
            server.declare(
                    "subscriptions",
                    "s",
                    "{\"source\":\"api\",\"destination\":\"there\",\"types\":[\"t\"]}");
            Map<String, String> sent = new HashMap<>();
            List<String> values = new ArrayList<>(SCALARS);
            while (values.size() < CASES) {
                values.add(value(5));
            }
            for (String value : values) {
                Answer answer = server.call("POST", "/v1/events", request(value));
                assertThat(answer.status()).as(value).isEqualTo(202);
                sent.put(answer.at("/event_id").asString(), value);
            }
            Map<String, String> got = new HashMap<>();
            for (FakeEndpoint.Request request :
                    endpoint.awaitRequests(CASES, Duration.ofSeconds(60))) {
                got.put(
                        request.header("webhook-id"),
                        new String(request.body().bytes(), StandardCharsets.UTF_8));
                assertThat(request.header("content-type")).isEqualTo("application/json");
            }
            assertThat(got).isEqualTo(sent);
            String last = sent.keySet().iterator().next();
            assertThat(server.get("/v1/events/" + last + "/body").text()).isEqualTo(sent.get(last));
        }
    }

    /// The members in either order, with blanks wherever JSON allows them.
    private String request(String value) {
        String type = blank() + "\"type\"" + blank() + ":" + blank() + "\"t\"" + blank();
        String data = blank() + "\"data\"" + blank() + ":" + blank() + value + blank();
        return random.nextBoolean() ? "{" + type + "," + data + "}" : "{" + data + "," + type + "}";
    }

    private String blank() {
        return BLANKS.get(random.nextInt(BLANKS.size()));
    }

    private String value(int depth) {
        int kind = depth == 0 ? 2 : random.nextInt(4);
        int size = random.nextInt(4);
        StringBuilder text = new StringBuilder();
        switch (kind) {
            case 0 -> {
                text.append('{').append(blank());
                for (int i = 0; i < size; i++) {
                    text.append(i == 0 ? "" : "," + blank()).append("\"k").append(i);
                    text.append(random.nextBoolean() ? "ü" : "\\u00fc").append('"').append(blank());
                    text.append(':').append(blank()).append(value(depth - 1)).append(blank());
                }
                text.append('}');
            }
            case 1 -> {
                text.append('[').append(blank());
                for (int i = 0; i < size; i++) {
                    text.append(i == 0 ? "" : "," + blank())
                            .append(value(depth - 1))
                            .append(blank());
                }
                text.append(']');
            }
            default -> text.append(SCALARS.get(random.nextInt(SCALARS.size())));
        }
        return text.toString();
    }
}
