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
import tools.jackson.core.TokenStreamLocation;
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

    /// Refuses a body that holds anything: a field that is passed over must not seem heeded.
    static void none(Request request) {
        byte[] bytes = request.body(LIMIT);
        if (bytes.length > 0) {
            checkType(request);
            checkFields(parse(bytes), Set.of());
        }
    }

    /// Reads an object that may hold these fields and no other.
    static ObjectNode object(Request request, Set<String> known) {
        ObjectNode object = object(request);
        checkFields(object, known);
        return object;
    }

    private static void checkFields(JsonNode body, Set<String> known) {
        List<Problem.FieldError> errors = new ArrayList<>();
        for (String name : body.propertyNames()) {
            if (!known.contains(name)) {
                errors.add(new Problem.FieldError(pointer(name), "is not a known field here"));
            }
        }
        if (!errors.isEmpty()) {
            throw new Refused(Problem.invalid(errors));
        }
    }

    /// The JSON pointer of fields, one below the other.
    static String pointer(String... names) {
        StringBuilder pointer = new StringBuilder();
        for (String name : names) {
            pointer.append('/').append(name.replace("~", "~0").replace("/", "~1"));
        }
        return pointer.toString();
    }

    private static JsonNode read(Request request) {
        return parse(bytes(request));
    }

    private static JsonNode parse(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (JacksonException e) {
            throw notJson(e);
        }
    }

    /// 400 that says where. What the parser says is not passed on: it quotes the body.
    static Refused notJson(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        String where =
                at == null || at.getLineNr() < 1
                        ? ""
                        : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return new Refused(
                Problem.malformed(
                        "The body cannot be read as JSON" + where + "; a name may be there once."));
    }

    /// The bytes of a body that says it is JSON.
    ///
    /// @throws Refused with 415 or 413
    static byte[] bytes(Request request) {
        checkType(request);
        return request.body(LIMIT);
    }

    private static void checkType(Request request) {
        String type = request.headers().first("content-type").orElse("");
        int semicolon = type.indexOf(';');
        String media = (semicolon < 0 ? type : type.substring(0, semicolon)).trim();
        if (!media.toLowerCase(Locale.ROOT).equals("application/json")) {
            throw new Refused(
                    Problem.of(415, "unsupported-media-type", "The body must be JSON.")
                            .detail("Send it with Content-Type: application/json."));
        }
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
