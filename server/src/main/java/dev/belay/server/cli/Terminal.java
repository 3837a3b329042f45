package dev.belay.server.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Where a command writes. Whatever came from outside passes [#visible(String)] first: a webhook
/// must not be able to move the cursor, recolour the screen or reverse the text of whoever looks at
/// it.
final class Terminal {
    /// Longest cell of a table, in characters.
    private static final int MAX_CELL = 60;

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final PrintStream out;
    private final PrintStream err;

    /// @param out for what was asked for
    /// @param err for remarks and failures
    Terminal(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /// Where raw bytes go.
    PrintStream out() {
        return out;
    }

    /// Writes a line of the answer.
    void line(String text) {
        out.println(visible(text));
    }

    /// Writes text of several lines, each of which is kept.
    void lines(String text) {
        text.lines().forEach(this::line);
    }

    /// Writes a remark to standard error.
    void remark(String text) {
        err.println(visible(text));
    }

    /// Writes the answer as JSON.
    void json(JsonNode node) {
        out.println(escapeBeyondJson(JSON.writeValueAsString(node)));
    }

    /// Writes a table with a line of headings. Cells are cut so that a line stays readable.
    void table(List<String> headings, List<List<String>> rows) {
        List<List<String>> shown = new ArrayList<>(rows.size() + 1);
        shown.add(headings);
        for (List<String> row : rows) {
            shown.add(row.stream().map(Terminal::cell).toList());
        }
        int[] widths = new int[headings.size()];
        for (List<String> row : shown) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).codePointCount(0, row.get(i).length()));
            }
        }
        for (List<String> row : shown) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = row.get(i);
                line.append(cell);
                if (i < widths.length - 1) {
                    line.repeat(' ', widths[i] - cell.codePointCount(0, cell.length()) + 2);
                }
            }
            out.println(line);
        }
    }

    /// Writes `name value` lines, names padded to the longest.
    void fields(List<Field> fields) {
        int width = fields.stream().mapToInt(f -> f.name().length()).max().orElse(0);
        for (Field field : fields) {
            line(field.name() + " ".repeat(width - field.name().length() + 2) + field.value());
        }
    }

    /// A named value.
    record Field(String name, String value) {}

    private static String cell(String text) {
        String visible = visible(text);
        int length = visible.codePointCount(0, visible.length());
        return length <= MAX_CELL
                ? visible
                : visible.substring(0, visible.offsetByCodePoints(0, MAX_CELL - 1)) + "…";
    }

    /// The text with everything that a terminal would obey rather than show written as a visible
    /// escape: control characters of both sets, direction marks, line separators, invisible
    /// characters and lone surrogates.
    static String visible(String text) {
        return escape(text, false);
    }

    /// The same for JSON, whose own line breaks and blanks stay. What is left of dangerous
    /// characters can only stand inside its strings, where such an escape is JSON too.
    private static String escapeBeyondJson(String json) {
        return escape(json, true);
    }

    private static String escape(String text, boolean keepLineBreaks) {
        StringBuilder visible = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c -> {
                            if (!obeyed(c) || (keepLineBreaks && (c == '\n' || c == '\r'))) {
                                visible.appendCodePoint(c);
                            } else {
                                for (char unit : Character.toChars(c)) {
                                    visible.append("\\u").append("%04x".formatted((int) unit));
                                }
                            }
                        });
        return visible.toString();
    }

    private static boolean obeyed(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> false;
        };
    }
}
