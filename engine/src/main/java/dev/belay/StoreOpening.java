package dev.belay;

import dev.belay.store.SqliteEnd;
import dev.belay.store.SqliteStore;
import dev.belay.store.StoreOptions;
import dev.belay.store.copy.CopyEnd;
import dev.belay.store.postgres.NodeFile;
import dev.belay.store.postgres.PostgresEnd;
import dev.belay.store.postgres.PostgresOptions;
import dev.belay.store.postgres.PostgresStore;

/// Picks the store that a configuration asks for: PostgreSQL where a database is named, else SQLite
/// in the data directory.
final class StoreOpening {
    private StoreOpening() {}

    static Stores open(GatewayConfig config) {
        DatabaseConfig database = config.database();
        return database == null ? embedded(config) : shared(config, database);
    }

    /// Brings the store's schema to the newest this version knows, and answers its number.
    static int migrate(GatewayConfig config) {
        DatabaseConfig database = config.database();
        if (database != null) {
            return PostgresStore.migrate(options(database));
        }
        try (SqliteStore store = sqlite(config)) {
            return store.schema();
        }
    }

    /// Lays a store open for a copy.
    ///
    /// @param isNew whether it is made where there is none
    static CopyEnd forCopy(GatewayConfig config, boolean isNew) {
        DatabaseConfig database = config.database();
        return database == null
                ? SqliteEnd.open(config.data(), isNew)
                : PostgresEnd.open(options(database), isNew);
    }

    private static Stores embedded(GatewayConfig config) {
        SqliteStore store = sqlite(config);
        return new Stores(store, store, store, store, store::failure, store::close);
    }

    private static SqliteStore sqlite(GatewayConfig config) {
        return SqliteStore.open(
                config.data(),
                StoreOptions.DEFAULT.withMaxBytes(config.maxStoreBytes()),
                config.time(),
                config.signals().guarded());
    }

    private static Stores shared(GatewayConfig config, DatabaseConfig database) {
        NodeFile node = NodeFile.take(config.data(), config.random());
        try {
            PostgresStore store =
                    PostgresStore.open(
                            options(database),
                            node.name(),
                            config.time(),
                            config.signals().guarded());
            Runnable close =
                    () -> {
                        store.close();
                        node.close();
                    };
            return new Stores(
                    store,
                    store,
                    store,
                    store,
                    store.wakeups(),
                    store::failure,
                    close,
                    store.node(),
                    store.warning(),
                    store.sharing());
        } catch (RuntimeException failed) {
            node.close();
            throw failed;
        }
    }

    private static PostgresOptions options(DatabaseConfig database) {
        return PostgresOptions.of(database.url(), database.user(), database.password())
                .withAllowUnsafe(database.allowUnsafe());
    }
}
