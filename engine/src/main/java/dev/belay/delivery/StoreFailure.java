package dev.belay.delivery;

/// The store could not do what was asked; nothing was changed unless [#outcomeUnknown()].
public final class StoreFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /// @param message for the operator's log, never for a sender
    public StoreFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /// What is the matter.
    public Kind kind() {
        return kind;
    }

    /// Whether the change may have been made all the same.
    public boolean outcomeUnknown() {
        return kind == Kind.UNKNOWN;
    }

    /// Kinds of failure.
    public enum Kind {
        /// No room on the disk.
        FULL,
        /// More waits than the limit allows.
        OVERLOADED,
        /// The store is closed or closing.
        CLOSED,
        /// The store does not work.
        UNAVAILABLE,
        /// One record is damaged and is not handed out; everything else is as good as before.
        CORRUPT,
        /// The commit's outcome is not known.
        UNKNOWN
    }
}
