package dev.belay.store.contract;

import dev.belay.testkit.MemoryStore;
import dev.belay.time.Time;
import org.jspecify.annotations.Nullable;

class MemoryContractTest extends StoreContract {
    private @Nullable MemoryStore store;

    @Override
    Ports open(Time time) {
        MemoryStore open = store == null ? new MemoryStore(time) : store;
        store = open;
        return Ports.of(open);
    }

    @Override
    void close() {}
}
