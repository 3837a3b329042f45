package dev.belay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.belay.server.RunningServer.Answer;
import dev.belay.server.config.Settings;
import dev.belay.signature.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StartTest {
    private static final String USUAL = RunningServer.USUAL;

    @TempDir private Path directory;

    private StartFailure failure(String yaml, Map<String, String> environment) {
        StartFailure failure =
                catchThrowableOfType(
                        StartFailure.class,
                        () -> RunningServer.tryToStart(directory, yaml, environment).close());
        assertThat(failure).isNotNull();
        assertThat(failure.message()).doesNotContain("Exception").doesNotContain("java.");
        return failure;
    }

    @Test
    void a_port_in_use_is_told_by_its_address() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            StartFailure failure =
                    failure(
                            USUAL.replace("127.0.0.1:0", "127.0.0.1:" + taken.getLocalPort()),
                            Map.of());
            assertThat(failure.message())
                    .contains("127.0.0.1:" + taken.getLocalPort())
                    .contains("in use");
            assertThat(failure.isConfiguration()).isFalse();
        }
        // What had been opened before is closed again.
        RunningServer.start(directory).close();
    }

    @Test
    void a_second_server_on_one_directory_does_not_start() {
        try (RunningServer first = RunningServer.start(directory)) {
            StartFailure failure = failure(USUAL, Map.of());
            assertThat(failure.message())
                    .contains(directory.resolve("data").toString())
                    .contains("in use by another Belay process");
            assertThat(first.get("/v1/stats").status()).isEqualTo(200);
        }
    }

    @Test
    void a_directory_that_cannot_be_made_is_told() throws IOException {
        Files.writeString(directory.resolve("file"), "");
        StartFailure failure = failure(USUAL.replace("data: data", "data: file/data"), Map.of());
        assertThat(failure.message()).contains("file/data");
        assertThat(failure.isConfiguration()).isFalse();
    }

    @Test
    void a_database_that_does_not_answer_is_named_without_its_password() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/belay";
        String yaml =
                USUAL
                        + "database: { url: \"%s?connectTimeout=1\", password: env:PASSWORD }\n"
                                .formatted(url);
        StartFailure failure = failure(yaml, Map.of("PASSWORD", "s3cret"));
        assertThat(failure.message()).contains(url).contains("refused").doesNotContain("s3cret");
        assertThat(failure.isConfiguration()).isFalse();
    }

    @Test
    void a_schema_of_a_newer_version_is_left_alone() throws Exception {
        RunningServer.start(directory).close();
        String url = "jdbc:sqlite:" + directory.resolve("data/belay.db");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA user_version = 99");
        }
        assertThat(failure(USUAL, Map.of()).message()).contains("schema 99").contains("newer");
    }

    @Test
    void a_secret_that_is_gone_is_told_with_the_entry_and_who_made_it() {
        try (RunningServer server =
                RunningServer.start(directory, USUAL, Map.of("SHOP_SECRET", "s3cret"))) {
            server.declare(
                    "sources",
                    "shop",
                    "{\"scheme\":\"generic\",\"secrets\":[\"env:SHOP_SECRET\"]}");
        }
        StartFailure failure = failure(USUAL, Map.of());
        assertThat(failure.message())
                .contains("source shop")
                .contains("made through the API")
                .contains("the environment variable SHOP_SECRET");
        assertThat(failure.isConfiguration()).isTrue();
    }

    @Test
    void a_file_without_what_an_entry_of_the_api_needs_is_told() {
        String file = USUAL + "sources: { shop: { scheme: none } }\n";
        try (RunningServer server = RunningServer.start(directory, file, Map.of())) {
            server.declare("destinations", "there", "{\"url\":\"https://example.com/\"}");
            server.declare(
                    "subscriptions", "mine", "{\"source\":\"shop\",\"destination\":\"there\"}");
        }
        StartFailure failure = failure(USUAL, Map.of());
        assertThat(failure.message())
                .contains("subscription mine")
                .contains("made through the API")
                .contains("names no declared source: shop");
    }

    @Test
    void entries_of_the_api_and_standings_outlive_the_process() {
        Answer before;
        try (RunningServer server = RunningServer.start(directory)) {
            server.declare("sources", "shop", "{\"scheme\":\"generic\",\"secrets\":\"s3cret\"}");
            server.declare("destinations", "there", "{\"url\":\"https://example.com/\"}");
            server.declare(
                    "subscriptions", "mine", "{\"source\":\"shop\",\"destination\":\"there\"}");
            server.call("POST", "/v1/destinations/there/pause", null);
            before = server.get("/v1/subscriptions");
        }
        try (RunningServer server = RunningServer.start(directory)) {
            assertThat(server.get("/v1/subscriptions").json()).isEqualTo(before.json());
            assertThat(server.get("/v1/sources/shop").at("/verified").asBoolean()).isTrue();
            assertThat(server.get("/v1/destinations/there").at("/standing").asString())
                    .isEqualTo("paused");
        }
    }

    @Test
    void an_entry_of_the_file_wins_over_one_of_the_api_with_its_name() {
        try (RunningServer server = RunningServer.start(directory)) {
            server.declare("sources", "shop", "{\"scheme\":\"generic\",\"secrets\":\"s3cret\"}");
            server.declare("sources", "mine", "{\"scheme\":\"none\"}");
        }
        String file = USUAL + "sources: { shop: { scheme: none } }\n";
        try (RunningServer server = RunningServer.start(directory, file, Map.of())) {
            Answer shop = server.get("/v1/sources/shop");
            assertThat(shop.at("/origin").asString()).isEqualTo("file");
            assertThat(shop.at("/verified").asBoolean()).isFalse();
            assertThat(server.get("/v1/sources/mine").at("/origin").asString()).isEqualTo("api");
        }
        try (RunningServer server = RunningServer.start(directory)) {
            assertThat(server.get("/v1/sources/shop").status()).isEqualTo(404);
            assertThat(server.get("/v1/sources/mine").status()).isEqualTo(200);
        }
    }

    @Test
    void what_waits_for_a_destination_that_left_the_file_is_dead_lettered_at_the_next_start() {
        String file =
                USUAL
                        + """
                        sources: { shop: { scheme: none } }
                        destinations: { there: { url: "https://example.com/" } }
                        subscriptions: [ { source: shop, destination: there } ]
                        """;
        String event;
        try (RunningServer server = RunningServer.start(directory, file, Map.of())) {
            server.call("POST", "/v1/destinations/there/pause", null);
            event = server.receive("shop", "{}");
        }
        try (RunningServer server = RunningServer.start(directory)) {
            Answer dead = server.awaitStatus(event, "dead");
            assertThat(dead.at("/deliveries/0/reason").asString()).isEqualTo("destination_removed");
            assertThat(server.log()).contains("destinations_gone").contains("there");
        }
    }

    private AdminTokenFile.Held hold(int seed) throws StartFailure {
        Settings usual = Settings.defaults();
        return AdminTokenFile.hold(
                new Settings(
                        usual.listen(),
                        usual.adminListen(),
                        directory,
                        null,
                        null,
                        null,
                        usual.log(),
                        usual.keepDelivered(),
                        usual.keepDead(),
                        usual.keysAllowPrivate()),
                new Random(seed));
    }

    @Test
    void the_token_is_made_once_for_its_owner_alone() throws Exception {
        AdminTokenFile.Held made = hold(1);
        assertThat(made.isNew()).isTrue();
        assertThat(made.token().reveal()).matches("belay_[0-9a-z]{32}");
        Path file = directory.resolve("admin-token");
        assertThat(made.file()).isEqualTo(file);
        assertThat(Files.readString(file)).isEqualTo(made.token().reveal() + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        AdminTokenFile.Held again = hold(2);
        assertThat(again.isNew()).isFalse();
        assertThat(again.token()).isEqualTo(made.token());
        assertThat(hold(1).token()).isEqualTo(Secret.of(made.token().reveal()));
    }

    @Test
    void an_empty_token_file_lets_nobody_in() throws Exception {
        Files.writeString(directory.resolve("admin-token"), " \n");
        StartFailure failure = catchThrowableOfType(StartFailure.class, () -> hold(1));
        assertThat(failure.message()).contains("admin-token is empty");
        Files.createDirectory(directory.resolve("data"));
        Files.writeString(directory.resolve("data/admin-token"), "");
        assertThat(failure("listen: 127.0.0.1:0\ndata: data\n", Map.of()).message())
                .contains("admin-token is empty");
    }

    @Test
    void a_token_that_was_made_opens_the_api() {
        try (RunningServer server =
                RunningServer.start(directory, "listen: 127.0.0.1:0\ndata: data\n", Map.of())) {
            Secret token = Objects.requireNonNull(server.server().newToken());
            assertThat(server.server().tokenFile())
                    .isEqualTo(directory.resolve("data/admin-token"));
            assertThat(server.get("/v1/stats").status()).isEqualTo(401);
            assertThat(
                            server.send(
                                            "GET",
                                            "/v1/stats",
                                            new byte[0],
                                            "authorization",
                                            "Bearer " + token.reveal())
                                    .status())
                    .isEqualTo(200);
            assertThat(server.log()).doesNotContain(token.reveal());
        }
    }
}
