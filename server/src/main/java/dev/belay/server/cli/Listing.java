package dev.belay.server.cli;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Shows what the API answers as tables.
final class Listing {
    private Listing() {}

    /// A column: its heading, and the JSON pointer of its value within an entry.
    record Column(String heading, String pointer) {}

    /// Shows a list answer, `{"data":[…],"next_cursor":…}`, and says how to go on where more
    /// follows.
    static void show(Shell shell, Output output, JsonNode answer, List<Column> columns) {
        if (output.json) {
            shell.terminal().json(answer);
            return;
        }
        JsonNode data = answer.isArray() ? answer : answer.path("data");
        String next = answer.path("next_cursor").asString("");
        if (data.isEmpty()) {
            shell.remark(next.isEmpty() ? "nothing matches" : "nothing matches so far");
        } else {
            shell.terminal()
                    .table(columns.stream().map(Column::heading).toList(), rows(data, columns));
        }
        if (!next.isEmpty()) {
            shell.remark("there is more: add --cursor " + next);
        }
    }

    private static List<List<String>> rows(JsonNode data, List<Column> columns) {
        List<List<String>> rows = new ArrayList<>(data.size());
        for (JsonNode entry : data) {
            rows.add(columns.stream().map(c -> text(entry.at(c.pointer()))).toList());
        }
        return rows;
    }

    /// A value as a person reads it; a dash where there is none.
    static String text(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "-";
        }
        if (value.isArray()) {
            List<String> parts = new ArrayList<>();
            value.forEach(part -> parts.add(text(part)));
            return parts.isEmpty() ? "-" : String.join(", ", parts);
        }
        return value.isValueNode() ? value.asString() : value.toString();
    }

    /// An object's values as `name value` lines, nested objects with dotted names; those at the
    /// names given are left out.
    static List<Terminal.Field> fields(JsonNode object, List<String> without) {
        List<Terminal.Field> fields = new ArrayList<>();
        collect("", object, without, fields);
        return fields;
    }

    private static void collect(
            String prefix, JsonNode object, List<String> without, List<Terminal.Field> into) {
        for (var entry : object.properties()) {
            String name = prefix + entry.getKey();
            if (without.contains(name)) {
                continue;
            }
            if (entry.getValue().isObject()) {
                collect(name + ".", entry.getValue(), without, into);
            } else {
                into.add(new Terminal.Field(name, text(entry.getValue())));
            }
        }
    }
}
