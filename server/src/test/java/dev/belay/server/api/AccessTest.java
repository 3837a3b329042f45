package dev.belay.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.server.RunningServer;
import dev.belay.server.RunningServer.Answer;
import dev.belay.server.http.HttpLimits;
import dev.belay.server.http.Listener;
import dev.belay.server.http.RawClient;
import dev.belay.server.http.Response;
import dev.belay.server.http.Router;
import dev.belay.signature.Secret;
import dev.belay.testkit.SettableTime;
import dev.belay.time.SystemTime;
import dev.belay.time.SystemTimers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccessTest {
    private static final byte[] NOTHING = {};

    @TempDir private Path directory;

    @Test
    void every_route_of_the_api_wants_the_token() {
        try (RunningServer server = RunningServer.start(directory)) {
            for (Router.Route route : server.routes()) {
                boolean open =
                        route.template().equals("/v1/openapi.json")
                                || route.template().equals("/healthz")
                                || route.template().equals("/readyz")
                                || route.template().startsWith("/in/");
                String path =
                        route.template()
                                .replace("{id}", "x")
                                .replace("{name}", "x")
                                .replace("{source}", "x");
                Answer answer = server.send(route.method(), path, NOTHING);
                if (open) {
                    assertThat(answer.status()).as(path).isIn(200, 404, 405);
                } else {
                    assertThat(answer.status()).as(path).isEqualTo(401);
                    assertThat(answer.header("www-authenticate")).startsWith("Bearer");
                }
            }
        }
    }

    @Test
    void no_token_a_wrong_one_and_another_scheme_look_the_same() {
        try (RunningServer server = RunningServer.start(directory)) {
            String none = server.send("GET", "/v1/stats", NOTHING).text();
            for (String shown :
                    new String[] {
                        "Bearer wrong",
                        "Bearer",
                        "Bearer  ",
                        "Basic " + RunningServer.TOKEN,
                        RunningServer.TOKEN,
                        "Bearer " + RunningServer.TOKEN + "x",
                        "Bearer " + RunningServer.TOKEN.substring(1)
                    }) {
                Answer answer = server.send("GET", "/v1/stats", NOTHING, "authorization", shown);
                assertThat(answer.status()).as(shown).isEqualTo(401);
                assertThat(answer.text()).isEqualTo(none);
            }
            assertThat(
                            server.send(
                                            "GET",
                                            "/v1/stats",
                                            NOTHING,
                                            "authorization",
                                            "bearer " + RunningServer.TOKEN)
                                    .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void ten_wrong_tokens_make_an_address_wait() {
        try (RunningServer server = RunningServer.start(directory)) {
            for (int i = 0; i < AdminToken.FAILURES_A_MINUTE; i++) {
                assertThat(
                                server.send(
                                                "GET",
                                                "/v1/stats",
                                                NOTHING,
                                                "authorization",
                                                "Bearer no")
                                        .status())
                        .isEqualTo(401);
            }
            Answer answer = server.get("/v1/stats");
            assertThat(answer.status()).isEqualTo(429);
            assertThat(Integer.parseInt(answer.header("retry-after"))).isBetween(1, 61);
        }
    }

    @Test
    void requests_without_a_token_lock_nobody_out() {
        try (RunningServer server = RunningServer.start(directory)) {
            for (int i = 0; i < 3 * AdminToken.FAILURES_A_MINUTE; i++) {
                assertThat(server.send("GET", "/metrics", NOTHING).status()).isEqualTo(401);
            }
            assertThat(server.get("/v1/stats").status()).isEqualTo(200);
        }
    }

    @Test
    void after_a_minute_the_address_may_try_again() throws IOException {
        SettableTime time = new SettableTime(Instant.EPOCH);
        AdminToken token = new AdminToken(AdminToken.hash(Secret.of("right")), time);
        Router router = new Router().add("GET", "/x", token.guard((r, v) -> Response.text("in")));
        try (SystemTimers timers = new SystemTimers();
                Listener listener =
                        Listener.start(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                router,
                                new Listener.Parts(new SystemTime(), timers, new Random(1)),
                                HttpLimits.DEFAULT);
                RawClient client = new RawClient(listener.port())) {
            for (int i = 0; i < AdminToken.FAILURES_A_MINUTE; i++) {
                assertThat(ask(client, "wrong").status()).isEqualTo(401);
            }
            time.advance(Duration.ofSeconds(59));
            assertThat(ask(client, "right").status()).isEqualTo(429);
            time.advance(Duration.ofSeconds(1));
            assertThat(ask(client, "right").status()).isEqualTo(200);
        }
    }

    private static RawClient.Answer ask(RawClient client, String token) throws IOException {
        return client.send(
                        "GET /x HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + token + "\r\n\r\n")
                .answer();
    }

    @Test
    void health_needs_no_token_and_metrics_do() {
        try (RunningServer server = RunningServer.start(directory)) {
            assertThat(server.send("GET", "/healthz", NOTHING).text()).isEqualTo("ok\n");
            assertThat(server.send("GET", "/readyz", NOTHING).text()).isEqualTo("{\"ready\":true}");
            assertThat(server.send("GET", "/metrics", NOTHING).status()).isEqualTo(401);
            server.declare("sources", "shop", "{\"scheme\":\"none\"}").receive("shop", "{}");
            Answer metrics = server.get("/metrics");
            assertThat(metrics.status()).isEqualTo(200);
            assertThat(metrics.text())
                    .contains("belay_accepted_total{source=\"shop\"} 1")
                    .contains("belay_pending 0");
        }
    }

    @Test
    void with_an_admin_address_of_its_own_the_api_is_not_at_the_public_one() {
        String yaml =
                "listen: 127.0.0.1:0\ndata: data\nadmin: { listen: \"127.0.0.2:0\", token: "
                        + RunningServer.TOKEN
                        + " }\n";
        try (RunningServer server = RunningServer.start(directory, yaml, Map.of())) {
            String front = server.server().publicUrl();
            assertThat(server.url()).startsWith("http://127.0.0.2:");
            server.declare("sources", "shop", "{\"scheme\":\"none\"}");
            assertThat(server.get("/v1/sources/shop").at("/url").asString())
                    .isEqualTo(front + "/in/shop");
            assertThat(server.send("POST", front + "/in/shop", new byte[] {'x'}).status())
                    .isEqualTo(202);
            assertThat(server.call("POST", "/in/shop", "{}").status()).isEqualTo(404);
            for (String path : new String[] {"/v1/stats", "/metrics", "/v1/openapi.json"}) {
                assertThat(server.get(front + path).status()).as(path).isEqualTo(404);
                assertThat(server.get(path).status()).as(path).isEqualTo(200);
            }
            assertThat(server.get(front + "/readyz").status()).isEqualTo(200);
            assertThat(server.get("/readyz").status()).isEqualTo(200);
        }
    }

    @Test
    void a_gateway_that_closes_says_so_instead_of_failing() {
        try (RunningServer server = RunningServer.start(directory)) {
            server.declare("sources", "shop", "{\"scheme\":\"none\"}");
            server.declare("destinations", "gone", "{\"url\":\"https://example.com/\"}");
            String event = server.receive("shop", "{}");
            server.server().gateway().close();
            Answer ready = server.send("GET", "/readyz", NOTHING);
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.at("/reason").asString()).isEqualTo("closing");
            assertThat(server.send("GET", "/healthz", NOTHING).status()).isEqualTo(200);
            String[][] requests = {
                {"GET", "/v1/events", null},
                {"GET", "/v1/events/" + event, null},
                {"GET", "/v1/deliveries", null},
                {"GET", "/v1/stats", null},
                {"GET", "/v1/sources", null},
                {"PUT", "/v1/sources/shop", "{\"scheme\":\"none\"}"},
                {"DELETE", "/v1/sources/shop", null},
                {"POST", "/v1/destinations/gone/pause", null},
                {"POST", "/v1/events", "{\"type\":\"a\",\"data\":1}"},
                {"POST", "/v1/events/" + event + "/replay", null},
                {"POST", "/v1/replays", "{\"filter\":{\"status\":\"dead\"}}"},
                {"POST", "/in/shop", "{}"}
            };
            for (String[] request : requests) {
                Answer answer = server.call(request[0], request[1], request[2]);
                assertThat(answer.status()).as(request[1]).isEqualTo(503);
                assertThat(answer.at("/type").asString()).isEqualTo("/problems/shutting-down");
                assertThat(answer.header("retry-after")).isNotEmpty();
            }
            assertThat(server.get("/metrics").status()).isEqualTo(200);
        }
    }
}
