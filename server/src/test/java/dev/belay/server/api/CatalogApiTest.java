package dev.belay.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.server.RunningServer;
import dev.belay.server.RunningServer.Answer;
import dev.belay.testkit.FakeEndpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CatalogApiTest {
    private static final String FILE =
            RunningServer.USUAL
                    + """
                    sources:
                      shop: { scheme: none }
                    destinations:
                      reviewer: { url: "https://example.com/hook" }
                    subscriptions:
                      - { source: shop, destination: reviewer }
                    """;

    @TempDir private Path directory;

    @Test
    void an_entry_is_made_changed_shown_and_removed() {
        try (RunningServer server = RunningServer.start(directory)) {
            String path = "/v1/sources/a.b_c-1";
            Answer made = server.call("PUT", path, "{\"scheme\":\"none\"}");
            assertThat(made.status()).isEqualTo(201);
            assertThat(made.at("/name").asString()).isEqualTo("a.b_c-1");
            assertThat(made.at("/origin").asString()).isEqualTo("api");
            assertThat(made.at("/verified").asBoolean()).isFalse();
            assertThat(made.at("/url").asString()).isEqualTo(server.url() + "/in/a.b_c-1");
            Answer changed =
                    server.call("PUT", path, "{\"scheme\":\"generic\",\"secrets\":\"s3cret\"}");
            assertThat(changed.status()).isEqualTo(200);
            assertThat(changed.at("/verified").asBoolean()).isTrue();
            assertThat(server.get(path).json()).isEqualTo(changed.json());
            assertThat(server.get("/v1/sources").at("/data/0")).isEqualTo(changed.json());
            assertThat(server.call("DELETE", path, null).status()).isEqualTo(204);
            assertThat(server.get(path).status()).isEqualTo(404);
            assertThat(server.get("/v1/sources").at("/data")).isEmpty();
        }
    }

    @Test
    void a_change_is_in_force_with_its_answer() {
        try (RunningServer server = RunningServer.start(directory)) {
            byte[] body = {'{', '}'};
            assertThat(server.send("POST", "/in/shop", body).status()).isEqualTo(404);
            server.declare("sources", "shop", "{\"scheme\":\"none\",\"body-limit\":2}");
            assertThat(server.send("POST", "/in/shop", body).status()).isEqualTo(202);
            assertThat(server.send("POST", "/in/shop", new byte[3]).status()).isEqualTo(413);
            server.call("DELETE", "/v1/sources/shop", null);
            assertThat(server.send("POST", "/in/shop", body).status()).isEqualTo(404);
        }
    }

    @Test
    void what_the_file_declares_is_changed_in_the_file() {
        try (RunningServer server = RunningServer.start(directory, FILE, Map.of())) {
            for (String path :
                    List.of(
                            "/v1/sources/shop",
                            "/v1/destinations/reviewer",
                            "/v1/subscriptions/shop-to-reviewer")) {
                assertThat(server.get(path).at("/origin").asString()).isEqualTo("file");
                Answer put = server.call("PUT", path, "{\"scheme\":\"none\"}");
                assertThat(put.status()).isEqualTo(409);
                assertThat(put.at("/detail").asString()).contains("file").contains("belay apply");
                assertThat(server.call("DELETE", path, null).status()).isEqualTo(409);
            }
        }
    }

    @Test
    void what_others_need_is_not_removed_and_they_are_named() {
        try (RunningServer server = RunningServer.start(directory)) {
            server.declare("sources", "shop", "{\"scheme\":\"none\"}");
            server.declare("destinations", "there", "{\"url\":\"https://example.com/\"}");
            for (String name : List.of("one", "two")) {
                server.declare(
                        "subscriptions", name, "{\"source\":\"shop\",\"destination\":\"there\"}");
            }
            for (String path : List.of("/v1/sources/shop", "/v1/destinations/there")) {
                Answer answer = server.call("DELETE", path, null);
                assertThat(answer.status()).isEqualTo(409);
                assertThat(answer.at("/detail").asString())
                        .contains("subscription one")
                        .contains("subscription two");
                assertThat(server.get(path).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void a_catalog_is_applied_as_a_whole_or_not_at_all() {
        try (RunningServer server = RunningServer.start(directory, FILE, Map.of())) {
            server.declare("sources", "mine", "{\"scheme\":\"none\"}");
            Answer refused =
                    server.call(
                            "PUT",
                            "/v1/catalog",
                            """
                            {"sources": {"good": {"scheme": "none"}, "bad": {"scheme": "nobody"}},
                             "destinations": {"d": {"url": "ftp://x", "colour": "red"}},
                             "subscriptions": {"s": {"source": "good", "destination": "gone"}}}
                            """);
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.pointers())
                    .containsExactlyInAnyOrder(
                            "/sources/bad/scheme",
                            "/destinations/d/url",
                            "/destinations/d/colour",
                            "/subscriptions/s/destination");
            assertThat(server.get("/v1/sources/good").status()).isEqualTo(404);
            assertThat(server.get("/v1/sources/shop").status()).isEqualTo(200);
            assertThat(server.send("POST", "/in/shop", new byte[0]).status()).isEqualTo(202);

            Answer applied =
                    server.call(
                            "PUT",
                            "/v1/catalog",
                            """
                            {"sources": {"good": {"scheme": "none"}, "mine": {"scheme": "none"}}}
                            """);
            assertThat(applied.status()).isEqualTo(200);
            assertThat(applied.at("/declared").asInt()).isEqualTo(2);
            assertThat(server.get("/v1/sources/shop").status()).isEqualTo(404);
            assertThat(server.get("/v1/destinations").at("/data")).isEmpty();
            assertThat(server.get("/v1/sources/mine").at("/origin").asString()).isEqualTo("file");
            assertThat(server.send("POST", "/in/good", new byte[0]).status()).isEqualTo(202);
        }
    }

    @Test
    void a_file_cannot_take_away_what_an_entry_of_the_api_needs() {
        try (RunningServer server = RunningServer.start(directory, FILE, Map.of())) {
            server.declare(
                    "subscriptions", "mine", "{\"source\":\"shop\",\"destination\":\"reviewer\"}");
            Answer needed = server.call("PUT", "/v1/catalog", "{}");
            assertThat(needed.status()).isEqualTo(409);
            assertThat(needed.at("/detail").asString())
                    .contains("subscription mine: source names no declared source: shop")
                    .contains("subscription mine: destination names no declared");
            Answer both =
                    server.call("PUT", "/v1/catalog", "{\"sources\":{\"x\":{\"scheme\":\"y\"}}}");
            assertThat(both.pointers()).containsExactly("/sources/x/scheme");
            assertThat(both.at("/detail").asString()).contains("subscription mine");
            assertThat(server.get("/v1/sources/shop").status()).isEqualTo(200);
        }
    }

    @Test
    void what_waits_for_a_removed_destination_is_dead_lettered() {
        try (RunningServer server = RunningServer.start(directory)) {
            server.declare("sources", "shop", "{\"scheme\":\"none\"}");
            server.declare("destinations", "there", "{\"url\":\"https://example.com/\"}");
            server.declare("subscriptions", "s", "{\"source\":\"shop\",\"destination\":\"there\"}");
            server.call("POST", "/v1/destinations/there/pause", null);
            String event = server.receive("shop", "{}");
            server.call("DELETE", "/v1/subscriptions/s", null);
            assertThat(server.call("DELETE", "/v1/destinations/there", null).status())
                    .isEqualTo(204);
            Answer dead = server.awaitStatus(event, "dead");
            assertThat(dead.at("/deliveries/0/reason").asString()).isEqualTo("destination_removed");
        }
    }

    @Test
    void every_key_of_an_entry_is_shown_as_it_was_declared() {
        try (RunningServer server = RunningServer.start(directory)) {
            String source =
                    """
                    {"scheme": {"hmac": {"header": "X-Sig", "encoding": "base64", "prefix": "v1=",
                       "content": "{timestamp}.{body}", "timestamp": {"header": "X-Time", "unit": "s"}}},
                     "secrets": ["file:secret.txt"], "id": {"header": "X-Id", "or": "/id"},
                     "type": ["/type", "/event"], "dedupe-window": "30d", "body-limit": 1000}
                    """;
            write("secret.txt", "s3cret");
            server.declare("sources", "own", source);
            String destination =
                    """
                    {"url": "http://127.0.0.1:9/hook", "allow-private": ["127.0.0.1/32"],
                     "timeout": "3s", "concurrency": 4, "rate": {"per-second": 2.5, "burst": 3},
                     "breaker": {"failures": 2, "reset": "1m", "probes": 1}}
                    """;
            server.declare("destinations", "own", destination);
            String subscription =
                    """
                    {"source": "own", "destination": "own", "types": ["a", "b.*"],
                     "filter": "event.type == 'a'",
                     "retry": {"attempts": 3, "base": "1s", "factor": 2, "cap": "10s", "jitter": 0.5},
                     "validate": {"required": ["/id"], "schema": {"type": "object"}}}
                    """;
            server.declare("subscriptions", "own", subscription);
            assertShows(server.get("/v1/sources/own"), source);
            assertShows(server.get("/v1/destinations/own"), destination);
            assertShows(server.get("/v1/subscriptions/own"), subscription);
        }
    }

    private void write(String name, String text) {
        try {
            java.nio.file.Files.writeString(directory.resolve(name), text);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void assertShows(Answer answer, String entry) {
        var declared = JsonBody.JSON.readTree(entry);
        declared.properties()
                .forEach(
                        field -> {
                            // A source's own url is where its senders send to.
                            assertThat(answer.json().get(field.getKey()).toString())
                                    .as(field.getKey())
                                    .isEqualTo(field.getValue().toString());
                        });
    }

    @Test
    void pause_and_resume_are_seen_and_felt() throws Exception {
        try (FakeEndpoint endpoint = FakeEndpoint.start();
                RunningServer server = RunningServer.start(directory)) {
            subscribe(server, endpoint.uri("/hook").toString(), "");
            assertThat(server.get("/v1/destinations/there").at("/standing").asString())
                    .isEqualTo("active");
            Answer paused = server.call("POST", "/v1/destinations/there/pause", "{}");
            assertThat(paused.status()).isEqualTo(200);
            assertThat(paused.at("/standing").asString()).isEqualTo("paused");
            assertThat(paused.at("/standing_reason").asString()).isNotEmpty();
            String event = server.receive("shop", "{}");
            // A second destination shows that time enough has passed for the first to be tried.
            server.declare(
                    "destinations",
                    "other",
                    "{\"url\":\""
                            + endpoint.uri("/other")
                            + "\",\"allow-private\":[\"127.0.0.1/32\"]}");
            server.declare("sources", "more", "{\"scheme\":\"none\"}");
            server.declare(
                    "subscriptions", "more", "{\"source\":\"more\",\"destination\":\"other\"}");
            server.awaitStatus(server.receive("more", "{}"), "delivered");
            assertThat(endpoint.requests()).hasSize(1);
            assertThat(server.get("/v1/events/" + event).at("/deliveries/0/status").asString())
                    .isEqualTo("due");
            Answer resumed = server.call("POST", "/v1/destinations/there/resume", null);
            assertThat(resumed.at("/standing").asString()).isEqualTo("active");
            server.awaitStatus(event, "delivered");
            assertThat(endpoint.requests()).hasSize(2);
        }
    }

    @Test
    void a_circuit_opens_after_failures_and_closes_with_a_success() throws Exception {
        try (FakeEndpoint endpoint = FakeEndpoint.start();
                RunningServer server = RunningServer.start(directory)) {
            endpoint.then(new dev.belay.testkit.Misbehaviour.Status(500))
                    .then(new dev.belay.testkit.Misbehaviour.Status(500));
            subscribe(
                    server,
                    endpoint.uri("/hook").toString(),
                    ",\"breaker\":{\"failures\":2,\"reset\":\"300ms\"}");
            assertThat(server.get("/v1/destinations/there").at("/circuit").asString())
                    .isEqualTo("closed");
            String event = server.receive("shop", "{}");
            server.awaitStatus(event, "delivered");
            Answer closed =
                    server.await(
                            "/v1/destinations/there",
                            a -> a.at("/circuit").asString().equals("closed"));
            assertThat(closed.at("/failures").asInt()).isZero();
            // The log keeps what a look at the wrong moment would miss.
            server.await("/healthz", a -> server.log().contains("circuit_closed"));
            assertThat(server.log()).containsSubsequence("circuit_open", "circuit_closed");
        }
    }

    @Test
    void an_open_circuit_is_seen_with_its_end_and_what_waits() {
        try (RunningServer server = RunningServer.start(directory)) {
            subscribe(
                    server,
                    "http://127.0.0.1:1/",
                    ",\"breaker\":{\"failures\":1,\"reset\":\"1h\"}");
            server.receive("shop", "{}");
            Answer open =
                    server.await(
                            "/v1/destinations/there",
                            a -> a.at("/circuit").asString().equals("open"));
            assertThat(open.at("/failures").asInt()).isEqualTo(1);
            assertThat(open.at("/open_until").asString()).endsWith("Z");
            assertThat(
                            server.get("/v1/deliveries?destination=there")
                                    .at("/data/0/attempt_count")
                                    .asInt())
                    .isEqualTo(1);
        }
    }

    private static void subscribe(RunningServer server, String url, String more) {
        server.declare("sources", "shop", "{\"scheme\":\"none\"}");
        server.declare(
                "destinations",
                "there",
                "{\"url\":\"" + url + "\",\"allow-private\":[\"127.0.0.1/32\"]" + more + "}");
        server.declare(
                "subscriptions",
                "s",
                "{\"source\":\"shop\",\"destination\":\"there\",\"retry\":{\"base\":\"10ms\"}}");
    }
}
