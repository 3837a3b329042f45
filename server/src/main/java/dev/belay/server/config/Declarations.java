package dev.belay.server.config;

import dev.belay.catalog.Catalog;
import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.catalog.Destination;
import dev.belay.catalog.Source;
import dev.belay.catalog.Subscription;
import dev.belay.event.Event;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Turns declarations into the catalogue they declare, wherever each of them came from.
public final class Declarations {
    private final Entries entries;
    private final List<Problem> problems = new ArrayList<>();

    private Declarations(Entries entries) {
        this.entries = entries;
    }

    /// What came of it.
    public sealed interface Compiled {
        /// A catalogue.
        record Done(Catalog catalog) implements Compiled {}

        /// Everything that stands in the way of one, at least one thing.
        record Invalid(List<Problem> problems) implements Compiled {
            public Invalid {
                problems = List.copyOf(problems);
            }
        }
    }

    /// One thing that is wrong with one declaration.
    public record Problem(Declaration.Key key, ConfigProblem problem) {
        @Override
        public String toString() {
            return key.kind() + " " + key.name() + ": " + problem;
        }
    }

    /// Compiles declarations: at most one of each kind and name.
    public static Compiled compile(List<Declaration> declarations, Entries entries) {
        return new Declarations(entries).compile(declarations);
    }

    private Compiled compile(List<Declaration> declarations) {
        List<Source> sources = new ArrayList<>();
        List<Destination> destinations = new ArrayList<>();
        List<Subscription> subscriptions = new ArrayList<>();
        Set<Declaration.Key> declared = new HashSet<>();
        for (Declaration declaration : declarations) {
            Declaration.Key key = declaration.key();
            declared.add(key);
            Tree tree = JsonTree.read(declaration.json());
            switch (key.kind()) {
                case Entries.SOURCE -> take(key, entries.source(key.name(), tree), sources);
                case Entries.DESTINATION ->
                        take(key, entries.destination(key.name(), tree), destinations);
                case Entries.SUBSCRIPTION ->
                        take(key, entries.subscription(key.name(), tree), subscriptions);
                default -> problem(key, "", "is of a kind that this version does not know");
            }
        }
        for (Subscription subscription : subscriptions) {
            checkEnds(subscription, declared);
        }
        return problems.isEmpty()
                ? new Compiled.Done(Catalog.of(sources, destinations, subscriptions))
                : new Compiled.Invalid(problems);
    }

    private <T> void take(Declaration.Key key, Entries.Reading<T> reading, List<T> into) {
        switch (reading) {
            case Entries.Reading.Entry<T>(T entry) -> into.add(entry);
            case Entries.Reading.Invalid<T>(List<ConfigProblem> found) ->
                    found.forEach(one -> problems.add(new Problem(key, one)));
        }
    }

    private void checkEnds(Subscription subscription, Set<Declaration.Key> declared) {
        Declaration.Key key = new Declaration.Key(Entries.SUBSCRIPTION, subscription.name());
        String source = subscription.source();
        if (!Event.isBuiltInSource(source)
                && !declared.contains(new Declaration.Key(Entries.SOURCE, source))) {
            problem(key, "/source", "names no declared source: " + source);
        }
        String destination = subscription.destination();
        if (!declared.contains(new Declaration.Key(Entries.DESTINATION, destination))) {
            problem(key, "/destination", "names no declared destination: " + destination);
        }
    }

    private void problem(Declaration.Key key, String pointer, String message) {
        problems.add(new Problem(key, new ConfigProblem(pointer, message, 0)));
    }
}
