package dev.belay.signature;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What is signed, written as text: `{timestamp}.{body}`. What is in braces stands for a part of
/// the request; `{?…?}` around parts drops them together where one is absent.
final class ContentTemplate {
    private final String template;
    private final Consumer<String> problem;

    private ContentTemplate(String template, Consumer<String> problem) {
        this.template = template;
        this.problem = problem;
    }

    /// The parts; those that are wrong are reported and left out.
    ///
    /// @param problem is told what is wrong, as sentences without a full stop
    static List<Part> read(String template, Consumer<String> problem) {
        return new ContentTemplate(template, problem).parts(0, template.length());
    }

    private List<Part> parts(int from, int to) {
        List<Part> parts = new ArrayList<>();
        int at = from;
        while (at < to) {
            int open = template.indexOf('{', at);
            int end = open < 0 || open > to ? to : open;
            if (end > at) {
                parts.add(new Part.Literal(template.substring(at, end)));
            }
            if (end == to) {
                break;
            }
            boolean isGroup = template.startsWith("{?", open);
            int close = template.indexOf(isGroup ? "?}" : "}", open);
            if (close < 0 || close >= to) {
                problem.accept("has a { without a }");
                break;
            }
            if (isGroup) {
                parts.add(new Part.WherePresent(parts(open + 2, close)));
            } else {
                Part part = placeholder(template.substring(open + 1, close));
                if (part != null) {
                    parts.add(part);
                }
            }
            at = close + (isGroup ? 2 : 1);
        }
        return parts;
    }

    private @Nullable Part placeholder(String written) {
        int colon = written.indexOf(':');
        return colon < 0
                ? plain(written)
                : named(written.substring(0, colon), written.substring(colon + 1), written);
    }

    private @Nullable Part plain(String word) {
        return switch (word) {
            case "body" -> new Part.Body();
            case "timestamp" -> new Part.Timestamp();
            case "id" -> new Part.MessageId();
            case "method" -> new Part.Method();
            case "url" -> new Part.Url();
            case "lf" -> new Part.Literal("\n");
            case "body-crc32" -> new Part.BodyCrc32();
            case "sorted-form" -> new Part.SortedForm();
            default -> unknown(word);
        };
    }

    private @Nullable Part named(String kind, String name, String written) {
        return switch (kind) {
            case "header" -> {
                if (!HeaderName.isToken(name)) {
                    problem.accept("is not a header name: " + name);
                    yield null;
                }
                yield new Part.Header(HeaderName.of(name));
            }
            case "query" -> new Part.Query(name, false);
            case "query-lower" -> new Part.Query(name, true);
            case "form" -> new Part.FormField(name);
            case "json" -> new Part.Pointer(name, false);
            case "json-or-empty" -> new Part.Pointer(name, true);
            case "body-hash" -> {
                for (Hash hash : Hash.values()) {
                    if (hash.name().toLowerCase(Locale.ROOT).equals(name)) {
                        yield new Part.BodyHash(hash);
                    }
                }
                yield unknown(written);
            }
            default -> unknown(written);
        };
    }

    private @Nullable Part unknown(String written) {
        problem.accept(
                "knows no {"
                        + written
                        + "}, only {body}, {body-hash:sha256}, {timestamp}, {id}, {header:Name},"
                        + " {method}, {url}, {query:name}, {form:name}, {json:/pointer} and"
                        + " {sorted-form}");
        return null;
    }
}
