package dev.belay.catalog;

import java.util.List;
import java.util.Map;

/// The store of the operator's declarations and of what was decided about destinations since. Small
/// and rarely written; calls block until durable. Where several nodes share the store, what one has
/// changed wakes the others.
public interface CatalogStore {
    /// Everything declared, in the order of kind and name.
    List<Declaration> declarations();

    /// Puts and removes declarations in one commit.
    ///
    /// @param put entries that replace those of the same kind and name
    /// @param remove entries to remove, by kind and name; those that are not there are passed over
    void change(List<Declaration> put, List<Declaration.Key> remove);

    /// The standing of each destination that is not simply active.
    Map<String, Standing> standings();

    /// Sets a destination's standing.
    void setStanding(String destination, Standing standing);

    /// How often declarations and standings were changed, whichever node did it. A store that one
    /// process has to itself need not count: that process knows.
    default Revision revision() {
        return Revision.NONE;
    }

    /// Two numbers, each another one after each change.
    record Revision(long declarations, long standings) {
        /// Before any change.
        public static final Revision NONE = new Revision(0, 0);
    }

    /// One declared entry, as text.
    ///
    /// @param key which
    /// @param origin `file` or `api`: who may change it
    /// @param json the entry, with secrets as written (references stay references)
    record Declaration(Key key, String origin, String json) {
        /// Which entry.
        ///
        /// @param kind `source`, `destination` or `subscription`
        public record Key(String kind, String name) {}
    }

    /// Whether a destination is tried at all.
    ///
    /// @param mode active, paused by a person, or disabled by a rule
    /// @param reason why, in words; empty when active
    record Standing(Mode mode, String reason) {
        /// Tried.
        public static final Standing ACTIVE = new Standing(Mode.ACTIVE, "");

        /// What a destination can be.
        public enum Mode {
            /// Tried.
            ACTIVE,
            /// Not tried; a person said so.
            PAUSED,
            /// Not tried; it answered 410.
            DISABLED
        }
    }
}
