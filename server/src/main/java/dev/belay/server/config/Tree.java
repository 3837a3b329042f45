package dev.belay.server.config;

import java.util.List;
import java.util.Map;

/// What was written, before it is understood: the common form of YAML and JSON.
public sealed interface Tree {
    /// The line it begins on, counted from 1; 0 where there are no lines.
    int line();

    /// A single value.
    ///
    /// @param text as written
    /// @param kind what it looks like
    record Scalar(String text, Kind kind, int line) implements Tree {}

    /// Several values.
    record Items(List<Tree> items, int line) implements Tree {
        public Items {
            items = List.copyOf(items);
        }
    }

    /// Values by key, in the order they were written.
    record Fields(Map<String, Tree> fields, int line) implements Tree {
        public Fields {
            fields = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(fields));
        }
    }

    /// What a scalar looks like.
    enum Kind {
        TEXT,
        NUMBER,
        BOOLEAN,
        NOTHING
    }
}
