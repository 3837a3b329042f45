package dev.belay.store.postgres;

import dev.belay.delivery.Wakeup;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What nodes say to each other by `NOTIFY`: a line of the format's version, who says it, what
/// happened, and where. Lines of other versions, and words this version does not know, are passed
/// over.
///
/// @param node number of this node
/// @param incarnation of its present process
record Channel(int node, long incarnation) {
    /// Its name. It is the database's: of two Belays in one database there can be none.
    static final String NAME = "belay";

    private static final String VERSION = "1";

    /// The server takes payloads of less than 8,000 bytes.
    private static final int MAX_BYTES = 7_000;

    /// Version, node, incarnation, word, destination.
    private static final int FIELDS = 5;

    private static final String DUE = "due";
    private static final String STANDING = "standing";
    private static final String CIRCUIT = "circuit";
    private static final String CATALOG = "catalog";
    private static final String ALL = "all";

    /// Tells the others, when the transaction commits. A commit that does is made alone in the
    /// whole server, so it is never one that somebody's throughput hangs on.
    void send(Connection connection, Collection<Wakeup> wakeups) throws SQLException {
        try (PreparedStatement notify =
                connection.prepareStatement(
                        "SELECT count(pg_notify('" + NAME + "', line)) FROM unnest(?) AS line")) {
            notify.setArray(
                    1,
                    connection.createArrayOf(
                            "text", wakeups.stream().map(this::line).distinct().toArray()));
            notify.executeQuery().close();
        }
    }

    String line(Wakeup wakeup) {
        return switch (wakeup) {
            case Wakeup.WorkDue(String destination) -> line(DUE, destination);
            case Wakeup.StandingChanged(String destination) -> line(STANDING, destination);
            case Wakeup.CircuitChanged(String destination) -> line(CIRCUIT, destination);
            case Wakeup.CatalogChanged() -> line(CATALOG, "");
            case Wakeup.Resynchronise() -> line(ALL, "");
        };
    }

    /// A destination that cannot be named leaves others to look for themselves.
    private String line(String word, String destination) {
        boolean fits =
                destination.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES
                        && destination.indexOf('\0') < 0;
        return String.join(
                " ",
                VERSION,
                Integer.toString(node),
                Long.toString(incarnation),
                fits ? word : ALL,
                fits ? destination : "");
    }

    /// What a line says, null: nothing for this node.
    @Nullable Wakeup read(String line) {
        List<String> fields = fields(line);
        if (fields.size() < FIELDS
                || !fields.get(0).equals(VERSION)
                || (fields.get(1).equals(Integer.toString(node))
                        && fields.get(2).equals(Long.toString(incarnation)))) {
            return null;
        }
        String destination = fields.get(4);
        return switch (fields.get(3)) {
            case DUE -> new Wakeup.WorkDue(destination);
            case STANDING -> new Wakeup.StandingChanged(destination);
            case CIRCUIT -> new Wakeup.CircuitChanged(destination);
            case CATALOG -> new Wakeup.CatalogChanged();
            case ALL -> new Wakeup.Resynchronise();
            default -> null;
        };
    }

    /// The last is the rest of the line, whatever it holds.
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>(FIELDS);
        int from = 0;
        for (int space = line.indexOf(' ');
                space >= 0 && fields.size() < FIELDS - 1;
                space = line.indexOf(' ', from)) {
            fields.add(line.substring(from, space));
            from = space + 1;
        }
        fields.add(line.substring(from));
        return fields;
    }
}
