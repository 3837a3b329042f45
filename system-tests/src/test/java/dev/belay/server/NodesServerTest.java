package dev.belay.server;

import static dev.belay.NodesOnDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.NodesOnDatabase;
import dev.belay.server.config.ConfigReader;
import dev.belay.server.config.ReadResult;
import dev.belay.server.config.SecretReferences;
import dev.belay.system.process.PostgresServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two servers on one database, asked by HTTP.
class NodesServerTest {
    private static final String TOKEN = "token-for-tests-0123456789";

    @TempDir private Path directory;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @Test
    void what_is_put_at_one_server_is_in_force_at_the_other_or_the_log_says_why_not()
            throws Exception {
        try (NodesOnDatabase nodes = new NodesOnDatabase(directory);
                Server one = start(nodes.url(), "one", Map.of("KEY", "s3cret"));
                Server two = start(nodes.url(), "two", Map.of());
                HttpClient http = HttpClient.newHttpClient()) {
            String destination =
                    "{\"url\":\"http://127.0.0.1:1/\",\"allow-private\":[\"127.0.0.1/32\"]}";
            assertThat(
                            put(
                                    http,
                                    one.adminUrl() + "/v1/catalog",
                                    "{\"destinations\":{\"d\":" + destination + "}}"))
                    .isEqualTo(200);
            await(() -> two.gateway().catalog().destination("d") != null);

            assertThat(
                            put(
                                    http,
                                    one.adminUrl() + "/v1/sources/s",
                                    "{\"scheme\":\"github\",\"secrets\":[\"env:KEY\"]}"))
                    .isEqualTo(201);
            await(() -> log.toString(StandardCharsets.UTF_8).contains("declarations_not_applied"));
            assertThat(log.toString(StandardCharsets.UTF_8)).contains("source s").contains("KEY");
            assertThat(two.gateway().catalog().destination("d")).isNotNull();
        }
    }

    @Test
    void a_node_that_stops_says_so_first_and_takes_requests_until_others_have_heard()
            throws Exception {
        try (NodesOnDatabase nodes = new NodesOnDatabase(directory);
                Server server = start(nodes.url(), "one", Map.of());
                HttpClient http = HttpClient.newHttpClient()) {
            put(http, server.adminUrl() + "/v1/sources/s", "{\"scheme\":\"none\"}");
            assertThat(status(http, server.adminUrl() + "/readyz")).isEqualTo(200);
            Thread stopping = Thread.ofVirtual().start(server::close);
            await(() -> status(http, server.adminUrl() + "/readyz") == 503);
            HttpResponse<String> taken =
                    http.send(
                            HttpRequest.newBuilder(URI.create(server.publicUrl() + "/in/s"))
                                    .POST(BodyPublishers.ofString("{}"))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
            stopping.join();
            assertThat(status(http, server.adminUrl() + "/readyz")).isEqualTo(-1);
        }
    }

    /// The status of a GET, -1 when nobody answers.
    private static int status(HttpClient http, String url) {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create(url)).build(),
                            BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int put(HttpClient http, String url, String json) throws Exception {
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(URI.create(url))
                                .header("Authorization", "Bearer " + TOKEN)
                                .header("Content-Type", "application/json")
                                .PUT(BodyPublishers.ofString(json))
                                .build(),
                        BodyHandlers.ofString());
        return answer.statusCode();
    }

    private Server start(String url, String node, Map<String, String> environment)
            throws Exception {
        String yaml =
                """
                listen: 127.0.0.1:0
                data: %s
                admin: { token: %s }
                database: { url: "%s", user: %s }
                """
                        .formatted(node, TOKEN, url, PostgresServer.user());
        SecretReferences secrets = new SecretReferences(environment, directory);
        ReadResult.Config read = (ReadResult.Config) ConfigReader.read(yaml, secrets);
        return Server.start(
                new Server.Start(
                        read.settings(),
                        read.declarations(),
                        secrets,
                        "test",
                        log,
                        new SecureRandom()));
    }
}
