package dev.belay.system.simulation;

/// An invariant that did not hold.
///
/// @param detail what it did not hold for, and how
record Violation(Invariant invariant, String detail) {
    @Override
    public String toString() {
        return invariant + " (" + invariant.statement() + "): " + detail;
    }
}
