package dev.belay.server.config;

import dev.belay.signature.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Reads the fields of one mapping and collects everything that is wrong with them. Each reader
/// answers the default after a problem, so that reading goes on.
final class Form {
    private final Map<String, Tree> fields;
    private final Context context;
    private final String pointer;
    private final int line;
    private final Set<String> known = new HashSet<>();

    /// What all forms of one reading share.
    record Context(SecretReferences secrets, List<ConfigProblem> problems) {}

    private Form(Map<String, Tree> fields, Context context, String pointer, int line) {
        this.fields = fields;
        this.context = context;
        this.pointer = pointer;
        this.line = line;
    }

    /// The form of a tree; empty, with a problem, when it is no mapping.
    static Form of(Tree tree, Context context, String pointer) {
        if (tree instanceof Tree.Fields(Map<String, Tree> fields, int line)) {
            return new Form(fields, context, pointer, line);
        }
        boolean nothing = tree instanceof Tree.Scalar s && s.kind() == Tree.Kind.NOTHING;
        if (!nothing) {
            context.problems()
                    .add(new ConfigProblem(pointer, "must be a mapping of keys", tree.line()));
        }
        return new Form(Map.of(), context, pointer, tree.line());
    }

    /// A key as part of a JSON pointer.
    static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    Context context() {
        return context;
    }

    /// Where a key of this form is.
    String at(String key) {
        return pointer + "/" + escaped(key);
    }

    boolean has(String key) {
        known.add(key);
        return fields.containsKey(key);
    }

    @Nullable Tree tree(String key) {
        known.add(key);
        return fields.get(key);
    }

    void problem(String key, String message) {
        Tree tree = fields.get(key);
        context.problems()
                .add(new ConfigProblem(at(key), message, tree == null ? line : tree.line()));
    }

    /// A problem of the whole.
    void problem(String message) {
        context.problems().add(new ConfigProblem(pointer, message, line));
    }

    /// The form below a key; empty when the key is absent.
    Form below(String key) {
        Tree tree = tree(key);
        return tree == null
                ? new Form(Map.of(), context, at(key), line)
                : Form.of(tree, context, at(key));
    }

    /// Calls back with each key and value: for mappings whose keys are names.
    void each(BiConsumer<String, Tree> entry) {
        fields.forEach(
                (key, value) -> {
                    known.add(key);
                    entry.accept(key, value);
                });
    }

    /// The items of a list; none, with a problem, when it is no list.
    List<Tree> items(String key) {
        Tree tree = tree(key);
        if (tree == null || (tree instanceof Tree.Scalar s && s.kind() == Tree.Kind.NOTHING)) {
            return List.of();
        }
        if (tree instanceof Tree.Items(List<Tree> items, _)) {
            return items;
        }
        problem(key, "must be a list");
        return List.of();
    }

    @Nullable String text(String key) {
        Tree tree = tree(key);
        if (tree == null) {
            return null;
        }
        if (tree instanceof Tree.Scalar(String text, Tree.Kind kind, _)
                && kind != Tree.Kind.NOTHING) {
            return text;
        }
        problem(key, "must be a text");
        return null;
    }

    String text(String key, String absent) {
        String text = text(key);
        return text == null ? absent : text;
    }

    @Nullable String required(String key) {
        if (!fields.containsKey(key)) {
            known.add(key);
            problem(key, "is missing");
            return null;
        }
        return text(key);
    }

    /// One text or a list of texts.
    List<String> texts(String key) {
        Tree tree = tree(key);
        if (tree == null) {
            return List.of();
        }
        List<Tree> items =
                tree instanceof Tree.Items(List<Tree> several, _) ? several : List.of(tree);
        List<String> texts = new ArrayList<>();
        for (Tree item : items) {
            if (item instanceof Tree.Scalar(String text, Tree.Kind kind, _)
                    && kind != Tree.Kind.NOTHING) {
                texts.add(text);
            } else {
                problem(key, "must be a text or a list of texts");
            }
        }
        return texts;
    }

    List<Secret> secrets(String key) {
        Tree tree = tree(key);
        if (tree == null) {
            return List.of();
        }
        List<Tree> items =
                tree instanceof Tree.Items(List<Tree> several, _) ? several : List.of(tree);
        List<Secret> found = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            secret(key, items.get(i), at(key) + "/" + i).ifPresent(found::add);
        }
        return found;
    }

    /// The secret that a text is or refers to.
    ///
    /// @param pointer where a reference that leads nowhere is reported
    Optional<Secret> secret(String key, Tree written, String pointer) {
        if (!(written instanceof Tree.Scalar(String text, Tree.Kind kind, int at))
                || kind == Tree.Kind.NOTHING) {
            problem(key, "must be a text or a list of texts");
            return Optional.empty();
        }
        return switch (context.secrets().find(text)) {
            case SecretReferences.Found.Value(Secret secret) -> Optional.of(secret);
            case SecretReferences.Found.Missing(String message) -> {
                context.problems().add(new ConfigProblem(pointer, message, at));
                yield Optional.empty();
            }
        };
    }

    Duration duration(String key, Duration absent, Duration least, Duration most) {
        String text = text(key);
        if (text == null) {
            return absent;
        }
        Duration duration = Durations.parse(text).orElse(null);
        if (duration == null) {
            problem(key, "must be a duration such as 400ms, 10s, 5m, 2h or 7d");
            return absent;
        }
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            problem(key, "must be %s to %s".formatted(Durations.text(least), Durations.text(most)));
            return absent;
        }
        return duration;
    }

    int integer(String key, int absent, int least, int most) {
        String text = text(key);
        if (text == null) {
            return absent;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        problem(key, "must be a whole number, %d to %d".formatted(least, most));
        return absent;
    }

    /// Whether the key is there and `true`.
    boolean yes(String key) {
        String text = text(key, "false");
        if (!text.equals("true") && !text.equals("false")) {
            problem(key, "must be true or false");
        }
        return text.equals("true");
    }

    double decimal(String key, double absent, double least, double most) {
        String text = text(key);
        if (text == null) {
            return absent;
        }
        try {
            double number = Double.parseDouble(text);
            // Java's own suffixes, as in 2d, read like units.
            boolean suffixed = Character.isLetter(text.charAt(text.length() - 1));
            if (!suffixed && number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        problem(key, "must be a number, %s to %s".formatted(trimmed(least), trimmed(most)));
        return absent;
    }

    private static String trimmed(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : number + "";
    }

    /// Whether every key is one of these.
    boolean hasOnly(Set<String> keys) {
        return keys.containsAll(fields.keySet());
    }

    /// Reports every key that nobody asked for. To be called last.
    void done() {
        for (String key : fields.keySet()) {
            if (!known.contains(key)) {
                problem(key, "is not a known key here; known: " + String.join(", ", sorted()));
            }
        }
    }

    private List<String> sorted() {
        return known.stream().sorted().toList();
    }
}
