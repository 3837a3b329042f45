package dev.belay.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.server.RunningServer;
import dev.belay.server.RunningServer.Answer;
import dev.belay.testkit.FakeEndpoint;
import dev.belay.testkit.Misbehaviour;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Distinctive secrets are planted wherever a secret can be, and looked for in everything that the
/// server says.
final class SecretsStayHiddenTest {
    /// In each secret of this test, and in nothing else.
    private static final String MARK = "pl4nted";

    private static final String SIGNING = "whsec_cGw0bnRlZHBsNG50ZWRwbDRudGVkcGw0bnRlZA==";

    @TempDir private Path directory;

    private final List<String> said = new ArrayList<>();

    @Test
    void no_answer_and_no_log_line_holds_a_secret() throws Exception {
        Files.writeString(directory.resolve("secret.txt"), "in-file-" + MARK);
        Map<String, String> environment = Map.of("IN_ENV", "in-env-" + MARK);
        try (FakeEndpoint endpoint = FakeEndpoint.start();
                RunningServer server =
                        RunningServer.start(directory, RunningServer.USUAL, environment)) {
            endpoint.otherwise(
                    new Misbehaviour.Status(
                            400, dev.belay.signature.Headers.of("Set-Cookie", "session=" + MARK)));
            declare(server, endpoint);
            String event = speak(server);
            server.awaitStatus(event, "dead");
            endpoint.awaitRequests(1, java.time.Duration.ofSeconds(60));
            assertThat(endpoint.requests().getFirst().header("X-Custom"))
                    .isEqualTo("header-" + MARK);
            readEverything(server, event);
            said.add(server.log());
        }
        assertThat(String.join("\n", said))
                .contains("env:IN_ENV")
                .contains("file:secret.txt")
                .contains("********")
                .doesNotContainIgnoringCase(MARK)
                .doesNotContain(SIGNING)
                .doesNotContain(RunningServer.TOKEN);
    }

    private void declare(RunningServer server, FakeEndpoint endpoint) {
        String secrets =
                "\"secrets\":[\"literal-" + MARK + "\",\"env:IN_ENV\",\"file:secret.txt\"]";
        say(server, "PUT", "/v1/sources/signed", "{\"scheme\":\"generic\"," + secrets + "}");
        say(
                server,
                "PUT",
                "/v1/sources/keyed",
                "{\"scheme\":{\"token\":{\"header\":\"X-Door\"}}," + secrets + "}");
        say(
                server,
                "PUT",
                "/v1/sources/wrong",
                "{\"scheme\":\"generic\",\"colour\":1," + secrets + "}");
        say(
                server,
                "PUT",
                "/v1/destinations/there",
                "{\"url\":\""
                        + endpoint.uri("/hook")
                        + "\",\"allow-private\":[\"127.0.0.1/32\"],\"signing\":{\"secrets\":[\""
                        + SIGNING
                        + "\"]},\"headers\":{\"X-Custom\":\"header-"
                        + MARK
                        + "\"}}");
        say(
                server,
                "PUT",
                "/v1/destinations/wrong",
                "{\"url\":\"https://u:"
                        + MARK
                        + "@example.com\",\"signing\":{\"secrets\":[\"not base64 "
                        + MARK
                        + "\"]}}");
        for (String source : List.of("keyed", "signed")) {
            say(
                    server,
                    "PUT",
                    "/v1/subscriptions/" + source,
                    "{\"source\":\"" + source + "\",\"destination\":\"there\"}");
        }
    }

    /// Sends requests that carry secrets, genuine and not.
    private String speak(RunningServer server) {
        String[] carrying = {
            "X-Door",
            "in-file-" + MARK,
            "Cookie",
            "a=" + MARK,
            "Proxy-Authorization",
            "Basic " + MARK,
            "X-Api-Key",
            MARK,
            "X-Gitlab-Token",
            MARK
        };
        String event = server.receive("keyed", "{\"id\":1}", carrying);
        carrying[1] = "almost-" + MARK;
        for (String source : List.of("keyed", "signed")) {
            said.add(
                    server.send(
                                    "POST",
                                    "/in/" + source + "?token=" + MARK,
                                    "{}".getBytes(StandardCharsets.UTF_8),
                                    carrying)
                            .text());
            String path = "/v1/sources/" + source + "/rejects";
            said.add(server.await(path, a -> !a.at("/data").isEmpty()).text());
        }
        said.add(
                server.send("GET", "/v1/stats", new byte[0], "authorization", "Bearer " + MARK)
                        .text());
        say(server, "PUT", "/v1/sources/broken", "{\"secrets\": " + MARK);
        say(
                server,
                "PUT",
                "/v1/sources/nobody",
                "{\"scheme\":\"" + "generic\",\"secrets\":{\"a\":\"" + MARK + "\"}}");
        return event;
    }

    private void readEverything(RunningServer server, String event) {
        String delivery = "dlv_" + event.substring(4) + "_0";
        for (String path :
                List.of(
                        "/v1/sources",
                        "/v1/sources/signed",
                        "/v1/sources/keyed",
                        "/v1/destinations",
                        "/v1/destinations/there",
                        "/v1/subscriptions",
                        "/v1/events",
                        "/v1/events/" + event,
                        "/v1/deliveries",
                        "/v1/deliveries/" + delivery,
                        "/v1/dead-letters",
                        "/v1/stats",
                        "/metrics")) {
            Answer answer = server.get(path);
            assertThat(answer.status()).isEqualTo(200);
            said.add(answer.text());
        }
    }

    private void say(RunningServer server, String method, String path, String json) {
        said.add(server.call(method, path, json).text());
    }
}
