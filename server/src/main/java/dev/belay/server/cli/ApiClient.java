package dev.belay.server.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Speaks to a running gateway's API. Every way in which that can fail ends as a [CliFailure] that
/// says what to do.
final class ApiClient implements AutoCloseable {
    /// A bulk replay answers when it is stored, which can take a while.
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final String STARTING = "; `belay serve` starts a gateway, --url names another";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final URI base;
    private final @Nullable String token;
    private final HttpClient http;

    /// @param base such as `http://127.0.0.1:8080`
    /// @param token null: none is sent
    ApiClient(URI base, @Nullable String token) {
        this.base = base;
        this.token = token;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
    }

    /// The JSON at a path below `/v1/`.
    JsonNode get(String path, Query query) {
        return json(ok(exchange("GET", "/v1/" + path + query.text(), null)));
    }

    /// The bytes at a path below `/v1/`.
    byte[] bytes(String path) {
        return ok(exchange("GET", "/v1/" + path, null)).body();
    }

    /// Posts JSON, or nothing, to a path below `/v1/`.
    JsonNode post(String path, @Nullable JsonNode body) {
        return json(ok(exchange("POST", "/v1/" + path, body)));
    }

    /// Puts JSON to a path below `/v1/`.
    JsonNode put(String path, JsonNode body) {
        return json(ok(exchange("PUT", "/v1/" + path, body)));
    }

    /// The status of a path of the gateway that is not below `/v1/`, and its body.
    HttpResponse<byte[]> probe(String path) {
        return exchange("GET", path, null);
    }

    private HttpResponse<byte[]> exchange(String method, String path, @Nullable JsonNode body) {
        HttpRequest.BodyPublisher publisher =
                body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(TIMEOUT)
                        .method(method, publisher)
                        .header("Accept", "application/json");
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return send(http, request.build(), STARTING);
    }

    /// Sends any request.
    ///
    /// @param advice what the user can do when no answer comes
    /// @throws CliFailure with [ExitCode#UNREACHABLE] when no answer comes
    static HttpResponse<byte[]> send(HttpClient http, HttpRequest request, String advice) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            String why = e.getMessage();
            throw new CliFailure(
                    ExitCode.UNREACHABLE,
                    "nothing answers at "
                            + origin(request.uri())
                            + (why == null ? "" : " (" + why + ")")
                            + advice);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliFailure(ExitCode.FAILED, "interrupted");
        }
    }

    private static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    private HttpResponse<byte[]> ok(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return response;
        }
        if (status == 401 || status == 403) {
            throw new CliFailure(
                    ExitCode.REFUSED,
                    token == null
                            ? "the gateway wants a token: give --token or set BELAY_ADMIN_TOKEN"
                                    + " (`belay serve` printed it at its first start)"
                            : "the gateway does not accept this token (" + status + ")");
        }
        throw new CliFailure(ExitCode.FAILED, problem(response));
    }

    /// The problem details of an answer (RFC 9457) in words.
    private static String problem(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        try {
            JsonNode problem = JSON.readTree(response.body());
            StringJoiner words = new StringJoiner(": ");
            for (String member : new String[] {"title", "detail"}) {
                if (problem.path(member).isString()) {
                    words.add(problem.path(member).asString());
                }
            }
            StringBuilder text = new StringBuilder(words.length() == 0 ? "refused" : words + "");
            for (JsonNode error : problem.path("errors")) {
                text.append('\n')
                        .append("  ")
                        .append(error.path("pointer").asString(""))
                        .append(' ');
                text.append(error.path("detail").asString(error.toString()));
            }
            return text + " (" + status + ")";
        } catch (JacksonException e) {
            return "the gateway answered " + status;
        }
    }

    private JsonNode json(HttpResponse<byte[]> response) {
        if (response.body().length == 0) {
            return JSON.createObjectNode();
        }
        try {
            return JSON.readTree(response.body());
        } catch (JacksonException e) {
            throw new CliFailure(
                    ExitCode.FAILED,
                    "what answers at " + base + " is no Belay gateway: its answer is not JSON");
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    /// A query string; what is null is left out.
    static final class Query {
        private final Map<String, String> parameters = new TreeMap<>();

        /// Adds a parameter.
        Query with(String name, @Nullable Object value) {
            if (value != null) {
                parameters.put(name, value.toString());
            }
            return this;
        }

        private String text() {
            StringJoiner text = new StringJoiner("&", "?", "").setEmptyValue("");
            parameters.forEach(
                    (name, value) ->
                            text.add(
                                    name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
            return text.toString();
        }
    }

    /// One segment of a path, percent-encoded.
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
