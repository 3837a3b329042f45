package dev.belay.store.contract;

import dev.belay.testkit.SettableTime;
import dev.belay.time.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What every adapter of the storage ports promises. An adapter is put to it by a subclass that
/// opens and closes it.
abstract class StoreContract
        implements JournalContract,
                ReplayContract,
                RejectContract,
                ClaimContract,
                SettleContract,
                RescueContract,
                EventListContract,
                DeliveryListContract,
                RetentionContract,
                CatalogContract {
    private final SettableTime time = new SettableTime(Stock.START);
    private Stock stock;

    /// Opens an empty store, or, at a later call within one test, the one it opened before.
    abstract Ports open(Time time);

    /// Closes what [#open] has opened.
    abstract void close();

    @BeforeEach
    void opens() {
        stock = new Stock(time, open(time));
    }

    @AfterEach
    void closes() {
        close();
    }

    @Override
    public final Stock stock() {
        return stock;
    }

    @Override
    public final void reopen() {
        close();
        stock.reopened(open(time));
    }
}
