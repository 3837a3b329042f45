package dev.belay.signature;

/// How sure the catalogue is of how a provider signs.
public enum Confidence {
    /// The provider's own library was read and run.
    A,
    /// The provider's own document was read.
    B,
    /// Several independent sources agree.
    C,
    /// One independent source.
    D,
    /// Commonly said, and not seen written.
    E;

    /// Whether the entry is used as it is; others have to be asked for by an operator who has seen
    /// that they work.
    public boolean isConfirmed() {
        return compareTo(C) <= 0;
    }
}
