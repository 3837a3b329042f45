package dev.belay.event;

import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Ids and types out of any bytes: never broken, and never another value than a tree of the same
/// bytes has there.
public final class JsonFieldsFuzz {
    private static final List<String> POINTERS =
            List.of("/id", "/a/0/b", "/data/object/id", "/~1/~0", "/", "");
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private JsonFieldsFuzz() {}

    /// Takes one input.
    ///
    /// @param data the body
    public static void fuzzerTestOneInput(byte[] data) {
        Map<String, String> found = JsonFields.find(Body.of(data), POINTERS, 64);
        if (found.isEmpty()) {
            return;
        }
        JsonNode tree;
        try {
            tree = MAPPER.readTree(data);
        } catch (JacksonException e) {
            throw new AssertionError("found something in what is no JSON", e);
        }
        found.forEach(
                (pointer, value) -> {
                    JsonNode there = tree.at(pointer);
                    boolean same =
                            there.isString()
                                    ? there.stringValue().equals(value)
                                    : there.isNumber() || there.isBoolean();
                    if (!same || value.isEmpty() || value.length() > 64) {
                        throw new AssertionError(pointer + " is " + there + ", found " + value);
                    }
                });
    }
}
