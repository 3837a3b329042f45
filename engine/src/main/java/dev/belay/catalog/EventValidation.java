package dev.belay.catalog;

import dev.belay.event.Event;
import dev.belay.event.Json;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What an event's JSON body must hold before it is tried. The schema is compiled once, when the
/// validation is declared; safe for use by many threads.
public final class EventValidation {
    private static final Object NULL = new Object();

    private final List<String> required;
    private final @Nullable String schema;
    private final @Nullable JsonSchema compiled;

    /// @param required JSON pointers that must lead to something other than null
    /// @param schema a JSON Schema (draft 2020-12), null: none. References stay within the schema:
    ///   nothing is ever fetched
    /// @throws IllegalArgumentException when a pointer or the schema is malformed
    public EventValidation(List<String> required, @Nullable String schema) {
        for (String pointer : required) {
            if (!pointer.isEmpty() && pointer.charAt(0) != '/') {
                throw new IllegalArgumentException("a JSON pointer begins with /: " + pointer);
            }
        }
        this.required = List.copyOf(required);
        this.schema = schema;
        this.compiled = schema == null ? null : JsonSchema.compile(schema);
    }

    /// JSON pointers that must lead to something other than null.
    public List<String> required() {
        return required;
    }

    /// The JSON Schema as written, null where there is none.
    public @Nullable String schema() {
        return schema;
    }

    /// What is wrong with the event, in words and without any value of it; nothing when it is
    /// valid.
    public Optional<String> problemWith(Event event) {
        Object body;
        switch (Json.read(event.body(), NULL)) {
            case Json.Parsed.Value(Object value) -> body = value;
            case Json.Parsed.NotJson() -> {
                return Optional.of("the body is not JSON");
            }
            case Json.Parsed.Refused(String problem) -> {
                return Optional.of(problem);
            }
        }
        for (String pointer : required) {
            if (!isPresent(body, pointer)) {
                return Optional.of("required but absent: " + pointer);
            }
        }
        return compiled == null ? Optional.empty() : compiled.problemWith(body, NULL);
    }

    private static boolean isPresent(Object body, String pointer) {
        Object value = body;
        int from = 1;
        while (from <= pointer.length() && !pointer.isEmpty()) {
            int slash = pointer.indexOf('/', from);
            int to = slash < 0 ? pointer.length() : slash;
            String name = pointer.substring(from, to).replace("~1", "/").replace("~0", "~");
            Object next =
                    switch (value) {
                        case Map<?, ?> object -> object.get(name);
                        case List<?> array -> element(array, name);
                        default -> null;
                    };
            if (next == null) {
                return false;
            }
            value = next;
            from = to + 1;
        }
        return !value.equals(NULL);
    }

    private static @Nullable Object element(List<?> array, String index) {
        if (index.isEmpty()
                || index.length() > 6
                || !index.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        int i = Integer.parseInt(index);
        return i < array.size() ? array.get(i) : null;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EventValidation that
                && required.equals(that.required)
                && Objects.equals(schema, that.schema);
    }

    @Override
    public int hashCode() {
        return Objects.hash(required, schema);
    }

    @Override
    public String toString() {
        return "EventValidation[required=" + required + ", schema=" + (schema != null) + "]";
    }
}
