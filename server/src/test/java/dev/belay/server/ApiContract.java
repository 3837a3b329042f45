package dev.belay.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.catalog.EventValidation;
import dev.belay.event.Body;
import dev.belay.event.Event;
import dev.belay.event.EventId;
import dev.belay.server.api.ApiRoutes;
import dev.belay.signature.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Holds answers against the description of the API.
public final class ApiContract {
    public static final JsonMapper JSON = JsonMapper.shared();

    /// The document as it lies in the jar.
    public static final JsonNode DOCUMENT = read();

    /// Answers of the listener and the router, which any path can give.
    private static final Set<Integer> ANYWHERE = Set.of(400, 404, 405, 408, 414, 431);

    private static final JsonNode PROBLEM =
            JSON.createObjectNode().put("$ref", "#/components/schemas/Problem");

    private static final Map<JsonNode, EventValidation> COMPILED = new ConcurrentHashMap<>();

    private ApiContract() {}

    private static JsonNode read() {
        try (InputStream in = ApiRoutes.class.getResourceAsStream("openapi.json")) {
            return JSON.readTree(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Follows a reference within the document, if it is one.
    public static JsonNode resolve(JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isString() ? DOCUMENT.at(reference.asString().substring(1)) : node;
    }

    /// Fails unless the answer is one that the document tells of.
    static void check(String method, String path, RunningServer.Answer answer) {
        String what = method + " " + path + " " + answer.status() + " " + answer.text();
        assertThat(answer.header("x-request-id")).as(what).isNotEmpty();
        if (method.equals("HEAD")) {
            return;
        }
        JsonNode operation = operation(method, path);
        JsonNode response =
                operation == null
                        ? JSON.missingNode()
                        : resolve(operation.path("responses").path(answer.status() + ""));
        if (response.isMissingNode()) {
            assertThat(ANYWHERE).as("undocumented: " + what).contains(answer.status());
            assertThat(problemWith(PROBLEM, answer.bytes())).as(what).isNull();
            return;
        }
        JsonNode content = response.path("content");
        if (content.isMissingNode()) {
            assertThat(answer.bytes()).as(what).isEmpty();
            return;
        }
        String type = answer.header("content-type");
        String media = type.contains(";") ? type.substring(0, type.indexOf(';')) : type;
        assertThat(content.propertyNames()).as(what).contains(media);
        if (media.endsWith("json")) {
            assertThat(problemWith(content.path(media).path("schema"), answer.bytes()))
                    .as(what)
                    .isNull();
        }
    }

    private static @Nullable JsonNode operation(String method, String path) {
        for (Map.Entry<String, JsonNode> entry : DOCUMENT.path("paths").properties()) {
            if (matches(entry.getKey().split("/", -1), path.split("/", -1))) {
                return entry.getValue().get(method.toLowerCase(java.util.Locale.ROOT));
            }
        }
        return null;
    }

    private static boolean matches(String[] template, String[] path) {
        if (template.length != path.length) {
            return false;
        }
        for (int i = 0; i < path.length; i++) {
            boolean variable = template[i].startsWith("{") && !path[i].isEmpty();
            if (!variable && !template[i].equals(path[i])) {
                return false;
            }
        }
        return true;
    }

    /// What is wrong with JSON under a schema of the document, null where nothing is.
    public static @Nullable String problemWith(JsonNode schema, byte[] json) {
        EventValidation validation = COMPILED.computeIfAbsent(schema, ApiContract::compile);
        return validation
                .problemWith(
                        new Event(
                                new EventId(0),
                                "test",
                                null,
                                null,
                                Instant.EPOCH,
                                Headers.empty(),
                                Body.of(json)))
                .orElse(null);
    }

    private static EventValidation compile(JsonNode schema) {
        ObjectNode whole = JSON.createObjectNode();
        whole.set("components", DOCUMENT.path("components"));
        whole.putArray("allOf").add(schema);
        return new EventValidation(List.of(), whole.toString());
    }
}
