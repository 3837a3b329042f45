package dev.belay.store.contract;

import dev.belay.signal.SignalListener;
import dev.belay.store.SqliteStore;
import dev.belay.store.StoreOptions;
import dev.belay.time.Time;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

class SqliteContractTest extends StoreContract {
    @TempDir private Path directory;

    private @Nullable SqliteStore store;

    @Override
    Ports open(Time time) {
        SqliteStore open =
                SqliteStore.open(directory, StoreOptions.DEFAULT, time, SignalListener.NONE);
        store = open;
        return Ports.of(open);
    }

    @Override
    void close() {
        if (store != null) {
            store.close();
        }
    }
}
