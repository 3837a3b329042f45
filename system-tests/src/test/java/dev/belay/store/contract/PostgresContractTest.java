package dev.belay.store.contract;

import dev.belay.signal.SignalListener;
import dev.belay.store.postgres.PostgresOptions;
import dev.belay.store.postgres.PostgresStore;
import dev.belay.system.process.PostgresServer;
import dev.belay.time.Time;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

class PostgresContractTest extends StoreContract {
    private static final PostgresServer SERVER = PostgresServer.shared();
    private static final String URL = SERVER.newDatabase();

    private @Nullable PostgresStore store;

    @Override
    Ports open(Time time) {
        PostgresStore open =
                PostgresStore.open(
                        PostgresOptions.of(URL, PostgresServer.user(), null),
                        "node",
                        time,
                        SignalListener.NONE);
        store = open;
        return Ports.of(open);
    }

    @Override
    void close() {
        if (store != null) {
            store.close();
        }
    }

    @AfterEach
    void empties() throws SQLException {
        close();
        try (Connection connection = SERVER.connect(URL);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("DROP SCHEMA belay CASCADE");
        }
    }
}
