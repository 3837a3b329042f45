package dev.belay.signal;

/// Hears signals. Called on the thread where the step happened, so it must be quick and must not
/// block; what it throws is dropped.
@FunctionalInterface
public interface SignalListener {
    /// Hears one.
    void on(Signal signal);

    /// Hears nothing.
    SignalListener NONE = signal -> {};

    /// A listener that drops what this one throws, so that an observer can never change what it
    /// observes.
    default SignalListener guarded() {
        return signal -> {
            try {
                on(signal);
            } catch (RuntimeException dropped) {
                // The contract: an observer's failure is its own.
            }
        };
    }
}
