package dev.belay.store.copy;

import dev.belay.signal.SignalListener;
import dev.belay.store.SqliteEnd;
import dev.belay.store.SqliteStore;
import dev.belay.store.StoreOptions;
import dev.belay.store.contract.Ports;
import dev.belay.store.postgres.PostgresEnd;
import dev.belay.store.postgres.PostgresOptions;
import dev.belay.store.postgres.PostgresStore;
import dev.belay.system.process.PostgresServer;
import dev.belay.time.Time;
import java.nio.file.Path;

/// A place for a store: used as one, or laid open for a copy.
interface Site extends AutoCloseable {
    /// Opens it as a gateway does.
    Used use(Time time);

    /// Opens it as a copy does.
    CopyEnd end(boolean isNew);

    @Override
    void close();

    /// A store in use.
    record Used(Ports ports, Runnable closing) implements AutoCloseable {
        @Override
        public void close() {
            closing.run();
        }
    }

    /// A data directory.
    record Embedded(Path directory) implements Site {
        @Override
        public Used use(Time time) {
            SqliteStore store =
                    SqliteStore.open(directory, StoreOptions.DEFAULT, time, SignalListener.NONE);
            return new Used(Ports.of(store), store::close);
        }

        @Override
        public CopyEnd end(boolean isNew) {
            return SqliteEnd.open(directory, isNew);
        }

        @Override
        public void close() {}
    }

    /// A database on the shared server.
    record InDatabase(String url) implements Site {
        InDatabase() {
            this(PostgresServer.shared().newDatabase());
        }

        private PostgresOptions options() {
            return PostgresOptions.of(url, PostgresServer.user(), null);
        }

        @Override
        public Used use(Time time) {
            PostgresStore store = PostgresStore.open(options(), "node", time, SignalListener.NONE);
            return new Used(Ports.of(store), store::close);
        }

        @Override
        public CopyEnd end(boolean isNew) {
            return PostgresEnd.open(options(), isNew);
        }

        @Override
        public void close() {
            PostgresServer.shared().drop(url);
        }
    }
}
