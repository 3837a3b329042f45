package dev.belay.server.api;

import dev.belay.event.Body;
import dev.belay.event.JsonFields;
import dev.belay.ingest.Ingest;
import dev.belay.server.http.Problem;
import dev.belay.server.http.Refused;
import dev.belay.server.http.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// A request to publish: `{"type": "order.completed", "data": …}`. What is delivered is the text of
/// `data` exactly as it stood in the request.
///
/// @param data its bytes
/// @param idempotencyKey the header `Idempotency-Key`, null where there is none
record Publication(String type, Body data, @Nullable String idempotencyKey) {
    static Publication read(Request request) {
        String key = request.headers().first("idempotency-key").orElse(null);
        if (key != null && !JsonFields.isUsable(key, Ingest.MAX_KEY_LENGTH)) {
            throw new Refused(
                    Problem.invalid(
                            "Idempotency-Key",
                            "must be 1 to "
                                    + Ingest.MAX_KEY_LENGTH
                                    + " characters, none of them a control character"));
        }
        byte[] bytes = JsonBody.bytes(request);
        String type = null;
        Body data = null;
        List<Problem.FieldError> errors = new ArrayList<>();
        try (JsonParser parser = JsonBody.JSON.createParser(bytes)) {
            if (!isUtf8Object(bytes) || parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Refused(Problem.invalid("", "must be a JSON object in UTF-8"));
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "type" -> type = type(parser, token, errors);
                    case "data" -> data = exact(parser, token, bytes);
                    default -> {
                        parser.skipChildren();
                        errors.add(
                                new Problem.FieldError(
                                        JsonBody.pointer(name), "is not a known field here"));
                    }
                }
            }
            if (parser.nextToken() != null) {
                throw new Refused(Problem.malformed("Something follows the JSON object."));
            }
        } catch (JacksonException e) {
            throw JsonBody.notJson(e);
        }
        if (type == null && errors.stream().noneMatch(e -> e.pointer().equals("/type"))) {
            errors.add(new Problem.FieldError("/type", "is missing"));
        }
        if (data == null) {
            errors.add(new Problem.FieldError("/data", "is missing"));
        }
        if (type == null || data == null || !errors.isEmpty()) {
            throw new Refused(Problem.invalid(errors));
        }
        return new Publication(type, data, key);
    }

    private static @Nullable String type(
            JsonParser parser, JsonToken token, List<Problem.FieldError> errors) {
        if (token == JsonToken.VALUE_STRING) {
            String text = parser.getString();
            if (JsonFields.isUsable(text, JsonFields.MAX_LENGTH)) {
                return text;
            }
        }
        parser.skipChildren();
        errors.add(
                new Problem.FieldError(
                        "/type",
                        "must be a text of 1 to " + JsonFields.MAX_LENGTH + " characters"));
        return null;
    }

    /// The bytes of the value that begins here.
    private static Body exact(JsonParser parser, JsonToken token, byte[] bytes) {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        if (token.isStructStart()) {
            parser.skipChildren();
        } else {
            // A scalar is read lazily; only then does the parser stand at its end.
            parser.getString();
        }
        int to = (int) parser.currentLocation().getByteOffset();
        return Body.of(Arrays.copyOfRange(bytes, from, to));
    }

    /// Whether offsets in the text are offsets in the bytes: no other encoding that the parser
    /// would recognise by itself, and no byte order mark.
    private static boolean isUtf8Object(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                return false;
            }
        }
        return bytes.length > 0 && bytes[0] > 0;
    }
}
