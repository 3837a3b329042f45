package dev.belay.server.config;

import dev.belay.catalog.CatalogStore.Declaration;
import java.util.List;

/// What reading a configuration leads to.
public sealed interface ReadResult {
    /// All is well.
    ///
    /// @param declarations the entries, of origin `file`
    record Config(Settings settings, List<Declaration> declarations) implements ReadResult {
        public Config {
            declarations = List.copyOf(declarations);
        }
    }

    /// Everything that is wrong, at least one thing.
    record Problems(List<ConfigProblem> problems) implements ReadResult {
        public Problems {
            problems = List.copyOf(problems);
        }
    }
}
