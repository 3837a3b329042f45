package dev.belay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.server.ApiContract;
import dev.belay.server.RunningServer;
import dev.belay.signature.Provider;
import dev.belay.signature.Providers;
import dev.belay.signature.Scheme;
import dev.belay.signature.Secret;
import dev.belay.testkit.FakeEndpoint;
import dev.belay.testkit.Misbehaviour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Commands and server as they come together.
final class CommandsOnServerTest {
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

    private Belay.Ran run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", server.url()));
        Belay.Ran ran =
                Belay.run(
                        Map.of("BELAY_ADMIN_TOKEN", RunningServer.TOKEN),
                        all.toArray(String[]::new));
        assertThat(ran.err()).doesNotContain("should not have happened");
        return ran;
    }

    /// Runs a command that succeeds.
    private String ok(String... arguments) {
        Belay.Ran ran = run(arguments);
        assertThat(ran.code()).as(ran.err()).isZero();
        return ran.out();
    }

    private JsonNode json(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        return ApiContract.JSON.readTree(ok(all.toArray(String[]::new)));
    }

    @Test
    void events_are_listed_shown_and_their_bytes_written() {
        String event = server.receive("shop", "{\"type\":\"order.completed\",\"id\":\"4711\"}");
        server.awaitStatus(event, "delivered");
        assertThat(ok("events")).contains(event).contains("order.completed").contains("4711");
        assertThat(ok("events", "--type", "order.completed", "--since", "1h")).contains(event);
        assertThat(run("events", "--type", "nothing").err()).contains("nothing matches");
        assertThat(json("events").at("/data/0/id").asString()).isEqualTo(event);
        assertThat(ok("events", "show", event))
                .contains("order.completed")
                .contains("DELIVERY dlv_")
                .contains("attempt_count")
                .contains("delivered");
        assertThat(json("events", "show", event).at("/deliveries/0/status").asString())
                .isEqualTo("delivered");
        assertThat(ok("events", "body", event))
                .isEqualTo("{\"type\":\"order.completed\",\"id\":\"4711\"}");
        Belay.Ran missing = run("events", "show", "evt_0000000000000");
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("There is nothing here. (404)");
    }

    @Test
    void a_list_is_gone_through_page_by_page() {
        for (int i = 0; i < 5; i++) {
            server.receive("shop", "{\"id\":" + i + "}");
        }
        List<String> ids = new ArrayList<>();
        List<String> command = List.of("events", "--limit", "2");
        String cursor = "";
        do {
            List<String> page = new ArrayList<>(command);
            if (!cursor.isEmpty()) {
                page.addAll(List.of("--cursor", cursor));
            }
            JsonNode answer = json(page.toArray(String[]::new));
            answer.at("/data").forEach(e -> ids.add(e.path("id").asString()));
            cursor = answer.at("/next_cursor").asString("");
        } while (!cursor.isEmpty());
        assertThat(ids).hasSize(5).doesNotHaveDuplicates();
        assertThat(run("events", "--limit", "2").err()).contains("--cursor ");
    }

    @Test
    void deliveries_and_dead_letters_are_listed_with_reason_and_attempts() {
        endpoint.otherwise(new Misbehaviour.Status(400));
        String event = server.receive("shop", "{}");
        server.awaitStatus(event, "dead");
        String delivery = json("deliveries", "--event", event).at("/data/0/id").asString();
        assertThat(ok("deliveries", "--status", "dead").lines().toList().getLast())
                .containsSubsequence(delivery, "reviewer", "dead", "1", "refused");
        assertThat(ok("deliveries", "show", delivery)).contains("http_4xx").contains("400");
        assertThat(ok("dead-letters", "--reason", "refused").lines().toList().getLast())
                .containsSubsequence(delivery, "reviewer", "refused", "1");
        assertThat(json("dead-letters").at("/data")).hasSize(1);
        Belay.Ran wrong = run("dead-letters", "--reason", "bad");
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.err()).contains("reason must be one of attempts_exhausted");
    }

    @Test
    void replays_by_id_by_event_and_by_filter_reach_the_destination() throws Exception {
        String event = server.receive("shop", "{\"n\":1}");
        server.awaitStatus(event, "delivered");
        String delivery = "dlv_" + event.substring(4) + "_0";
        assertThat(ok("replay", delivery, "--dry-run")).contains("to reviewer");
        assertThat(ok("replay", delivery)).contains("dlv_" + event.substring(4) + "_1");
        endpoint.awaitRequests(2, PATIENCE);
        server.await(
                "/v1/deliveries/dlv_" + event.substring(4) + "_1",
                a -> a.at("/status").asString().equals("delivered"));
        assertThat(json("replay", event).at("/replayed").asInt()).isEqualTo(1);
        endpoint.awaitRequests(3, PATIENCE);

        endpoint.otherwise(new Misbehaviour.Status(400));
        for (int i = 0; i < 3; i++) {
            server.awaitStatus(server.receive("shop", "{\"id\":" + i + "}"), "dead");
        }
        endpoint.otherwise(Misbehaviour.OK);
        String[] filter = {"replay", "--status", "dead", "--destination", "reviewer"};
        Belay.Ran counted = run(filter);
        assertThat(counted.out()).contains("3 deliveries would be made");
        assertThat(counted.err()).contains("--yes");
        assertThat(endpoint.requests()).hasSize(6);
        JsonNode done = json("replay", "--status", "dead", "--destination", "reviewer", "--yes");
        assertThat(done.path("replayed").asInt()).isEqualTo(3);
        endpoint.awaitRequests(9, PATIENCE);
        assertThat(run("replay", "dlv_nonsense").code()).isEqualTo(1);
    }

    @Test
    void sources_and_destinations_are_listed_paused_and_resumed() {
        assertThat(ok("sources")).contains("shop").contains(server.url() + "/in/shop");
        assertThat(ok("sources", "show", "shop")).contains("verified");
        assertThat(ok("destinations"))
                .containsSubsequence("STANDING", "reviewer", "active", "closed");
        assertThat(ok("destinations", "pause", "reviewer")).contains("paused by a person");
        String event = server.receive("shop", "{}");
        server.awaitStatus(event, "due");
        assertThat(json("destinations", "resume", "reviewer").path("standing").asString())
                .isEqualTo("active");
        server.awaitStatus(event, "delivered");
        assertThat(run("destinations", "pause", "a/../b").code()).isEqualTo(1);
    }

    @Test
    void apply_changes_the_running_gateway_and_says_what_is_wrong() throws IOException {
        Path file = directory.resolve("belay.yaml");
        Files.writeString(
                file,
                """
                sources:
                  applied: { scheme: none }
                  second: { scheme: generic, secrets: [literal] }
                """);
        assertThat(ok("apply", "--config", file.toString())).contains("applied 2 entries");
        assertThat(server.receive("applied", "{}")).startsWith("evt_");
        assertThat(server.get("/v1/sources/shop").status()).isEqualTo(200);
        assertThat(json("apply", "--config", file.toString()).path("declared").asInt())
                .isEqualTo(2);
        Files.writeString(file, "sources: { other: { scheme: generic, secrets: [env:HERE] } }");
        Belay.Ran ran =
                Belay.run(
                        Map.of("HERE", "yes", "BELAY_ADMIN_TOKEN", RunningServer.TOKEN),
                        "apply",
                        "--config",
                        file.toString(),
                        "--url",
                        server.url());
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err())
                .contains("/sources/other/secrets/0 needs the environment variable HERE");
        assertThat(server.get("/v1/sources/applied").status()).isEqualTo(200);
    }

    @Test
    void doctor_finds_a_server_in_health_and_a_wrong_token() {
        String[] command = {"doctor", "--data", directory.resolve("data").toString()};
        assertThat(ok(command)).contains("ok    ready").contains("ok    token");
        List<String> checks =
                json(command).valueStream().map(f -> f.path("check").asString()).toList();
        assertThat(checks).contains("gateway", "ready", "token", "disk", "data");
        Belay.Ran wrong = Belay.run("doctor", "--url", server.url(), "--token", "wrong");
        assertThat(wrong.out()).contains("warn  token");
    }

    @Test
    void a_wrong_token_has_the_code_of_a_refusal() {
        for (String[] command :
                new String[][] {{"events"}, {"replay", "evt_0000000000000"}, {"sources"}}) {
            List<String> all = new ArrayList<>(List.of(command));
            all.addAll(List.of("--url", server.url(), "--token", "wrong"));
            assertThat(Belay.run(all.toArray(String[]::new)).code()).isEqualTo(4);
        }
    }

    /// A secret in each form that is shared, and another of that form.
    private static final List<List<String>> SECRETS =
            List.of(
                    List.of(
                            "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
                            "whsec_OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEwMTIzNDU2Nzg="),
                    List.of("user:s3cret", "user:wrong"),
                    List.of(
                            "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
                            "OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEwMTIzNDU2Nzg="),
                    List.of(
                            "30313233343536373839303132333435",
                            "39303132333435363738393031323334"));

    @ParameterizedTest
    @CsvSource({
        "plaid, EC",
        "paypal, RSA",
        "aws-sns, RSA",
        "fal, Ed25519",
        "rfc9421-ed25519, Ed25519"
    })
    void what_send_signs_with_a_private_key_a_source_with_the_public_one_takes(
            String scheme, String family) throws Exception {
        KeyPair pair = pair(family);
        ObjectNode entry = ApiContract.JSON.createObjectNode().put("scheme", scheme);
        entry.putArray("secrets").add(base64(pair.getPublic().getEncoded()));
        Providers.named(scheme)
                .orElseThrow()
                .settings()
                .forEach(
                        setting ->
                                entry.withObject("/settings")
                                        .put(setting.name(), setting.example()));
        server.declare("sources", scheme, entry.toString());
        String to = server.url() + "/in/" + scheme;
        String key = pem(pair);
        Belay.Ran sent = Belay.run("send", scheme, "--to", to, "--secret", key);
        assertThat(sent.code()).as(sent.out() + sent.err()).isZero();
        assertThat(json("events", "--source", scheme).at("/data")).hasSize(1);
        String other = pem(pair(family));
        assertThat(Belay.run("send", scheme, "--to", to, "--secret", other).code()).isEqualTo(4);
    }

    private static KeyPair pair(String family) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(family);
        if (family.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        return generator.generateKeyPair();
    }

    private static String pem(KeyPair pair) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + base64(pair.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /// The first pair of secrets that an entry can use, to verify and to sign; none where it wants
    /// a key pair.
    private static Optional<List<String>> secrets(Provider provider) {
        return SECRETS.stream()
                .filter(pair -> isShared(provider.scheme(), Secret.of(pair.getFirst())))
                .findFirst();
    }

    private static boolean isShared(Scheme scheme, Secret secret) {
        return scheme.problemWith(secret).isEmpty() && scheme.problemSigningWith(secret).isEmpty();
    }

    /// Every entry that may be used as it is and works with a secret that is shared.
    static List<String> schemes() {
        return Providers.all().stream()
                .filter(provider -> provider.provenance().confidence().isConfirmed())
                .filter(provider -> secrets(provider).isPresent())
                .map(Provider::name)
                .toList();
    }

    @Test
    void nearly_every_entry_is_tried() {
        assertThat(schemes()).hasSizeGreaterThan(140).contains("github", "stripe", "basic");
    }

    @ParameterizedTest
    @MethodSource("schemes")
    void what_send_signs_a_source_of_that_scheme_takes(String scheme) {
        List<String> pair = secrets(Providers.named(scheme).orElseThrow()).orElseThrow();
        server.declare(
                "sources",
                scheme,
                "{\"scheme\":\"" + scheme + "\",\"secrets\":[\"" + pair.getFirst() + "\"]}");
        String to = server.url() + "/in/" + scheme;
        Belay.Ran sent =
                Belay.run("send", scheme, "--to", to, "--secret", pair.getFirst(), "--json");
        assertThat(sent.code()).as(sent.out() + sent.err()).isZero();
        assertThat(ApiContract.JSON.readTree(sent.out()).at("/0/status").asInt())
                .isIn(200, 202, 204);
        assertThat(json("events", "--source", scheme).at("/data")).hasSize(1);

        Belay.Ran again = Belay.run("send", scheme, "--to", to, "--secret", pair.getLast());
        assertThat(again.code()).isEqualTo(4);
        assertThat(json("events", "--source", scheme).at("/data")).hasSize(1);
    }

    @Test
    void without_a_scheme_whatever_is_sent_is_taken() {
        server.declare("sources", "open", "{\"scheme\":\"none\"}");
        Belay.Ran sent = Belay.run("send", "none", "--to", server.url() + "/in/open");
        assertThat(sent.code()).as(sent.out() + sent.err()).isZero();
        assertThat(json("events", "--source", "open").at("/data")).hasSize(1);
    }

    @Test
    void what_is_sent_to_no_source_fails() {
        String to = server.url() + "/in/nobody";
        assertThat(Belay.run("send", "generic", "--to", to, "--secret", "s3cret").code())
                .isEqualTo(1);
    }
}
