package dev.belay.store.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What the driver can do and JDBC cannot: wait for notifications. Its methods are called by name,
/// as the driver itself is found by the URL: nothing is compiled against it.
final class Notifications {
    private final Object connection;
    private final Method wait;
    private final Method text;

    /// @throws SQLException when the connection is not one of the driver's
    Notifications(Connection connection) throws SQLException {
        try {
            ClassLoader driver = connection.getClass().getClassLoader();
            Class<?> type = Class.forName("org.postgresql.PGConnection", true, driver);
            this.connection = connection.unwrap(type);
            wait = type.getMethod("getNotifications", int.class);
            text =
                    Class.forName("org.postgresql.PGNotification", true, driver)
                            .getMethod("getParameter");
        } catch (ReflectiveOperationException e) {
            throw new SQLException("the driver cannot listen", e);
        }
    }

    /// The payloads of those that have come, in their order; none when none comes in time.
    List<String> await(Duration patience) throws SQLException {
        try {
            Object[] come = (Object[]) wait.invoke(connection, (int) patience.toMillis());
            List<String> payloads = new ArrayList<>(come.length);
            for (Object one : come) {
                payloads.add((String) text.invoke(one));
            }
            return payloads;
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof SQLException failed ? failed : new SQLException(e);
        } catch (IllegalAccessException e) {
            throw new SQLException("the driver cannot listen", e);
        }
    }
}
