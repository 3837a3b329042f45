package dev.belay.server.api;

import dev.belay.server.http.Problem;
import dev.belay.server.http.Refused;
import dev.belay.server.http.Request;
import dev.belay.server.http.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// JSON in and out of the API.
final class JsonBody {
    /// Largest body of an API request, in bytes.
    static final int LIMIT = 5 * 1024 * 1024;

    static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private JsonBody() {}

    /// Reads a body as a JSON object.
    ///
    /// @throws Refused with 415 or 400
    static ObjectNode object(Request request) {
        if (read(request) instanceof ObjectNode object) {
            return object;
        }
        throw new Refused(Problem.invalid("", "must be a JSON object"));
    }

    /// Reads an object that may hold these fields and no other.
    static ObjectNode object(Request request, Set<String> known) {
        ObjectNode object = object(request);
        List<Problem.FieldError> errors = new ArrayList<>();
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                errors.add(new Problem.FieldError("/" + name, "is not a known field here"));
            }
        }
        if (!errors.isEmpty()) {
            throw new Refused(Problem.invalid(errors));
        }
        return object;
    }

    private static JsonNode read(Request request) {
        try {
            return JSON.readTree(bytes(request));
        } catch (JacksonException e) {
            throw new Refused(Problem.malformed("The body is not JSON."));
        }
    }

    /// The bytes of a body that says it is JSON.
    ///
    /// @throws Refused with 415 or 413
    static byte[] bytes(Request request) {
        String type = request.headers().first("content-type").orElse("");
        int semicolon = type.indexOf(';');
        String media = (semicolon < 0 ? type : type.substring(0, semicolon)).trim();
        if (!media.toLowerCase(Locale.ROOT).equals("application/json")) {
            throw new Refused(
                    Problem.of(415, "unsupported-media-type", "The body must be JSON.")
                            .detail("Send it with Content-Type: application/json."));
        }
        return request.body(LIMIT);
    }

    /// An answer.
    static Response response(int status, JsonNode json) {
        return new Response(
                        status,
                        "application/json",
                        JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8))
                .with("cache-control", "no-store");
    }

    /// 200 with JSON.
    static Response ok(JsonNode json) {
        return response(200, json);
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }
}
