package dev.belay.store.contract;

/// A part of the contract, tested on a store that is empty when a test begins.
interface Contract {
    Stock stock();

    /// Closes the store and opens it again: what was acknowledged is still there.
    void reopen();
}
