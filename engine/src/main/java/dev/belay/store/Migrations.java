package dev.belay.store;

import dev.belay.delivery.StoreFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// Brings a database to the schema this version knows: numbered scripts, each in a transaction
/// together with the number it leads to. Serves every database; where several processes can open
/// one at the same time, the caller keeps the others out.
///
/// @param beside the class beside whose file the scripts lie, as `schema-1.sql` and so on
/// @param newest the newest schema there is a script for
/// @param version where the database keeps its number
public record Migrations(Class<?> beside, int newest, Version version) {
    /// Where a database keeps the number of its schema.
    public interface Version {
        /// The number, 0 in a new database.
        int read(Connection connection) throws SQLException;

        /// The statement that writes it.
        String write(int version);
    }

    /// Applies the scripts that the database has not seen yet.
    ///
    /// @throws StoreFailure when the schema is newer than [#newest()]
    public void apply(Connection connection) throws SQLException {
        int found = version.read(connection);
        if (found > newest) {
            throw new StoreFailure(
                    StoreFailure.Kind.UNAVAILABLE,
                    "the database has schema %d, and this version of Belay knows schemas up to %d: use the version that wrote it, or a newer one"
                            .formatted(found, newest));
        }
        for (int next = found + 1; next <= newest; next++) {
            apply(connection, next, statements(script(next)));
        }
    }

    private void apply(Connection connection, int next, List<String> script) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : script) {
                statement.executeUpdate(sql);
            }
            statement.executeUpdate(version.write(next));
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private String script(int number) {
        String name = "schema-%d.sql".formatted(number);
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing from the jar: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("unreadable in the jar: " + name, e);
        }
    }

    /// The statements of a script: comments are whole lines, and a semicolon ends a line.
    static List<String> statements(String script) {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        for (String line : script.lines().toList()) {
            if (line.isBlank() || line.startsWith("--")) {
                continue;
            }
            statement.append(line).append('\n');
            if (line.endsWith(";")) {
                statements.add(statement.toString());
                statement.setLength(0);
            }
        }
        return statements;
    }
}
