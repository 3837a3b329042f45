package dev.belay.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.event.Body;
import dev.belay.server.config.ConfigReader;
import dev.belay.server.config.ReadResult;
import dev.belay.server.config.SecretReferences;
import dev.belay.server.http.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// A real server on a free port, its log, and a client of it. Every answer the client gets is held
/// against the description of the API.
public final class RunningServer implements AutoCloseable {
    public static final String TOKEN = "token-for-tests-0123456789";

    /// A free port, the store below the directory, the token of the tests.
    public static final String USUAL =
            "listen: 127.0.0.1:0\ndata: data\nadmin: { token: " + TOKEN + " }\n";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ByteArrayOutputStream log;
    private final Server server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private RunningServer(ByteArrayOutputStream log, Server server) {
        this.log = log;
        this.server = server;
    }

    /// An answer.
    public record Answer(int status, Map<String, List<String>> headers, Body body) {
        /// The exact bytes of the body.
        public byte[] bytes() {
            return body.bytes();
        }

        /// The body as text.
        public String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }

        /// The body as JSON.
        public JsonNode json() {
            return ApiContract.JSON.readTree(bytes());
        }

        /// A value of the body by JSON pointer.
        public JsonNode at(String pointer) {
            return json().at(pointer);
        }

        /// The first line with this name, empty where there is none.
        public String header(String name) {
            return headers.getOrDefault(name, List.of("")).getFirst();
        }

        /// The fields at fault, by their pointers.
        public List<String> pointers() {
            return json().path("errors")
                    .valueStream()
                    .map(e -> e.path("pointer").asString())
                    .toList();
        }
    }

    /// Starts a server with the usual configuration.
    public static RunningServer start(Path directory) {
        return start(directory, USUAL, Map.of());
    }

    /// Starts a server that has to start.
    public static RunningServer start(
            Path directory, String yaml, Map<String, String> environment) {
        try {
            return tryToStart(directory, yaml, environment);
        } catch (StartFailure failure) {
            throw new AssertionError(failure.message(), failure);
        }
    }

    /// Starts a server that may not.
    public static RunningServer tryToStart(
            Path directory, String yaml, Map<String, String> environment) throws StartFailure {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        return new RunningServer(log, serverOf(directory, yaml, environment, log));
    }

    private static Server serverOf(
            Path directory, String yaml, Map<String, String> environment, OutputStream log)
            throws StartFailure {
        SecretReferences secrets = new SecretReferences(environment, directory);
        return switch (ConfigReader.read(yaml, secrets)) {
            case ReadResult.Config(var settings, var declarations) ->
                    Server.start(
                            new Server.Start(
                                    settings,
                                    declarations,
                                    secrets,
                                    "test",
                                    log,
                                    new SecureRandom()));
            case ReadResult.Problems(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    /// The server itself.
    public Server server() {
        return server;
    }

    /// Everything that is served.
    public List<Router.Route> routes() {
        return server.routes();
    }

    /// Where the API is.
    public String url() {
        return server.adminUrl();
    }

    /// The port of the API.
    public int port() {
        return URI.create(url()).getPort();
    }

    /// What was logged so far.
    public String log() {
        return log.toString(StandardCharsets.UTF_8);
    }

    /// Asks the API with the token.
    public Answer get(String path) {
        return call("GET", path, null);
    }

    /// Sends JSON, or nothing, to the API with the token.
    public Answer call(String method, String path, @org.jspecify.annotations.Nullable String json) {
        return json == null
                ? send(method, path, new byte[0], "authorization", "Bearer " + TOKEN)
                : send(
                        method,
                        path,
                        json.getBytes(StandardCharsets.UTF_8),
                        "authorization",
                        "Bearer " + TOKEN,
                        "content-type",
                        "application/json");
    }

    /// Sends anything anywhere.
    public Answer send(String method, String path, byte[] body, String... headers) {
        URI uri = URI.create(path.startsWith("http") ? path : url() + path);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri)
                        .timeout(PATIENCE)
                        .method(
                                method,
                                body.length == 0
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
            Answer answer =
                    new Answer(
                            response.statusCode(),
                            response.headers().map(),
                            Body.of(response.body()));
            ApiContract.check(method, uri.getRawPath(), answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Declares something that must be fine.
    public RunningServer declare(String kind, String name, String json) {
        Answer answer = call("PUT", "/v1/" + kind + "/" + name, json);
        assertThat(answer.status()).as(answer.text()).isIn(200, 201);
        return this;
    }

    /// Sends a webhook that must be taken, and answers the event's id.
    public String receive(String source, String body, String... headers) {
        Answer answer =
                send("POST", "/in/" + source, body.getBytes(StandardCharsets.UTF_8), headers);
        assertThat(answer.status()).as(answer.text()).isBetween(200, 202);
        return answer.at("/event_id").asString();
    }

    /// Asks again until the answer is as wanted.
    public Answer await(String path, Predicate<Answer> wanted) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Answer answer = get(path);
            if (wanted.test(answer)) {
                return answer;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("still not as wanted: " + answer.text());
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /// Waits until the event's only delivery stands there.
    public Answer awaitStatus(String event, String status) {
        return await(
                "/v1/events/" + event,
                answer -> answer.at("/deliveries/0/status").asString("").equals(status));
    }

    @Override
    public void close() {
        http.shutdownNow();
        server.close();
    }
}
