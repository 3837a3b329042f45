package dev.belay.server.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.Gateway;
import dev.belay.GatewayConfig;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.Source;
import dev.belay.history.HistoryIndex;
import dev.belay.server.http.HttpLimits;
import dev.belay.server.http.Listener;
import dev.belay.server.http.RawClient;
import dev.belay.server.http.RawClient.Answer;
import dev.belay.server.http.Router;
import dev.belay.signature.Headers;
import dev.belay.signature.Providers;
import dev.belay.signature.Samples;
import dev.belay.signature.Secret;
import dev.belay.signature.SignedRequest;
import dev.belay.time.SystemTime;
import dev.belay.time.SystemTimers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a provider asks at an inbound URL, from the socket to the answer, with a real store behind.
final class HandshakeDoorTest {
    private static final Secret SECRET = Secret.of("s3cret");
    private static final HistoryIndex.EventQuery EVERY_EVENT = HistoryIndex.EventQuery.ALL;
    private static final String PUBLIC_URL = "https://hooks.example.com";

    private final SystemTimers timers = new SystemTimers();
    private Gateway gateway;
    private Listener listener;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        gateway =
                Gateway.open(
                        GatewayConfig.at(directory)
                                .catalog(
                                        Catalog.of(
                                                List.of(
                                                        source("slack", null),
                                                        source("whatsapp", "verify-me"),
                                                        source("trello", null),
                                                        source("okta", null),
                                                        source("cloudevents", null),
                                                        source("xero", null),
                                                        source("github", null)),
                                                List.of(),
                                                List.of()))
                                .build());
        ReceiveHandler door =
                new ReceiveHandler(
                        name -> gateway.catalog().source(name), gateway::receive, PUBLIC_URL);
        Router router = new Router();
        for (String method : List.of("POST", "GET", "OPTIONS")) {
            router.add(method, "/in/{source}", door);
        }
        listener =
                Listener.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        router,
                        new Listener.Parts(new SystemTime(), timers, new SplittableRandom(1)),
                        HttpLimits.DEFAULT);
    }

    private static Source source(String name, @Nullable String token) {
        Source plain = Source.of(name, Providers.named(name).orElseThrow(), SECRET);
        return plain.with(
                plain.secrets().withHandshakeToken(token == null ? null : Secret.of(token)));
    }

    @AfterEach
    void stop() {
        listener.close();
        gateway.close();
        timers.close();
    }

    @Test
    void a_challenge_in_the_query_is_sent_back_for_the_right_token() throws IOException {
        String asked = "?hub.mode=subscribe&hub.challenge=%3Cb%3E1158&hub.verify_token=";
        Answer right = send("GET", "whatsapp" + asked + "verify-me", Headers.empty(), "");
        assertThat(right.status()).isEqualTo(200);
        assertThat(right.body()).isEqualTo("<b>1158");
        assertThat(right.header("content-type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(right.header("x-content-type-options")).isEqualTo("nosniff");

        Answer wrong = send("GET", "whatsapp" + asked + "verify-you", Headers.empty(), "");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.body()).doesNotContain("1158");
        assertThat(send("GET", "whatsapp", Headers.empty(), "").status()).isEqualTo(401);
        assertThat(stored()).isZero();
    }

    @Test
    void a_signed_challenge_is_answered_after_its_signature_only() throws IOException {
        SignedRequest signed =
                Samples.request(
                        Providers.named("slack").orElseThrow(),
                        "url_verification",
                        null,
                        SECRET,
                        "Ev0challenge",
                        Instant.now());
        String body = new String(signed.body(), StandardCharsets.UTF_8);

        Answer answer = send("POST", "slack", signed.headers(), body);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("Ev0challenge");

        Answer forged = send("POST", "slack", Headers.empty(), body);
        assertThat(forged.status()).isEqualTo(401);
        assertThat(forged.body()).doesNotContain("Ev0challenge");
        assertThat(stored()).isZero();
    }

    @Test
    void a_header_is_echoed_a_look_is_answered_and_an_origin_is_allowed() throws IOException {
        Answer okta = send("GET", "okta", Headers.of("X-Okta-Verification-Challenge", "q1"), "");
        assertThat(okta.status()).isEqualTo(200);
        assertThat(okta.body()).isEqualTo("{\"verification\":\"q1\"}");
        assertThat(okta.header("content-type")).isEqualTo("application/json");

        Answer look = send("HEAD", "trello", Headers.empty(), "");
        assertThat(look.status()).isEqualTo(200);
        assertThat(look.header("content-length")).isEqualTo("0");

        Answer origin =
                send(
                        "OPTIONS",
                        "cloudevents",
                        Headers.of("WebHook-Request-Origin", "e.example"),
                        "");
        assertThat(origin.status()).isEqualTo(200);
        assertThat(origin.header("WebHook-Allowed-Origin")).isEqualTo("e.example");
        assertThat(stored()).isZero();
    }

    @Test
    void other_methods_are_not_allowed_whether_or_not_there_is_such_a_source() throws IOException {
        for (String target : List.of("github", "nobody", "slack")) {
            for (String method : List.of("GET", "HEAD", "OPTIONS", "PUT")) {
                Answer answer = send(method, target, Headers.empty(), "");
                assertThat(answer.status()).as("%s %s", method, target).isEqualTo(405);
            }
            assertThat(send("GET", target, Headers.empty(), "").header("allow")).isEqualTo("POST");
        }
        assertThat(send("GET", "trello", Headers.empty(), "").status())
                .as("only HEAD is a look")
                .isEqualTo(405);
        assertThat(send("POST", "nobody", Headers.empty(), "").status()).isEqualTo(404);
    }

    /// A genuine signature on a GET or OPTIONS makes no event of it.
    @Test
    void nobody_delivers_an_event_by_another_method() throws IOException {
        Headers token = Headers.of("Authorization", "Bearer s3cret");
        assertThat(send("OPTIONS", "cloudevents", token, "").status()).isEqualTo(401);
        assertThat(send("POST", "cloudevents", token, "{\"id\":\"1\"}").status()).isEqualTo(202);
        assertThat(stored()).isOne();
    }

    @Test
    void an_answer_without_a_body_has_none() throws IOException {
        SignedRequest signed =
                Samples.request(
                        Providers.named("xero").orElseThrow(),
                        null,
                        null,
                        SECRET,
                        "1",
                        Instant.now());
        Answer answer =
                send(
                        "POST",
                        "xero",
                        signed.headers(),
                        new String(signed.body(), StandardCharsets.UTF_8));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.header("content-type")).isEmpty();
        assertThat(stored()).isOne();
    }

    private int stored() {
        return gateway.history().events(EVERY_EVENT, 10, null).items().size();
    }

    private Answer send(String method, String target, Headers headers, String body)
            throws IOException {
        StringBuilder request = new StringBuilder();
        request.append(method).append(" /in/").append(target).append(" HTTP/1.1\r\nHost: a\r\n");
        headers.forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
        if (!body.isEmpty()) {
            request.append("Content-Length: " + body.length() + "\r\n");
        }
        try (RawClient client = new RawClient(listener.port())) {
            return client.send(request.append("\r\n").append(body).toString()).answer();
        }
    }
}
