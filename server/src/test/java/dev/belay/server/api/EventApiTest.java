package dev.belay.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.server.RunningServer;
import dev.belay.server.RunningServer.Answer;
import dev.belay.testkit.FakeEndpoint;
import dev.belay.testkit.Misbehaviour;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class EventApiTest {
    @TempDir private Path directory;
    private RunningServer server;

    @BeforeEach
    void start() {
        server = RunningServer.start(directory);
        server.declare("sources", "shop", "{\"scheme\":\"none\"}");
        server.declare("sources", "other", "{\"scheme\":\"none\"}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /// Ids of every entry of every page, and how many pages there were.
    private record Walk(List<String> ids, int pages) {}

    private Walk walk(String path) {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            Answer page = server.get(path + "&cursor=" + cursor);
            assertThat(page.status()).isEqualTo(200);
            page.at("/data").forEach(entry -> ids.add(entry.path("id").asString()));
            cursor = page.at("/next_cursor").asString("");
            pages++;
        } while (!cursor.isEmpty());
        return new Walk(ids, pages);
    }

    @Test
    void pages_hold_every_match_once_newest_first() {
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            server.receive("other", "{\"id\":\"x" + i + "\",\"type\":\"a\"}");
            wanted.add(server.receive("shop", "{\"id\":\"" + i + "\",\"type\":\"a\"}"));
            server.receive("shop", "{\"id\":\"b" + i + "\",\"type\":\"b\"}");
        }
        Collections.reverse(wanted);
        Walk walk = walk("/v1/events?source=shop&type=a&limit=2");
        assertThat(walk.ids()).isEqualTo(wanted);
        assertThat(walk.pages()).isGreaterThan(2);
        assertThat(walk("/v1/events?limit=4").ids()).hasSize(27).doesNotHaveDuplicates();
    }

    @Test
    void deliveries_have_pages_too() {
        server.declare("destinations", "one", "{\"url\":\"https://example.com/1\"}");
        server.declare("destinations", "two", "{\"url\":\"https://example.com/2\"}");
        for (String name : List.of("one", "two")) {
            server.call("POST", "/v1/destinations/" + name + "/pause", null);
            server.declare(
                    "subscriptions",
                    "to-" + name,
                    "{\"source\":\"shop\",\"destination\":\"" + name + "\"}");
        }
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String event = server.receive("shop", "{\"id\":" + i + ",\"type\":\"t" + i % 2 + "\"}");
            wanted.addFirst("dlv_" + event.substring(4));
        }
        Walk walk = walk("/v1/deliveries?destination=two&status=due&limit=2");
        assertThat(walk.pages()).isGreaterThan(2);
        assertThat(walk.ids().stream().map(id -> id.substring(0, 17))).isEqualTo(wanted);
        assertThat(walk("/v1/deliveries?source=shop&limit=3").ids()).hasSize(10);
        assertThat(walk("/v1/deliveries?type=t1&destination=one&limit=9").ids()).hasSize(2);
        assertThat(walk("/v1/deliveries?source=other&limit=9").ids()).isEmpty();
    }

    @Test
    void filters_find_what_they_say() {
        String first = server.receive("shop", "{\"id\":\"a&b=c\",\"type\":\"größe/+ %\"}");
        String second = server.receive("shop", "{\"id\":\"2\",\"type\":\"t\",\"note\":\"käse\"}");
        assertThat(ids("/v1/events?external_id=a%26b%3Dc")).containsExactly(first);
        assertThat(ids("/v1/events?type=gr%C3%B6%C3%9Fe%2F%2B%20%25")).containsExactly(first);
        assertThat(ids("/v1/events?q=k%C3%A4se")).containsExactly(second);
        assertThat(ids("/v1/events?q=nowhere")).isEmpty();
        assertThat(ids("/v1/events?status=dead")).isEmpty();
        String at = server.get("/v1/events/" + second).at("/received_at").asString();
        String later = Instant.parse(at).plusMillis(1).toString();
        assertThat(ids("/v1/events?since=" + at)).contains(second);
        assertThat(ids("/v1/events?until=" + at)).doesNotContain(second);
        assertThat(ids("/v1/events?until=" + later)).contains(second);
        assertThat(ids("/v1/events?since=" + later)).doesNotContain(second);
        String offset =
                OffsetDateTime.parse(at)
                        .withOffsetSameInstant(java.time.ZoneOffset.ofHours(2))
                        .toString();
        assertThat(ids("/v1/events?since=" + offset)).contains(second);
        assertThat(ids("/v1/events?since=" + offset.replace("+", "%2B"))).contains(second);
        for (String extreme : List.of("0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z")) {
            assertThat(server.get("/v1/events?since=" + extreme).status()).isEqualTo(200);
            assertThat(server.get("/v1/deliveries?until=" + extreme).status()).isEqualTo(200);
        }
    }

    private List<String> ids(String path) {
        return server.get(path)
                .at("/data")
                .valueStream()
                .map(e -> e.path("id").asString())
                .toList();
    }

    @Test
    void an_event_is_shown_with_headers_body_deliveries_and_attempts() throws Exception {
        try (FakeEndpoint endpoint = FakeEndpoint.start()) {
            endpoint.then(new Misbehaviour.WithBody(200, "thanks"));
            subscribe(endpoint);
            String body =
                    "{ \"type\": \"order.completed\",\n \"id\": \"4711\", \"ü\": \"\\u0000\" }";
            String event = server.receive("shop", body, "X-One", "1", "X-One", "2");
            JsonNode shown = server.awaitStatus(event, "delivered").json();
            assertThat(shown.path("body").asString()).isEqualTo(body);
            assertThat(shown.path("body_bytes").asInt())
                    .isEqualTo(body.getBytes(StandardCharsets.UTF_8).length);
            assertThat(shown.path("type").asString()).isEqualTo("order.completed");
            assertThat(shown.path("external_id").asString()).isEqualTo("4711");
            assertThat(shown.path("headers").toString())
                    .contains("[\"X-One\",\"1\"],[\"X-One\",\"2\"]");
            JsonNode delivery = shown.at("/deliveries/0");
            assertThat(delivery.path("attempt_count").asInt()).isEqualTo(1);
            assertThat(delivery.at("/attempts/0/outcome").asString()).isEqualTo("delivered");
            assertThat(delivery.at("/attempts/0/status").asInt()).isEqualTo(200);
            assertThat(delivery.at("/attempts/0/response/body").asString()).isEqualTo("thanks");
            assertThat(server.get("/v1/deliveries/" + delivery.path("id").asString()).json())
                    .isEqualTo(delivery);
            assertThat(
                            server.get("/v1/deliveries?event=" + event)
                                    .at("/data/0/attempt_count")
                                    .asInt())
                    .isEqualTo(1);
        }
    }

    private void subscribe(FakeEndpoint endpoint) {
        server.declare(
                "destinations",
                "reviewer",
                "{\"url\":\"" + endpoint.uri("/hook") + "\",\"allow-private\":[\"127.0.0.1/32\"]}");
        server.declare("subscriptions", "s", "{\"source\":\"shop\",\"destination\":\"reviewer\"}");
    }

    @Test
    void the_bytes_of_a_body_are_the_senders_and_no_page() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        Answer received = server.send("POST", "/in/shop", bytes, "content-type", "text/html");
        String event = received.at("/event_id").asString();
        Answer body = server.get("/v1/events/" + event + "/body");
        assertThat(body.bytes()).isEqualTo(bytes);
        assertThat(body.header("content-type")).isEqualTo("application/octet-stream");
        assertThat(body.header("content-disposition")).startsWith("attachment");
        assertThat(body.header("x-content-type-options")).isEqualTo("nosniff");
        JsonNode shown = server.get("/v1/events/" + event).json();
        assertThat(Base64.getDecoder().decode(shown.path("body_base64").asString()))
                .isEqualTo(bytes);
        assertThat(shown.has("body")).isFalse();
    }

    @Test
    void an_empty_body_is_an_empty_text() {
        String event = server.receive("shop", "");
        assertThat(server.get("/v1/events/" + event).at("/body").asString("absent")).isEmpty();
        assertThat(server.get("/v1/events/" + event + "/body").bytes()).isEmpty();
    }

    @Test
    void publishing_twice_with_one_key_makes_one_event() {
        String once = "{\"type\":\"order.completed\",\"data\":{\"a\":1}}";
        Answer first = publish(once, "k-1");
        assertThat(first.status()).isEqualTo(202);
        assertThat(first.at("/duplicate").asBoolean()).isFalse();
        Answer again = publish(once, "k-1");
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.at("/duplicate").asBoolean()).isTrue();
        assertThat(again.at("/event_id")).isEqualTo(first.at("/event_id"));
        Answer other = publish("{\"type\":\"order.completed\",\"data\":{\"a\":2}}", "k-1");
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.at("/type").asString()).isEqualTo("/problems/idempotency-key-reused");
        assertThat(other.at("/detail").asString()).contains(first.at("/event_id").asString());
        assertThat(publish(once, "k-2").at("/duplicate").asBoolean()).isFalse();
        assertThat(publish(once, "x".repeat(256)).pointers()).containsExactly("Idempotency-Key");
        assertThat(ids("/v1/events?source=api&type=order.completed")).hasSize(2);
    }

    private Answer publish(String json, String key) {
        return server.send(
                "POST",
                "/v1/events",
                json.getBytes(StandardCharsets.UTF_8),
                "authorization",
                "Bearer " + RunningServer.TOKEN,
                "content-type",
                "application/json",
                "idempotency-key",
                key);
    }

    @Test
    void stats_count_what_there_is() throws Exception {
        try (FakeEndpoint endpoint = FakeEndpoint.start()) {
            subscribe(endpoint);
            server.awaitStatus(server.receive("shop", "{\"id\":1}"), "delivered");
            server.call("POST", "/v1/destinations/reviewer/pause", null);
            server.receive("shop", "{\"id\":2}");
            JsonNode stats =
                    server.await(
                                    "/v1/stats",
                                    answer ->
                                            answer.at("/events").asInt() == 2
                                                    && answer.at("/deliveries").size() == 2)
                            .json();
            assertThat(stats.path("deliveries").toString())
                    .contains(
                            "{\"destination\":\"reviewer\",\"status\":\"delivered\",\"count\":1}");
            assertThat(stats.path("oldest_due").asString()).endsWith("ms");
        }
    }

    @Test
    void what_was_not_genuine_is_listed_with_the_reason() {
        server.declare("sources", "signed", "{\"scheme\":\"generic\",\"secrets\":[\"s3cret\"]}");
        Answer refused =
                server.send(
                        "POST", "/in/signed", new byte[] {'h', 'i'}, "x-webhook-signature", "00");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.text()).doesNotContain("malformed").doesNotContain("mismatch");
        JsonNode reject =
                server.await("/v1/sources/signed/rejects", a -> !a.at("/data").isEmpty())
                        .at("/data/0");
        assertThat(reject.path("reason").asString()).isNotEmpty();
        assertThat(reject.path("body").asString()).isEqualTo("hi");
        assertThat(reject.path("remote_address").asString()).isEqualTo("127.0.0.1");
        assertThat(server.get("/v1/sources/shop/rejects").at("/data")).isEmpty();
        assertThat(ids("/v1/events?source=signed")).isEmpty();
    }
}
