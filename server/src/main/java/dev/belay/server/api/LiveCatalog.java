package dev.belay.server.api;

import dev.belay.Gateway;
import dev.belay.catalog.Catalog;
import dev.belay.catalog.CatalogStore.Declaration;
import dev.belay.server.config.Declarations;
import dev.belay.server.config.Declarations.Compiled;
import dev.belay.server.config.Entries;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What is declared, kept in the gateway's store and in force in the gateway. Each change is
/// compiled as a whole, stored, then put in force: the two never differ for longer than that.
public final class LiveCatalog {
    /// Origin of entries that the configuration file declares.
    static final String FILE = "file";

    /// Origin of entries made through the API.
    static final String API = "api";

    private static final Comparator<Declaration.Key> ORDER =
            Comparator.comparing(Declaration.Key::kind).thenComparing(Declaration.Key::name);

    private final Gateway gateway;
    private final Entries entries;

    /// What this node's own file declares, as far as this node was told.
    private volatile List<Declaration> ownFile = List.of();

    /// What is in force.
    private List<Declaration> inForce = List.of();

    /// @param entries reads entries, with this process's secrets
    public LiveCatalog(Gateway gateway, Entries entries) {
        this.gateway = gateway;
        this.entries = entries;
    }

    /// What became of a change.
    public sealed interface Change {
        /// It is stored and in force.
        record Done() implements Change {}

        /// Everything that is wrong with what would be declared then.
        record Invalid(List<Declarations.Problem> problems) implements Change {
            public Invalid {
                problems = List.copyOf(problems);
            }
        }

        /// There is no such entry.
        record Missing() implements Change {}

        /// The entry stands in the configuration file, where it is to be changed.
        record InFile() implements Change {}
    }

    /// Everything declared, by kind and name: what the store holds, and what of this node's own
    /// file another node's file did not have.
    List<Declaration> declarations() {
        Map<Declaration.Key, Declaration> declared = new TreeMap<>(ORDER);
        ownFile.forEach(declaration -> declared.put(declaration.key(), declaration));
        gateway.declarations()
                .declarations()
                .forEach(declaration -> declared.put(declaration.key(), declaration));
        return List.copyOf(declared.values());
    }

    /// Puts in force what another node may have declared. Where that cannot be (a secret that is
    /// missing here, say), everything stays as it is.
    public synchronized Change reload() {
        List<Declaration> next = declarations();
        if (next.equals(inForce)) {
            return new Change.Done();
        }
        return switch (Declarations.compile(next, entries)) {
            case Compiled.Invalid(var problems) -> new Change.Invalid(problems);
            case Compiled.Done(var catalog) -> putInForce(next, catalog);
        };
    }

    /// Puts the file's entries in place of those that came from the file before. An entry of the
    /// file wins over one of the same kind and name that was made through the API.
    public synchronized Change replaceFile(List<Declaration> fromFile) {
        Map<Declaration.Key, Declaration> next = new LinkedHashMap<>();
        List<Declaration.Key> gone = new ArrayList<>();
        for (Declaration before : declarations()) {
            if (before.origin().equals(FILE)) {
                gone.add(before.key());
            } else {
                next.put(before.key(), before);
            }
        }
        for (Declaration declaration : fromFile) {
            next.put(declaration.key(), declaration);
            gone.remove(declaration.key());
        }
        Change change = change(next, fromFile, gone);
        if (change instanceof Change.Done) {
            ownFile = List.copyOf(fromFile);
        }
        return change;
    }

    /// Puts an entry through the API: a new one, or in place of one made through the API.
    synchronized Change put(Declaration.Key key, String json) {
        Map<Declaration.Key, Declaration> next = byKey();
        Declaration before = next.get(key);
        if (before != null && before.origin().equals(FILE)) {
            return new Change.InFile();
        }
        Declaration declaration = new Declaration(key, API, json);
        next.put(key, declaration);
        return change(next, List.of(declaration), List.of());
    }

    /// Removes an entry made through the API.
    synchronized Change remove(Declaration.Key key) {
        Map<Declaration.Key, Declaration> next = byKey();
        Declaration before = next.remove(key);
        if (before == null) {
            return new Change.Missing();
        }
        if (before.origin().equals(FILE)) {
            return new Change.InFile();
        }
        return change(next, List.of(), List.of(key));
    }

    private Map<Declaration.Key, Declaration> byKey() {
        Map<Declaration.Key, Declaration> byKey = new LinkedHashMap<>();
        declarations().forEach(declaration -> byKey.put(declaration.key(), declaration));
        return byKey;
    }

    private Change change(
            Map<Declaration.Key, Declaration> next,
            List<Declaration> put,
            List<Declaration.Key> remove) {
        return switch (Declarations.compile(List.copyOf(next.values()), entries)) {
            case Compiled.Invalid(var problems) -> new Change.Invalid(problems);
            case Compiled.Done(var catalog) -> {
                gateway.declarations().change(put, remove);
                yield putInForce(List.copyOf(next.values()), catalog);
            }
        };
    }

    /// A destination that was made through the API and is gone has been removed through it, for all
    /// nodes: whoever knew it buries what waits for it. One that left a file may stand in another
    /// node's.
    private Change putInForce(List<Declaration> next, Catalog catalog) {
        List<Declaration> before = inForce;
        gateway.apply(catalog);
        inForce = next;
        Set<Declaration.Key> keys = next.stream().map(Declaration::key).collect(Collectors.toSet());
        for (Declaration gone : before) {
            Declaration.Key key = gone.key();
            if (gone.origin().equals(API)
                    && key.kind().equals(Entries.DESTINATION)
                    && !keys.contains(key)) {
                gateway.bury(key.name());
            }
        }
        return new Change.Done();
    }
}
