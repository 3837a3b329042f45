package dev.belay.history;

/// A cursor that no list of this kind has given out.
public final class InvalidCursor extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Says no more than that: the text came from outside.
    public InvalidCursor() {
        super("not a cursor of this list");
    }
}
