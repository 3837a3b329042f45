package dev.belay.store.copy;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What a store consists of, as both adapters keep it: columns have the same names and meanings in
/// both, and each is read and written in the order of its key. Numbers of names are copied as they
/// are. Not copied is what belongs to processes, such as who they are.
public enum CopyTable {
    NAME(1, Column.number("id"), Column.text("text")),
    DECLARATION(
            2,
            Column.text("kind"),
            Column.text("name"),
            Column.text("origin"),
            Column.text("json")),
    STANDING(1, Column.text("destination"), Column.text("mode"), Column.text("reason")),
    EVENT(
            1,
            Column.number("id"),
            Column.number("source"),
            Column.foreign("type"),
            Column.foreign("external_id"),
            Column.number("received_at"),
            Column.number("checksum"),
            Column.bytes("headers"),
            Column.bytes("body")),
    /// The entries that count: one a key.
    DEDUPE(
            2,
            Column.number("high"),
            Column.number("low"),
            Column.number("event"),
            Column.number("expires")),
    WORK(
            2,
            Column.number("event"),
            Column.number("ordinal"),
            Column.number("destination"),
            Column.number("subscription"),
            Column.number("state"),
            Column.number("visible_at"),
            Column.number("token"),
            Column.number("attempts"),
            Column.number("throttled"),
            Column.number("lost"),
            Column.number("replay_of"),
            Column.number("created_at"),
            Column.number("changed_at"),
            Column.foreign("reason")),
    DELIVERY(
            2,
            Column.number("event"),
            Column.number("ordinal"),
            Column.number("destination"),
            Column.number("subscription"),
            Column.number("state"),
            Column.number("finished_at"),
            Column.foreign("reason"),
            Column.number("attempts"),
            Column.number("throttled"),
            Column.number("replay_of"),
            Column.number("created_at")),
    ATTEMPT(
            3,
            Column.number("event"),
            Column.number("ordinal"),
            Column.number("number"),
            Column.number("started_at"),
            Column.number("nanos"),
            Column.number("outcome"),
            Column.number("status"),
            Column.foreign("detail"),
            Column.bytes("headers"),
            Column.bytes("body"),
            Column.number("truncated")),
    STATE_CHANGE(
            3,
            Column.number("event"),
            Column.number("ordinal"),
            Column.text("change"),
            Column.number("times"),
            Column.number("first_at"),
            Column.number("last_at")),
    REJECT(
            1,
            Column.number("id"),
            Column.foreign("source"),
            Column.number("rejected_at"),
            Column.foreign("reason"),
            Column.foreign("method"),
            Column.foreign("url"),
            Column.foreign("remote"),
            Column.bytes("headers"),
            Column.bytes("body")),
    /// Places that hold something: one row a place.
    COUNTER(2, Column.number("destination"), Column.number("state"), Column.number("count")),
    /// But for the marks of copies.
    FACT(1, Column.text("key"), Column.number("value"));

    // The lists cannot be changed, which the compiler does not see.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Column> key;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Column> columns;

    CopyTable(int key, Column... columns) {
        this.columns = List.of(columns);
        this.key = this.columns.subList(0, key);
    }

    /// Its name in the database.
    public String table() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The first of the columns: no two rows agree in all of them.
    public List<Column> key() {
        return key;
    }

    public List<Column> columns() {
        return columns;
    }

    /// Names of columns, as they stand in a statement.
    public static String list(List<Column> columns) {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    /// A column.
    ///
    /// @param kind of its values
    public record Column(String name, Kind kind) {
        /// What is in a column, and as what a [Row] has it.
        public enum Kind {
            /// A [Long].
            NUMBER,
            /// A [String] of our own or an operator's making.
            TEXT,
            /// A [String] that a stranger can have made.
            FOREIGN,
            /// A `byte[]`.
            BYTES
        }

        private static Column number(String name) {
            return new Column(name, Kind.NUMBER);
        }

        private static Column text(String name) {
            return new Column(name, Kind.TEXT);
        }

        private static Column foreign(String name) {
            return new Column(name, Kind.FOREIGN);
        }

        private static Column bytes(String name) {
            return new Column(name, Kind.BYTES);
        }
    }
}
