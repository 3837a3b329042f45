package dev.belay.server.config;

import dev.belay.catalog.Destination;
import dev.belay.catalog.Source;
import dev.belay.catalog.Subscription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads catalogue entries, wherever they were written: in the file, through the API or long ago
/// into the store. One mapping for all three.
public final class Entries {
    /// Kind of a source's declaration.
    public static final String SOURCE = "source";

    /// Kind of a destination's declaration.
    public static final String DESTINATION = "destination";

    /// Kind of a subscription's declaration.
    public static final String SUBSCRIPTION = "subscription";

    private static final Set<String> RESERVED = Set.of("belay", "api");
    private static final int MAX_NAME = 64;

    private final SecretReferences secrets;

    /// @param secrets where references are looked up
    public Entries(SecretReferences secrets) {
        this.secrets = secrets;
    }

    /// An entry, or everything that is wrong with it.
    ///
    /// @param <T> the kind
    public sealed interface Reading<T> {
        /// Understood.
        record Entry<T>(T entry) implements Reading<T> {}

        /// Not.
        record Invalid<T>(List<ConfigProblem> problems) implements Reading<T> {
            public Invalid {
                problems = List.copyOf(problems);
            }
        }
    }

    /// Reads a source.
    public Reading<Source> source(String name, Tree tree) {
        return read(name, tree, SourceEntry::read);
    }

    /// Reads a destination.
    public Reading<Destination> destination(String name, Tree tree) {
        return read(name, tree, DestinationEntry::read);
    }

    /// Reads a subscription.
    public Reading<Subscription> subscription(String name, Tree tree) {
        return read(name, tree, SubscriptionEntry::read);
    }

    private interface Mapping<T> {
        @org.jspecify.annotations.Nullable
        T read(String name, Form form);
    }

    private <T> Reading<T> read(String name, Tree tree, Mapping<T> mapping) {
        List<ConfigProblem> problems = new ArrayList<>();
        Form form = Form.of(tree, new Form.Context(secrets, problems), "");
        checkName(name, form);
        T entry = mapping.read(name, form);
        form.done();
        return entry == null || !problems.isEmpty()
                ? new Reading.Invalid<>(problems.stream().distinct().toList())
                : new Reading.Entry<>(entry);
    }

    static void checkName(String name, Form form) {
        if (!isName(name)) {
            form.problem(
                    "must be named with 1 to 64 letters, digits, '.', '_' and '-', a letter or"
                            + " digit first");
        } else if (RESERVED.contains(name)) {
            form.problem("cannot be named " + name + ": that name is built in");
        }
    }

    /// Whether a text can name an entry.
    public static boolean isName(String text) {
        if (text.isEmpty() || text.length() > MAX_NAME) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
                return false;
            }
        }
        return true;
    }

    /// The entry as it may be shown: secrets and header values hidden unless they are references.
    public static Tree masked(Tree entry) {
        return masked(entry, false);
    }

    private static Tree masked(Tree tree, boolean hidden) {
        return switch (tree) {
            case Tree.Fields(Map<String, Tree> fields, int line) -> {
                Map<String, Tree> shown = new LinkedHashMap<>();
                fields.forEach(
                        (key, value) ->
                                shown.put(
                                        key,
                                        masked(
                                                value,
                                                (hidden && !key.equals("until"))
                                                        || key.equals("secrets")
                                                        || key.equals("handshake-token")
                                                        || key.equals("headers"))));
                yield new Tree.Fields(shown, line);
            }
            case Tree.Items(List<Tree> items, int line) ->
                    new Tree.Items(items.stream().map(item -> masked(item, hidden)).toList(), line);
            case Tree.Scalar(String text, _, int line) when hidden ->
                    new Tree.Scalar(SecretReferences.masked(text), Tree.Kind.TEXT, line);
            case Tree.Scalar scalar -> scalar;
        };
    }
}
