package dev.belay.catalog;

import com.google.re2j.Pattern;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A compiled JSON Schema. Patterns run on RE2, which is linear in the text, and no reference is
/// followed out of the schema.
final class JsonSchema {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(
                    SpecificationVersion.DRAFT_2020_12,
                    builder ->
                            builder.schemaCacheEnabled(false)
                                    .schemaLoader(
                                            loader ->
                                                    loader.fetchRemoteResources(false)
                                                            .block(JsonSchema::isElsewhere))
                                    .schemaRegistryConfig(
                                            SchemaRegistryConfig.builder()
                                                    .failFast(true)
                                                    .preloadSchema(true)
                                                    .locale(Locale.ROOT)
                                                    .regularExpressionFactory(
                                                            JsonSchema::linearPattern)
                                                    .build()));

    private final Schema schema;

    private JsonSchema(Schema schema) {
        this.schema = schema;
    }

    /// @throws IllegalArgumentException when the text is no usable schema
    static JsonSchema compile(String text) {
        try {
            Schema schema = REGISTRY.getSchema(text, InputFormat.JSON);
            schema.initializeValidators();
            return new JsonSchema(schema);
        } catch (SchemaException | JacksonException e) {
            throw new IllegalArgumentException("not a usable JSON Schema: " + e.getMessage(), e);
        }
    }

    /// Only the descriptions of JSON Schema itself, which the library brings along, are read.
    private static boolean isElsewhere(com.networknt.schema.AbsoluteIri iri) {
        return !iri.toString().startsWith("https://json-schema.org/draft/");
    }

    private static com.networknt.schema.regex.RegularExpression linearPattern(String text) {
        if (text.length() > Filter.MAX_PATTERN_LENGTH) {
            throw new IllegalArgumentException("a pattern is too long");
        }
        Pattern pattern = Pattern.compile(text);
        return value -> pattern.matcher(value).find();
    }

    /// The first thing that is wrong: where, and which rule of the schema, but no value.
    Optional<String> problemWith(Object body, Object nullValue) {
        List<Error> errors = schema.validate(node(body, nullValue));
        if (errors.isEmpty()) {
            return Optional.empty();
        }
        Error first = errors.getFirst();
        String place = first.getInstanceLocation().toString();
        String property = first.getProperty();
        return Optional.of(
                "%s breaks the schema's rule %s%s"
                        .formatted(
                                place.isEmpty() ? "the body" : place,
                                first.getKeyword(),
                                property == null ? "" : " (" + property + ")"));
    }

    private static JsonNode node(Object value, Object nullValue) {
        return switch (value) {
            case Map<?, ?> map -> {
                ObjectNode object = NODES.objectNode();
                map.forEach(
                        (name, item) -> object.set(String.valueOf(name), node(item, nullValue)));
                yield object;
            }
            case List<?> list -> {
                ArrayNode array = NODES.arrayNode(list.size());
                list.forEach(item -> array.add(node(item, nullValue)));
                yield array;
            }
            case String text -> NODES.stringNode(text);
            case Long number -> NODES.numberNode(number.longValue());
            case Double number -> NODES.numberNode(number.doubleValue());
            case Boolean bool -> NODES.booleanNode(bool);
            default -> {
                if (!value.equals(nullValue)) {
                    throw new IllegalStateException("no JSON: " + value.getClass());
                }
                yield NODES.nullNode();
            }
        };
    }
}
