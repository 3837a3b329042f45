package dev.belay.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.server.RunningServer;
import dev.belay.server.RunningServer.Answer;
import dev.belay.testkit.FakeEndpoint;
import dev.belay.testkit.Misbehaviour;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplayApiTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path directory;
    private final FakeEndpoint endpoint = FakeEndpoint.start();
    private RunningServer server;

    @BeforeEach
    void start() {
        server = RunningServer.start(directory);
        server.declare("sources", "shop", "{\"scheme\":\"none\"}");
        server.declare(
                "destinations",
                "reviewer",
                "{\"url\":\"" + endpoint.uri("/hook") + "\",\"allow-private\":[\"127.0.0.1/32\"]}");
        server.declare(
                "subscriptions",
                "s",
                "{\"source\":\"shop\",\"destination\":\"reviewer\",\"retry\":{\"attempts\":1}}");
    }

    @AfterEach
    void stop() {
        server.close();
        endpoint.close();
    }

    private Answer post(String path, String json) {
        return server.call("POST", path, json);
    }

    @Test
    void a_delivery_is_made_again_and_its_history_stays() throws Exception {
        String event = server.receive("shop", "{\"n\":1}");
        String old = server.awaitStatus(event, "delivered").at("/deliveries/0/id").asString();
        Answer replayed = server.call("POST", "/v1/deliveries/" + old + "/replay", null);
        assertThat(replayed.status()).isEqualTo(202);
        String made = replayed.at("/id").asString();
        assertThat(made).isNotEqualTo(old);
        assertThat(replayed.at("/replayed").asInt()).isEqualTo(1);
        Answer delivered =
                server.await(
                        "/v1/deliveries/" + made,
                        a -> a.at("/status").asString().equals("delivered"));
        assertThat(delivered.at("/replay_of").asString()).isEqualTo(old);
        assertThat(endpoint.awaitRequests(2, PATIENCE).getLast().body().bytes())
                .isEqualTo("{\"n\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(server.get("/v1/events/" + event).at("/deliveries")).hasSize(2);
        assertThat(server.get("/v1/deliveries/" + old).at("/replay_of").isNull()).isTrue();
        assertThat(post("/v1/events/" + event + "/replay", "{}").at("/replayed").asInt())
                .isEqualTo(1);
    }

    @Test
    void what_is_still_tried_or_has_nowhere_to_go_is_409() {
        server.call("POST", "/v1/destinations/reviewer/pause", null);
        String event = server.receive("shop", "{}");
        String id = server.awaitStatus(event, "due").at("/deliveries/0/id").asString();
        assertThat(server.call("POST", "/v1/deliveries/" + id + "/replay", null).status())
                .isEqualTo(409);
        assertThat(server.call("POST", "/v1/events/" + event + "/replay", null).status())
                .isEqualTo(409);
        server.call("DELETE", "/v1/subscriptions/s", null);
        assertThat(server.call("DELETE", "/v1/destinations/reviewer", null).status())
                .isEqualTo(204);
        server.awaitStatus(event, "dead");
        Answer gone = server.call("POST", "/v1/deliveries/" + id + "/replay", null);
        assertThat(gone.status()).isEqualTo(409);
        assertThat(gone.at("/detail").asString()).contains("no longer declared");
    }

    @Test
    void an_event_that_went_nowhere_goes_to_whoever_wants_it_now() {
        server.call("DELETE", "/v1/subscriptions/s", null);
        String event = server.receive("shop", "{}");
        Answer nobody = server.call("POST", "/v1/events/" + event + "/replay", null);
        assertThat(nobody.status()).isEqualTo(202);
        assertThat(nobody.at("/replayed").asInt()).isZero();
        server.declare("subscriptions", "s", "{\"source\":\"shop\",\"destination\":\"reviewer\"}");
        assertThat(
                        server.call("POST", "/v1/events/" + event + "/replay", null)
                                .at("/replayed")
                                .asInt())
                .isEqualTo(1);
        server.awaitStatus(event, "delivered");
    }

    @Test
    void dead_letters_are_counted_first_and_replayed_once() throws Exception {
        endpoint.otherwise(new Misbehaviour.Status(400));
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            events.add(server.receive("shop", "{\"id\":" + i + ",\"type\":\"t" + i % 2 + "\"}"));
        }
        for (String event : events) {
            server.awaitStatus(event, "dead");
        }
        Answer dead = server.get("/v1/dead-letters?reason=refused&type=t0&limit=500");
        assertThat(dead.at("/data")).hasSize(4);
        assertThat(dead.at("/data/0/reason").asString()).isEqualTo("refused");
        assertThat(server.get("/v1/dead-letters?reason=gone").at("/data")).isEmpty();
        String filter =
                "{\"filter\":{\"status\":\"dead\",\"type\":\"t0\",\"destination\":\"reviewer\"}";
        Answer counted = post("/v1/replays", filter + ",\"dry_run\":true}");
        assertThat(counted.at("/matched").asInt()).isEqualTo(4);
        assertThat(counted.at("/next_cursor").isNull()).isTrue();
        assertThat(server.get("/v1/deliveries?source=shop").at("/data")).hasSize(7);

        endpoint.otherwise(Misbehaviour.OK);
        Answer replayed = post("/v1/replays", filter + "}");
        assertThat(replayed.at("/dry_run").asBoolean()).isFalse();
        assertThat(replayed.at("/replayed").asInt()).isEqualTo(4);
        endpoint.awaitRequests(11, PATIENCE);
        Answer again = post("/v1/replays", filter + "}");
        assertThat(again.at("/replayed").asInt()).isZero();
        assertThat(again.at("/skipped").asInt()).isEqualTo(4);
        Answer all =
                post("/v1/replays", "{\"filter\":{\"source\":\"shop\",\"reason\":\"refused\"}}");
        assertThat(all.at("/replayed").asInt()).isEqualTo(3);
    }

    @Test
    void a_replay_goes_on_where_its_cursor_says() {
        server.awaitStatus(server.receive("shop", "{\"id\":1}"), "delivered");
        server.awaitStatus(server.receive("shop", "{\"id\":2}"), "delivered");
        // What a run that began later than both, and was cut short after the first, hands back.
        String began = Long.toString(Instant.now().plusSeconds(60).toEpochMilli(), 36);
        String cursor = server.get("/v1/deliveries?limit=1").at("/next_cursor").asString();
        Answer rest =
                post(
                        "/v1/replays",
                        "{\"filter\":{\"status\":\"delivered\"},\"dry_run\":true,\"cursor\":\""
                                + began
                                + "."
                                + cursor
                                + "\"}");
        assertThat(rest.status()).as(rest.text()).isEqualTo(200);
        assertThat(rest.at("/matched").asInt()).isEqualTo(1);
    }
}
