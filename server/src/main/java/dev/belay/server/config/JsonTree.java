package dev.belay.server.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Turns JSON into a [Tree] and back.
public final class JsonTree {
    /// Decimals are read as they were written: the text of a number can be a secret's.
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private JsonTree() {}

    /// The tree of parsed JSON.
    public static Tree of(JsonNode node) {
        if (node.isObject()) {
            Map<String, Tree> fields = new LinkedHashMap<>();
            node.properties().forEach(entry -> fields.put(entry.getKey(), of(entry.getValue())));
            return new Tree.Fields(fields, 0);
        }
        if (node.isArray()) {
            List<Tree> items = new ArrayList<>();
            node.forEach(item -> items.add(of(item)));
            return new Tree.Items(items, 0);
        }
        if (node.isNumber()) {
            return new Tree.Scalar(node.asString(), Tree.Kind.NUMBER, 0);
        }
        if (node.isBoolean()) {
            return new Tree.Scalar(node.asString(), Tree.Kind.BOOLEAN, 0);
        }
        return node.isNull()
                ? new Tree.Scalar("", Tree.Kind.NOTHING, 0)
                : new Tree.Scalar(node.asString(), Tree.Kind.TEXT, 0);
    }

    /// The tree of a stored entry.
    public static Tree read(String json) {
        return of(JSON.readTree(json));
    }

    /// The tree as JSON. Reading it again gives every scalar the text it has here, so a secret
    /// written as `007` stays one; only in a mapping called `schema`, which is JSON itself, do
    /// numbers and booleans stay what they are at the cost of how they were written.
    public static JsonNode json(Tree tree) {
        return json(tree, false);
    }

    private static JsonNode json(Tree tree, boolean typed) {
        return switch (tree) {
            case Tree.Fields(Map<String, Tree> fields, _) -> {
                ObjectNode object = JSON.createObjectNode();
                fields.forEach(
                        (key, value) -> {
                            boolean schema = key.equals("schema") && value instanceof Tree.Fields;
                            object.set(key, json(value, typed || schema));
                        });
                yield object;
            }
            case Tree.Items(List<Tree> items, _) -> {
                ArrayNode array = JSON.createArrayNode();
                items.forEach(item -> array.add(json(item, typed)));
                yield array;
            }
            case Tree.Scalar scalar -> {
                JsonNode node = scalar(scalar);
                boolean same = node.isNull() || node.asString().equals(scalar.text());
                yield typed || same ? node : JsonNodeFactory.instance.stringNode(scalar.text());
            }
        };
    }

    private static JsonNode scalar(Tree.Scalar scalar) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (scalar.kind()) {
            case NOTHING -> nodes.nullNode();
            case BOOLEAN -> nodes.booleanNode(scalar.text().equalsIgnoreCase("true"));
            case TEXT -> nodes.stringNode(scalar.text());
            case NUMBER -> {
                try {
                    yield nodes.numberNode(new BigDecimal(scalar.text()));
                } catch (NumberFormatException e) {
                    // YAML has numbers that JSON has not, such as .inf and 0x10.
                    yield nodes.stringNode(scalar.text());
                }
            }
        };
    }

    /// The tree as JSON text.
    public static String write(Tree tree) {
        return json(tree).toString();
    }

    /// A JSON Schema as JSON text.
    static String schema(Tree tree) {
        return json(tree, true).toString();
    }
}
