package dev.belay.store;

import dev.belay.delivery.StoreFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// Brings a database to the schema this version knows: numbered scripts, each in a transaction
/// together with the number it leads to.
final class Migrations {
    /// The newest schema there is a script for.
    static final int NEWEST = 1;

    private Migrations() {}

    /// @throws StoreFailure when the schema is newer than [#NEWEST]
    static void apply(Connection connection) throws SQLException {
        int version = version(connection);
        if (version > NEWEST) {
            throw new StoreFailure(
                    StoreFailure.Kind.UNAVAILABLE,
                    "the database has schema %d, and this version of Belay knows schemas up to %d: use the version that wrote it, or a newer one"
                            .formatted(version, NEWEST));
        }
        for (int next = version + 1; next <= NEWEST; next++) {
            apply(connection, next, statements(script(next)));
        }
    }

    static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA user_version")) {
            return row.getInt(1);
        }
    }

    private static void apply(Connection connection, int version, List<String> script)
            throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : script) {
                statement.executeUpdate(sql);
            }
            statement.executeUpdate("PRAGMA user_version = " + version);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static String script(int version) {
        String name = "schema-%d.sql".formatted(version);
        try (InputStream in = Migrations.class.getResourceAsStream(name)) {
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
