package dev.belay.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.server.RunningServer;
import dev.belay.server.RunningServer.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the API does not take, and that it says where.
final class RefusalsTest {
    private static final String EVENT = "evt_0000000000000";

    @TempDir private static Path directory;
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(directory);
        server.declare("sources", "shop", "{\"scheme\":\"none\"}");
        server.declare("destinations", "there", "{\"url\":\"https://example.com/\"}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/events/" + EVENT,
                "/v1/events/" + EVENT + "/body",
                "/v1/events/evt_",
                "/v1/events/nonsense",
                "/v1/events/evt_ZZZZZZZZZZZZZ",
                "/v1/events/%00",
                "/v1/deliveries/dlv_0000000000000_0",
                "/v1/deliveries/dlv_0000000000000_9999999",
                "/v1/deliveries/" + EVENT,
                "/v1/sources/nobody",
                "/v1/sources/nobody/rejects",
                "/v1/sources/a%2Fb",
                "/v1/destinations/nobody",
                "/v1/subscriptions/nobody",
                "/v1/events/",
                "/v1//events",
                "/v1/nothing",
                "/v1",
                "/"
            })
    void what_is_not_there_is_404(String path) {
        Answer answer = server.get(path);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.at("/type").asString()).isEqualTo("/problems/not-found");
    }

    @ParameterizedTest
    @CsvSource({
        "POST,   /v1/events/evt_0000000000000/replay",
        "POST,   /v1/events/nonsense/replay",
        "POST,   /v1/deliveries/dlv_0000000000000_0/replay",
        "POST,   /v1/deliveries/nonsense/replay",
        "POST,   /v1/destinations/nobody/pause",
        "POST,   /v1/destinations/nobody/resume",
        "DELETE, /v1/sources/nobody",
        "DELETE, /v1/destinations/nobody",
        "DELETE, /v1/subscriptions/nobody"
    })
    void nothing_is_done_to_what_is_not_there(String method, String path) {
        assertThat(server.call(method, path, null).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /v1/events, 'GET, POST'",
        "PATCH, /v1/sources/shop, 'DELETE, GET, PUT'",
        "GET, /v1/replays, POST",
        "POST, /v1/stats, GET",
        "GET, /v1/catalog, PUT",
        "GET, /in/shop, POST",
        "POST, /healthz, GET"
    })
    void another_method_is_405_and_says_which_are_allowed(
            String method, String path, String allowed) {
        Answer answer = server.call(method, path, null);
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("allow")).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/events?sorce=x,                                    sorce",
        "/v1/events?source=,                                    source",
        "/v1/events?source=a&source=b,                          source",
        "/v1/events?status=broken,                              status",
        "/v1/events?limit=0,                                    limit",
        "/v1/events?limit=501,                                  limit",
        "/v1/events?limit=ten,                                  limit",
        "/v1/events?since=yesterday,                            since",
        "/v1/events?until=2026-01-31,                           until",
        "/v1/events?since=%2B999999999-12-31T23:59:59Z,         since",
        "/v1/events?until=-999999999-01-01T00:00:00Z,           until",
        "/v1/events?cursor=abc,                                 cursor",
        "/v1/deliveries?cursor=!,                               cursor",
        "/v1/deliveries?event=dlv_0000000000000_0,              event",
        "/v1/deliveries?reason=bad,                             reason",
        "/v1/dead-letters?status=dead,                          status",
        "/v1/sources?limit=1,                                   limit",
        "/v1/sources/shop/rejects?cursor=x,                     cursor",
        "/v1/stats?x,                                           x",
        "/v1/events/evt_0000000000000?x=1,                      x"
    })
    void a_parameter_that_cannot_be_heeded_is_422_and_named(String path, String pointer) {
        Answer answer = server.get(path);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.pointers()).containsExactly(pointer);
    }

    @Test
    void a_cursor_of_another_list_is_refused() {
        server.receive("shop", "{\"id\":1}");
        server.receive("shop", "{\"id\":2}");
        String cursor = server.get("/v1/events?limit=1").at("/next_cursor").asString();
        assertThat(server.get("/v1/events?limit=1&cursor=" + cursor).status()).isEqualTo(200);
        assertThat(server.get("/v1/deliveries?cursor=" + cursor).pointers())
                .containsExactly("cursor");
        assertThat(
                        server.call(
                                        "POST",
                                        "/v1/replays",
                                        "{\"filter\":{\"status\":\"dead\"},\"cursor\":\""
                                                + cursor
                                                + "\"}")
                                .pointers())
                .containsExactly("/cursor");
    }

    @Test
    void an_empty_cursor_is_the_first_page_so_that_a_loop_can_begin_with_it() {
        assertThat(server.get("/v1/events?cursor=").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT|/v1/sources/x|{\"scheme\":\"none\",\"a/b~c\":1}|/a~1b~0c",
                "PUT|/v1/sources/x|{\"scheme\":\"nobody\"}|/scheme",
                "PUT|/v1/sources/x|{\"scheme\":\"github\"}|/secrets",
                "PUT|/v1/sources/x|{\"scheme\":\"github\",\"secrets\":[\"a\",\"env:NOT_THERE\"]}|/secrets/1",
                "PUT|/v1/sources/x|{\"scheme\":\"github\",\"secrets\":[\"********\"]}|/secrets/0",
                "PUT|/v1/sources/a%20b|{\"scheme\":\"none\"}|''",
                "PUT|/v1/sources/belay|{\"scheme\":\"none\"}|''",
                "PUT|/v1/sources/x|[]|''",
                "PUT|/v1/destinations/x|{}|/url",
                "PUT|/v1/destinations/x|{\"url\":\"http://127.0.0.1/\"}|/url",
                "PUT|/v1/destinations/x|{\"url\":\"https://example.com\",\"timeout\":\"soon\"}|/timeout",
                "PUT|/v1/subscriptions/x|{\"source\":\"shop\",\"destination\":\"nobody\"}|/destination",
                "PUT|/v1/subscriptions/x|{\"source\":\"shop\",\"destination\":\"there\",\"filter\":\"event.\"}|/filter",
                "PUT|/v1/catalog|{\"sauces\":{}}|/sauces",
                "PUT|/v1/catalog|{\"sources\":[]}|/sources",
                "PUT|/v1/catalog|{\"sources\":{\"a/b\":{\"scheme\":\"none\"}}}|/sources/a~1b",
                "POST|/v1/events|{\"type\":\"a\",\"data\":1,\"more\":1}|/more",
                "POST|/v1/events|{\"data\":1}|/type",
                "POST|/v1/events|{\"type\":\"\",\"data\":1}|/type",
                "POST|/v1/events|{\"type\":7,\"data\":1}|/type",
                "POST|/v1/events|{\"type\":\"a\"}|/data",
                "POST|/v1/events|7|''",
                "POST|/v1/replays|{}|/filter",
                "POST|/v1/replays|{\"filter\":{}}|/filter",
                "POST|/v1/replays|{\"filter\":{\"status\":null}}|/filter",
                "POST|/v1/replays|{\"filter\":{\"status\":\"due\"}}|/filter/status",
                "POST|/v1/replays|{\"filter\":{\"state\":\"dead\"}}|/filter/state",
                "POST|/v1/replays|{\"filter\":{\"since\":\"now\"}}|/filter/since",
                "POST|/v1/replays|{\"filter\":{\"event\":\"x\"}}|/filter/event",
                "POST|/v1/replays|{\"filter\":{\"status\":\"dead\"},\"dry_run\":\"yes\"}|/dry_run",
                "POST|/v1/replays|{\"filter\":{\"status\":\"dead\"},\"limit\":1}|/limit",
                "POST|/v1/replays|{\"filter\":{\"status\":\"dead\"},\"cursor\":\"x\"}|/cursor",
                "POST|/v1/destinations/there/pause|{\"until\":\"later\"}|/until",
                "POST|/v1/events/evt_0000000000000/replay|{\"dry_run\":true}|/dry_run",
                "POST|/v1/deliveries/dlv_0000000000000_0/replay|{\"dry_run\":true}|/dry_run",
                "DELETE|/v1/sources/shop|{\"force\":true}|/force"
            })
    void a_field_that_cannot_be_heeded_is_422_and_named(
            String method, String path, String body, String pointer) {
        Answer answer = server.call(method, path, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(answer.pointers()).contains(pointer);
        assertThat(answer.at("/type").asString()).isEqualTo("/problems/validation-failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"type\":\"a\",\"type\":\"b\",\"data\":1}",
                "{\"type\":\"a\",\"data\":1} x",
                "{\"type\":\"a\",\"data\":1}{}",
                "{\"type\":\"a\",\"data\":01}",
                "{type:1}",
                "nul"
            })
    void what_is_not_json_is_400(String body) {
        Answer answer =
                server.send(
                        "POST",
                        "/v1/events",
                        body.getBytes(StandardCharsets.UTF_8),
                        "authorization",
                        "Bearer " + RunningServer.TOKEN,
                        "content-type",
                        "application/json; charset=utf-8");
        assertThat(answer.status()).as(answer.text()).isIn(400, 422);
        assertThat(server.call("PUT", "/v1/sources/x", body.isEmpty() ? "{" : body).status())
                .isEqualTo(400);
    }

    @Test
    void json_that_is_broken_is_told_by_its_place_and_not_quoted() {
        Answer answer = server.call("PUT", "/v1/sources/x", "{\n  \"secrets\": [\"s3cr3t\"]]");
        assertThat(answer.at("/detail").asString()).contains("line 2, column 24");
        assertThat(answer.text()).doesNotContain("s3cr3t");
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /v1/sources/x",
        "PUT, /v1/catalog",
        "POST, /v1/events",
        "POST, /v1/replays",
        "POST, /v1/destinations/there/pause"
    })
    void a_body_that_does_not_say_it_is_json_is_415(String method, String path) {
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        String token = "Bearer " + RunningServer.TOKEN;
        assertThat(server.send(method, path, body, "authorization", token).status()).isEqualTo(415);
        Answer form =
                server.send(
                        method,
                        path,
                        body,
                        "authorization",
                        token,
                        "content-type",
                        "application/x-www-form-urlencoded");
        assertThat(form.status()).isEqualTo(415);
        assertThat(form.at("/detail").asString()).contains("application/json");
    }

    @Test
    void a_body_beyond_the_limit_is_413() {
        String large = "{\"type\":\"a\",\"data\":\"" + "x".repeat(JsonBody.LIMIT) + "\"}";
        Answer answer = server.call("POST", "/v1/events", large);
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.at("/detail").asString()).contains("5242880");
    }

    @Test
    void percent_encoding_that_is_none_is_400() throws java.io.IOException {
        try (var client = new dev.belay.server.http.RawClient(server.port())) {
            var answer =
                    client.send(
                                    "GET /v1/events?source=%zz HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
                                            + RunningServer.TOKEN
                                            + "\r\n\r\n")
                            .answer();
            assertThat(answer.status()).isEqualTo(400);
        }
    }
}
